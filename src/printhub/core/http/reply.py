"""A partner's answer, read whole."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any


@dataclass(slots=True)
class WholeReply:
    """The `Reply` that the tuned session returns: nothing is left on the wire."""

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    """Names are found in any case."""
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body in the charset that the answer names, else UTF-8; what cannot be read becomes U+FFFD."""
        declared = Message()
        declared["Content-Type"] = self.headers.get("Content-Type", "")
        try:
            return self.content.decode(str(declared.get_content_charset("utf-8")), errors="replace")
        except (UnicodeError, LookupError):  # there are charsets that nothing can be read in
            return self.content.decode(errors="replace")

    def json(self) -> Any:  # noqa: ANN401 - JSON can be anything
        """The body read as JSON (RFC 8259: UTF-8, whatever the headers say); raises ValueError when it is not."""
        try:
            return json.loads(self.content)
        except RecursionError:
            raise ValueError("the JSON is nested too deeply") from None
