"""Kannel's delivery reports and inbound texts: GETs, whose address says it all (user guide, "Delivery Reports")."""

import re
from datetime import UTC, datetime

from printhub import InboundRequest, Receipt, Received, Verb
from printhub_sms.fate import Fate
from printhub_sms.provider import INBOUND
from printhub_sms.words import Words

MASK = 1 | 2 | 4 | 8 | 16
"""All that Kannel can tell of a text."""
FATES = {
    "1": Fate.DELIVERED,
    "2": Fate.UNDELIVERED,
    "4": Fate.QUEUED,
    "8": Fate.SENT,
    "16": Fate.FAILED,
}
"""Its types of reports: the bits of the mask."""
ESCAPES = "&type=%d&reply=%A&at=%T"
"""What Kannel puts into the address: the type, the network's own words, and the time in seconds since 1970."""

_SMPP = re.compile(r"stat:([A-Z]{1,10})(?:\s+err:(\w{1,10}))?")
_REFUSED = re.compile(r"NACK/(?:(0x[0-9a-fA-F]{1,8})/)?([A-Za-z0-9 .-]{1,80})")


def read(request: InboundRequest, words: Words) -> Received:
    """Read a verified one; raises ValueError for what is none of these."""
    return _text(request, words) if request.purpose == INBOUND else _report(request)


def _report(request: InboundRequest) -> Received:
    type_, key = request.query.get("type", ""), request.query.get("key")
    if type_ not in FATES or not key:
        raise ValueError("a delivery report has a key and a type of 1, 2, 4, 8 or 16")
    code, detail = _why(request.query.get("reply", ""))
    at = request.query.get("at", "")
    fate = FATES[type_]
    receipt = Receipt(
        key=key,
        verb=Verb.SEND,
        at=datetime.fromtimestamp(int(at), UTC) if re.fullmatch(r"[0-9]{9,11}", at) else None,
        dedupe=f"{key}:{type_}",
        state=fate,
        failed=fate.is_lost,
        code=code if fate.is_lost else "",
        detail=detail if fate.is_lost else "",
    )
    return Received([receipt])


def _why(reply: str) -> tuple[str, str]:
    """Code and words of the network; the rest of a report repeats the text that was sent."""
    if (smpp := _SMPP.search(reply)) is not None:
        stat, error = smpp[1], smpp[2] or ""
        return " ".join(filter(None, (stat, error.strip("0") and error))), f"the network says {stat}"
    if (refused := _REFUSED.fullmatch(reply.strip())) is not None:
        return refused[1] or "", f"the network refused it: {refused[2]}"
    return "", ""


def _text(request: InboundRequest, words: Words) -> Received:
    sender, text = request.query.get("from", "").strip(), request.query.get("text")
    if not sender or text is None:
        raise ValueError("a text has from and text")
    international = f"+{sender}" if re.fullmatch(r"[1-9][0-9]{7,14}", sender) else sender
    said = words.read(international, text, dedupe=request.query.get("id"))
    return Received([said] if said else [])
