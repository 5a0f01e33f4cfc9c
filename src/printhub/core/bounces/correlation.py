"""Finds what leads from a mail that came back to the message that it is about."""

import re
from collections.abc import Iterable

from printhub.core.bounces.mail import Mail, enclosed_in, header_of

_TOKEN = re.compile(r"\+([A-Za-z0-9]{8,64})@")
_FOR = re.compile(r"\bfor\s+<?([^\s<>;@]{1,200}@[^\s<>;@]{1,255})>?")
_MESSAGE_ID = re.compile(r"<([^<>\s@]{1,200}@[^<>\s]{1,200})>")
_IN_TEXT = re.compile(
    r"^[ \t>|]*(?:X-Original-)?Message-ID[ \t]*:[ \t]*<([^<>\s]{1,400})>", re.IGNORECASE | re.MULTILINE
)
_TO = ("X-Original-To", "Delivered-To", "Envelope-To", "To")


def tokens(mail: Mail) -> tuple[str, ...]:
    """What stands behind the + of the addresses that a mail came to, in lower case: some servers fold it."""
    found: list[str] = []
    for name in _TO:
        for value in mail.headers(name):
            found += _TOKEN.findall(value)
    for value in mail.headers("Received"):
        found += [token for address in _FOR.findall(value) for token in _TOKEN.findall(address)]
    for returned in mail.of_type("message/rfc822", "text/rfc822-headers"):
        for one in enclosed_in(returned):
            found += _TOKEN.findall(header_of(one, "Return-Path") + header_of(one, "X-Return-Path"))
    return _once(token.lower() for token in found)


def message_ids(mail: Mail) -> tuple[str, ...]:
    """The Message-IDs of what was returned: of an enclosed message first, then as they stand in the text."""
    found: list[str] = []
    for returned in mail.of_type("message/rfc822", "message/global", "message/partial"):
        for one in enclosed_in(returned):
            found += _MESSAGE_ID.findall(header_of(one, "Message-ID"))
    found += _IN_TEXT.findall(mail.all_text)
    for name in ("In-Reply-To", "References", "X-Original-Message-ID"):
        found += _MESSAGE_ID.findall(mail.header(name))
    own = set(_MESSAGE_ID.findall(mail.header("Message-ID")))
    return _once(one for one in found if one not in own)


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
