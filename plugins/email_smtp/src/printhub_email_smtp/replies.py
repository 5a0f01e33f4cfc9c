"""What an SMTP reply means: who must act (RFC 5321, and the enhanced status codes of RFC 3463)."""

import re
from enum import StrEnum

from printhub import AdapterError, Misconfigured, Rejected, Unavailable

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"<[^>]*>|\S+@\S+")
_DEAD = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})
"""Status codes after which nothing will ever arrive: no such mailbox, no such domain, moved, switched off."""
_UNKNOWN = re.compile(
    r"user unknown|unknown user|no such (user|mailbox|recipient)|does ?n.t exist|not exist", re.IGNORECASE
)
_RELAY = re.compile(r"relay(ing)?\b.*(denied|not permitted|prohibited)|(unable|not allowed) to relay", re.IGNORECASE)
_SIGN_IN = frozenset({"5.7.8", "5.7.9", "5.7.11", "5.5.4"})


class Stage(StrEnum):
    """How far a conversation had come."""

    GREETING = "the greeting"
    SENDER = "the sender"
    RECIPIENT = "the recipient"
    CONTENT = "the message"


def refusal(stage: Stage, code: int, reply: bytes) -> AdapterError:
    """The error that a reply amounts to; its text has no address in it."""
    text = reply.decode("utf-8", "replace")
    enhanced = _ENHANCED.search(text)
    status = enhanced[0] if enhanced else ""
    detail = f"the mail server refused {stage}: {code} {plain(text)}".strip()
    if code < 500:
        return Unavailable(detail)
    if code in (530, 534, 535) or (stage is not Stage.RECIPIENT and status in _SIGN_IN):
        return Misconfigured(detail)
    if stage is Stage.RECIPIENT:
        if _RELAY.search(text):  # it does not take mail for others from us: no recipient can help that
            return Misconfigured(detail)
        return Rejected(detail, bounced=True, dead=_is_dead(status, text))
    if stage is Stage.CONTENT and status[:4] in ("5.1.", "5.2."):
        return Rejected(detail, bounced=True, dead=_is_dead(status, text))
    return Rejected(detail)


def _is_dead(status: str, text: str) -> bool:
    return status in _DEAD if status else _UNKNOWN.search(text) is not None


def plain(text: str) -> str:
    """One line without addresses: what a server says often names whom it was about."""
    return " ".join(_ADDRESS.sub("…", text).split())[:300]
