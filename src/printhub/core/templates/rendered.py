"""What a template makes of facts."""

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of one message. `subject` is one line; `html` and `sms` are there where the template has them."""

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    sms: str | None = field(default=None, repr=False)

    def as_json(self) -> str:
        """All of it as a JSON object, for scripts."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"
