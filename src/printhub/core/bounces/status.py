"""Reads delivery status notifications (RFC 3464, RFC 6533): fields about each recipient, parted by blank lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from printhub.core.bounces.mail import Mail, bounded, text_of

_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,40})[ \t]*:[ \t]*(.*)$")
_ABOUT = ("final-recipient", "original-recipient", "action", "status")
_ADDRESS = re.compile(r"(?<![^\s<>,;\"()\[\]@])[^\s<>,;\"()\[\]@]+@[^\s<>,;\"()\[\]@]+")
_COMMENT = re.compile(r"\([^()]*\)")
_LONGEST_FIELD = 2000
_MOST_RECIPIENTS = 500


@dataclass(frozen=True, slots=True)
class Told:
    """What a report says of one recipient, as it stands there."""

    address: str = field(repr=False)
    alias: str = field(default="", repr=False)
    action: str = ""
    status: str = ""
    diagnostic: str = field(default="", repr=False)


def told_by_report(mail: Mail, *, anywhere: bool) -> tuple[list[Told], str]:
    """What the report of a mail says of each recipient, and the envelope id; nothing where it has no report.

    Some write the fields into plain text, or into a part of another type: they are looked for `anywhere`, if one knows
    that a mail system wrote it. People who ask about a bounce write them too.
    """
    found: list[Told] = []
    envelope_id = ""
    for part in mail.of_type("message/delivery-status", "message/global-delivery-status"):
        for block in _blocks(bounded(text_of(part))):
            envelope_id = envelope_id or block.get("original-envelope-id", "")
            told = _told(block)
            if told is not None:
                found.append(told)
    if anywhere and not found:
        found = [told for block in _blocks(mail.all_text) if "action" in block and (told := _told(block)) is not None]
    return _once(found), envelope_id


def address_in(text: str) -> str:
    """The address in a field such as `rfc822; <kim@customer.example>`; empty where there is none."""
    value = text.partition(";")[2] or text
    inner = re.search(r"<([^<>\s@]+@[^<>\s@]+)>", value)
    found = inner[1] if inner else next(iter(_ADDRESS.findall(_COMMENT.sub("", value))), "")
    return found.strip().strip("'.,:").removeprefix("mailto:")


def _told(block: dict[str, str]) -> Told | None:
    final = address_in(block.get("final-recipient", ""))
    original = address_in(block.get("original-recipient", "") or block.get("x-actual-recipient", ""))
    routed = ":" in final or "." not in final.rpartition("@")[2]  # a source route, or a host's own short name
    address = original if original and routed else final or original
    if not address or not any(name in block for name in ("action", "status", "diagnostic-code")):
        return None
    action = _COMMENT.sub("", block.get("action", "")).strip().lower().split(" ")[0].strip(".;,")
    status = re.search(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b", block.get("status", ""))
    diagnostic = block.get("diagnostic-code", "")
    alias = original if original and original.lower() != address.lower() else ""
    return Told(address, alias, action, status[0] if status else "", diagnostic)


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Groups of fields; continued lines belong to the field before. `text` is bounded."""
    block: dict[str, str] = {}
    last = ""
    for line in text.split("\n"):
        if not line.strip():
            if _is_about_somebody(block):
                yield block
                block = {}
            elif "reporting-mta" in block or not any(name in block for name in _ABOUT):
                if block.get("original-envelope-id"):
                    yield block
                block = {}
            last = ""
            continue
        found = _FIELD.match(line.strip() if not line[:1].isspace() or not last else line)
        if found is None:
            if last and line[:1] in " \t" and len(block[last]) < _LONGEST_FIELD:
                block[last] += " " + line.strip()
            continue
        last = found[1].lower()
        if last == "final-recipient" and last in block:  # no blank line between two
            yield block
            block = {}
        block.setdefault(last, found[2].strip())
    if block:
        yield block


def _is_about_somebody(block: dict[str, str]) -> bool:
    return any(name in block for name in ("final-recipient", "original-recipient"))


def _once(found: list[Told]) -> list[Told]:
    """Each recipient once: the last word on each counts, which has more of it."""
    known: dict[str, Told] = {}
    for told in found:
        before = known.get(told.address.lower())
        if before is None or (told.action and not before.action) or (told.status and not before.status):
            known[told.address.lower()] = told
    return list(known.values())[:_MOST_RECIPIENTS]
