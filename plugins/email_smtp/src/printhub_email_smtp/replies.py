"""What an SMTP reply means: who must act (RFC 5321, and the enhanced status codes of RFC 3463)."""

import re
from enum import StrEnum

from printhub import AdapterError, Misconfigured, Rejected, Unavailable
from printhub_email_smtp.blame import Blame, blame

_ENHANCED = re.compile(r"(?:^|[\s(#])([245]\.\d{1,3}\.\d{1,3})\b")
_WORD = re.compile(r"\w+")
_SHORTEST = 3
"""Letters of a word that may tell who somebody is."""
_ADDRESS = re.compile(r"<[^>]*>|\S+@\S+")


class Stage(StrEnum):
    """How far a conversation had come."""

    GREETING = "the connection"
    SENDER = "the sender"
    RECIPIENT = "the recipient"
    CONTENT = "the message"


def refusal(stage: Stage, code: int, reply: bytes, whom: str = "") -> AdapterError:
    """The error that a reply amounts to; its text has no address in it, nor what `whom` (name and address) is made of.

    What is not final is to be tried again. Of a final reply only one that blames the recipient is a bounce: a relay
    that is denied to us, or a sender that nobody likes, says nothing of who was to get the message.
    """
    text = plain(reply.decode("utf-8", "replace"), whom)
    detail = f"the mail server refused {stage}: {code} {text}".strip()
    if code < 500:
        return Unavailable(detail)
    enhanced = _ENHANCED.search(text)
    blamed = blame(code, enhanced[1] if enhanced else "", text)
    if stage is Stage.GREETING or blamed is Blame.SETUP:
        return Misconfigured(detail)  # it would say the same of every message
    if stage is Stage.RECIPIENT and blamed is None:
        return Rejected(detail, bounced=True)  # at this stage the recipient is what the reply is about
    if stage is not Stage.SENDER and blamed in (Blame.RECIPIENT, Blame.DEAD):
        return Rejected(detail, bounced=True, dead=blamed is Blame.DEAD)
    return Rejected(detail)


def plain(text: str, whom: str = "") -> str:
    """One line without addresses and without the words of `whom`: what a server says often names whom it was about."""
    masked = _ADDRESS.sub("…", text)
    for word in sorted({whom.partition("@")[0], *_WORD.findall(whom)}, key=len, reverse=True):
        if len(word) >= _SHORTEST:
            masked = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "…", masked, flags=re.IGNORECASE)
    return " ".join(masked.split())[:300]
