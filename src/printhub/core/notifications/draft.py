"""What a message is made of, before its words: frozen at the first claim, rendered before the first attempt."""

from typing import Any, Literal

from pydantic import Field

from printhub.core.model.record import Message
from printhub.core.model.verbs import Mode

MARK = b'{"draft":'
"""What a frozen draft begins with, and no message does."""


class Draft(Message):
    """A message whose template is still to be rendered.

    `facts` is what the template may use, as JSON (`templates.facts.Facts`). `enclosures` are the ids of files that go
    along.
    """

    draft: Literal[1] = 1
    notification: str
    storefront: str
    mode: Mode
    languages: tuple[str, ...]
    """From the most wanted on, BCP 47."""
    facts: dict[str, Any] = Field(repr=False)
    recipient: str = Field(repr=False)
    recipient_name: str = Field(default="", repr=False)
    token: str
    """What a bounce brings back."""
    sender: str = Field(default="", repr=False)
    reply_to: str = Field(default="", repr=False)
    bounces: str | None = None
    """The address that bounces go to; without one they go to the sender."""
    headers: dict[str, str] = {}
    enclosures: tuple[str, ...] = ()

    def marked(self, words: str) -> str:
        """A subject or a short text; that of a test order says what it is, for it may reach a real person."""
        return f"[test] {words}" if self.mode is Mode.TEST else words
