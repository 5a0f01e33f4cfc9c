"""A mail taken apart: its headers, its parts, its text - whatever state it is in."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message
from functools import cached_property

LARGEST = 512 * 1024
"""Bytes of a mail that are looked at: what matters stands in front."""
LONGEST_LINE = 1000
"""Characters of a line, and of a header, that are looked at; RFC 5322 allows 998."""
_MOST_PARTS = 50
_MOST_HEADERS = 50
_LONGEST_TEXT = 100_000
_MOST_LINES = 4000
_LONGEST_TYPE = 2000
_MOST_RAW_LINES = 10_000
_FRONT = 64 * 1024
_FRONT_LINES = 1500
_FOLD = re.compile(r"\r?\n[ \t]+")


@dataclass(frozen=True)
class Mail:
    """One mail. Nothing here raises, whatever the bytes are."""

    raw: bytes = field(repr=False)

    @cached_property
    def message(self) -> Message:
        """As the library reads it."""
        return _read(_beginning(self.raw, LARGEST, _MOST_RAW_LINES))

    @cached_property
    def front(self) -> Message:
        """As much of it as is put before a reader who takes his time over each line; each header in it is a `str`."""
        lines = [line[:LONGEST_LINE] for line in _beginning(self.raw, _FRONT, _FRONT_LINES)]
        return email.message_from_string(b"".join(lines).decode("latin-1"), policy=email.policy.compat32)

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

    def headers(self, name: str) -> list[str]:
        """All headers of that name, as they stand there."""
        return [str(value)[:LONGEST_LINE] for value in self.message.get_all(name, [])[:_MOST_HEADERS]]

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
        return bounded("\n".join(texts))

    @cached_property
    def all_text(self) -> str:
        """All of the body as text, whatever its parts are."""
        texts = [text_of(part) for part in self.parts if _is_text(part) or part.get_content_maintype() == "message"]
        return bounded("\n".join(texts))


_ID = re.compile(r"<[^<>\s]{1,400}>")
_ID_IN_TEXT = re.compile(r"^[ \t>]*Message-ID[ \t]*:[ \t]*(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE)


def _beginning(raw: bytes, size: int, most: int) -> list[bytes]:
    """The first lines; of a Content-Type no more than is good for it, for the library reads its parameters slowly."""
    lines: list[bytes] = []
    room = size
    for line in raw[:size].lstrip(b"\r\n").splitlines(keepends=True)[:most]:
        if line[:1] not in b" \t":
            room = _LONGEST_TYPE if line[:13].lower() == b"content-type:" else size
        if len(line) <= room:
            lines.append(line)
        elif room:
            lines.append(line[:room] + b"\n")
        room = max(0, room - len(line))
    return lines


def _read(lines: list[bytes]) -> Message:
    return email.message_from_bytes(b"".join(lines), policy=email.policy.compat32)


def bounded(text: str) -> str:
    """The beginning of a text, in lines of bounded length: patterns stay quick on whatever comes."""
    lines = text[:_LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n").split("\n", _MOST_LINES)[:_MOST_LINES]
    return "\n".join(line[:LONGEST_LINE] for line in lines)


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
    text = _FOLD.sub(" ", str(value)[:LONGEST_LINE])
    try:
        return _storable(str(make_header(decode_header(text)))).strip()
    except (LookupError, ValueError, UnicodeError):
        return _storable(text).strip()


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
    whole = len(payload) <= _MOST_DECODED
    for one in (charset, "utf-8"):
        if _CODECS.fullmatch(one):
            try:
                return _storable(payload[:_MOST_DECODED].decode(one, "strict" if whole else "ignore"))
            except (LookupError, UnicodeError):
                continue
    return _storable(payload[:_MOST_DECODED].decode("latin-1"))


_CODECS = re.compile(
    r"(ascii|us-|utf[-_]?(8|16|32)|iso|latin|windows|cp|koi8|mac|gb|big5|euc|shift|ks|tis|hz|johab)[a-z0-9_.:-]*",
    re.IGNORECASE,
)
"""Charsets of mail (IANA). What else Python knows by a name is slow on what was made to be, or no charset."""
_MOST_DECODED = 400_000
"""Bytes of a part that are decoded; what matters stands in front."""


def _storable(text: str) -> str:
    """Without NUL and lone surrogates, which no database takes."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _as_it_stands(one: object) -> str:
    """A message within a part, its headers as they were written; bytes beyond ASCII are UTF-8 (RFC 6533)."""
    if not isinstance(one, Message):
        return str(one)
    headers = "\n".join(f"{name}: {value}" for name, value in one.raw_items())
    body = one.get_payload()
    text = f"{headers}\n\n{body if isinstance(body, str) else ''}"
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:]{0,20}(?:[\s/][^<>]{0,1000})?>|<![^<>]{0,1000}>")
_ENTITY = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": " ", "&#39;": "'", "&#64;": "@", "&amp;": "&"}


def without_tags(html: str) -> str:
    """The text of HTML, line by line; `<kim@customer.example>` is no tag."""
    first, *others = html[:_LONGEST_TEXT].split("<!--")
    shown = first + "".join(other.partition("-->")[2] for other in others)
    text = _TAG.sub("", _BREAK.sub("\n", shown))
    for entity, sign in _ENTITY.items():
        text = text.replace(entity, sign)
    return text
