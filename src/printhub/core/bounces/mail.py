"""A mail taken apart: its headers, its parts, its text - whatever state it is in."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message
from functools import cached_property

LARGEST = 2 * 1024 * 1024
"""Bytes of a mail that are looked at: what matters stands in front."""
_MOST_PARTS = 50
_LONGEST_TEXT = 200_000
_FOLD = re.compile(r"\r?\n[ \t]+")


@dataclass(frozen=True)
class Mail:
    """One mail. Nothing here raises, whatever the bytes are."""

    raw: bytes = field(repr=False)

    @cached_property
    def message(self) -> Message:
        """As the library reads it."""
        return email.message_from_bytes(self.raw[:LARGEST].lstrip(b"\r\n"), policy=email.policy.compat32)

    @cached_property
    def parts(self) -> list[Message]:
        """All parts that hold something, in their order; those of an enclosed message are among them."""
        found: list[Message] = []
        for part in self.message.walk():
            if not part.is_multipart() or part.get_content_type() in _STATUS_TYPES:
                found.append(part)
            if len(found) >= _MOST_PARTS:
                break
        return found

    def header(self, name: str) -> str:
        """A header of the mail itself, decoded and on one line; empty where there is none."""
        return header_of(self.message, name)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The Message-IDs that it names, with their angle brackets: they look like addresses."""
        named = " ".join(self.header(name) for name in ("Message-ID", "In-Reply-To", "References"))
        return frozenset(_ID.findall(named) + _ID_IN_TEXT.findall(self.all_text))

    @cached_property
    def content_type(self) -> str:
        """Of the whole mail, in lower case."""
        return self.message.get_content_type()

    @cached_property
    def report_type(self) -> str:
        """The report-type of a multipart/report; empty for anything else."""
        return str(self.message.get_param("report-type") or "").lower()

    def of_type(self, *types: str) -> Iterator[Message]:
        """The parts of these content types, but for those of what was returned: it may be a report itself."""
        return (part for part in _own(self.message) if part.get_content_type() in types)

    @cached_property
    def text(self) -> str:
        """What people read, without what was returned: the text parts up to the first report or enclosed message."""
        texts: list[str] = []
        for part in _own(self.message):
            kind = part.get_content_type()
            if kind.startswith("message/") or kind == "text/rfc822-headers":
                break
            if _is_text(part):
                texts.append(without_tags(text_of(part)) if kind == "text/html" else text_of(part))
        return "\n".join(texts)[:_LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def all_text(self) -> str:
        """All of the body as text, whatever its parts are."""
        texts = [text_of(part) for part in self.parts if _is_text(part) or part.get_content_maintype() == "message"]
        return "\n".join(texts)[:_LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n")


_ID = re.compile(r"<[^<>\s]+>")
_ID_IN_TEXT = re.compile(r"^[ \t>]*Message-ID[ \t]*:[ \t]*(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE)


def _own(message: Message) -> Iterator[Message]:
    """The parts of a mail from the outside in, without those of an enclosed message."""
    yield message
    if message.is_multipart() and not message.get_content_type().startswith("message/"):
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _own(part)


def _is_text(part: Message) -> bool:
    """Whether people can read it: text, and what says that it has parts, and has none because its boundary is wrong."""
    return not part.is_multipart() and part.get_content_maintype() in ("text", "multipart")


_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status", "message/feedback-report")


def header_of(message: Message, name: str) -> str:
    """A header, decoded and on one line; empty where there is none or it cannot be read."""
    value = message.get(name)
    if value is None:
        return ""
    text = _FOLD.sub(" ", str(value))
    try:
        return str(make_header(decode_header(text))).strip()
    except (LookupError, ValueError, UnicodeError):
        return text.strip()


def enclosed_in(part: Message) -> list[Message]:
    """The messages within a part of type message/rfc822."""
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def text_of(part: Message) -> str:
    """The text of a part, decoded as well as can be."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        whole = part.get_payload()
        return "\n\n".join(_as_it_stands(one) for one in whole) if isinstance(whole, list) else str(whole or "")
    charset = str(part.get_content_charset("utf-8") or "utf-8")
    for one in (charset, "utf-8"):
        try:
            return payload.decode(one)
        except (LookupError, UnicodeDecodeError):
            continue
    return payload.decode("latin-1")


def _as_it_stands(one: object) -> str:
    """A message within a part, its headers as they were written; bytes beyond ASCII are UTF-8 (RFC 6533)."""
    if not isinstance(one, Message):
        return str(one)
    headers = "\n".join(f"{name}: {value}" for name, value in one.raw_items())
    body = one.get_payload()
    text = f"{headers}\n\n{body if isinstance(body, str) else ''}"
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>@]{0,500}|!--.{0,2000}?--)>", re.DOTALL)
_ENTITY = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&nbsp;": " ", "&#39;": "'", "&#64;": "@"}


def without_tags(html: str) -> str:
    """The text of HTML, line by line."""
    text = _TAG.sub("", _BREAK.sub("\n", html))
    for entity, sign in _ENTITY.items():
        text = text.replace(entity, sign)
    return text
