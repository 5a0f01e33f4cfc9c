"""Why a message was refused, read from what a mail server said and from its status code."""

import re
import tomllib
from pathlib import Path

from printhub.core.bounces.report import Action, Severity

UNDEFINED = "undefined"
"""The reason where nothing tells one."""
_LONGEST = 2000
_TABLE = tomllib.loads(Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8"))["reason"]
_PHRASES = [(row["word"], re.compile("|".join(row["phrases"]), re.IGNORECASE)) for row in _TABLE]
_HARD = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})
_OF_SENDER = re.compile(
    r"(?:after|in re(?:ply|sponse) to|>>>|like our|command:?) ?(?:the |pipelined )?\"?mail from(?!.*\brcpt to)",
    re.IGNORECASE | re.DOTALL,
)
"""At this command a server has not been told a recipient yet (RFC 5321, 3.3): it refuses the sender."""
_OF_STATUS = {
    "1.0": "userunknown",
    "1.1": "userunknown",
    "1.2": "hostunknown",
    "1.3": "userunknown",
    "1.4": "userunknown",
    "1.6": "hasmoved",
    "1.7": "rejected",
    "1.8": "rejected",
    "1.10": "notaccept",
    "2.1": "suspend",
    "2.2": "mailboxfull",
    "2.3": "exceedlimit",
    "3.4": "mesgtoobig",
    "4.1": "expired",
    "4.4": "hostunknown",
    "4.6": "networkerror",
    "4.7": "expired",
    "7.1": "rejected",
    "7.13": "suspend",
    "7.25": "requireptr",
    "7.26": "authfailure",
}
"""What a status says by itself (RFC 3463, RFC 7372, RFC 7505), without its first digit."""


def reason_of(text: str, status: str) -> str:
    """One word for why: by what was said, else by the status; `undefined` where neither tells."""
    said = _phrase(text[:_LONGEST])
    detail = status.partition(".")[2]
    coded = _OF_STATUS.get(detail, "")
    if coded == "mailboxfull" or not said:
        said = coded or said or UNDEFINED
    if said in _HARD and _OF_SENDER.search(text[:_LONGEST]):
        return "rejected"
    if said == "userunknown" and detail == "2.0":  # "the mailbox exists" (RFC 3463, 3.3)
        return "filtered"
    if said == "hostunknown" and status.startswith("4"):  # nobody could be asked now
        return "networkerror"
    return said


def severity_of(reason: str) -> Severity:
    """Whether the address is dead, or only this message did not get through."""
    return Severity.HARD if reason in _HARD else Severity.SOFT


def class_of(status: str, reply: str, action: Action) -> str:
    """`permanent` or `temporary`: as the status says, else the reply's first digit, else what became of it."""
    digit = status[:1] or reply[:1]
    if digit in ("4", "5"):
        return "permanent" if digit == "5" else "temporary"
    return "temporary" if action is Action.DELAYED else "permanent"


def _phrase(text: str) -> str:
    flat = " ".join(text.split())
    return next((word for word, phrases in _PHRASES if phrases.search(flat)), "")
