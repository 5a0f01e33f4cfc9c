"""Takes secrets and personal data out of what is kept of a request and its answer.

It errs on the side of masking: a long number that is no telephone number is masked as well. What no pattern shows
(a name inside a sentence, a secret inside a path) is not found; personal keys cover the bodies of requests.
"""

import json
import re
from collections.abc import Mapping
from email.message import Message
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

EXCERPT_BYTES = 2048
MASK = "[masked]"

_LARGEST = 64 * 1024  # a larger body is not looked at: masking it costs more than its first 2 KB are worth

_SECRET_WORDS = frozenset(
    "apikey auth authentication authorization bearer certificate cookie credential credentials cvc cvv hmac key otp "
    "passphrase passwd password pin pwd secret session sig signature token tokens keys secrets".split()
)
_PERSONAL_WORDS = frozenset(
    "address addresses address1 address2 address3 addressee attention bcc birth birthday body cc city comment comments "
    "company county customer dob email emails fax firstname forename from fullname greeting html iban initials "
    "lastname latitude line1 line2 line3 login longitude mail mobile msisdn note notes pan person phone phones "
    "postal postcode postcodes recipient recipients salutation sender street streets surname tel telephone to town "
    "user username vat village zip zipcode".split()
)
_NAMES_OF_THINGS = frozenset(
    "class column event field file font host image job layout material media operation parameter part product queue "
    "resource schema server service status step stock template type variable workflow".split()
)
_WRITTEN_WORDS = frozenset("content message subject text".split())

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*|\d+")
_RUN = re.compile(r"[^\s\"<>,;()\[\]{}]+")  # an e-mail address, if any, stands in one such run
_AT = re.compile(r"@|%40|&#0*64;?|&#x0*40;?|\\u0040|&commat;?", re.IGNORECASE)
_QUERY = re.compile(r"([?&;][^\s=&?;\"'<>]{1,100}=)[^\s&;\"'<>#]+")
_TOKENS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END[^\n]*|\Z)"
    r"|(?i:Bearer|Basic|Digest)(?:\s|%20|\+)+[^\s\"'<>]+"
    r"|wh(?:sec|sk|pk)_[^\s\"'<>&,;]+"
    r"|phk_[^\s\"'<>&,;]+"  # our own
    r"|[spr]k_(?:live|test)_[^\s\"'<>&,;]+"
    r"|eyJ[\w.-]{8,}",  # a JSON web token
    re.DOTALL,
)
# Nine digits or more, as telephone and card numbers are grouped; dates, and digits inside words and ids, are not.
_DIGITS = re.compile(r"(?<![\w.-])(?!\d{4}-\d\d-\d\d(?!\d))(?:\+|%2B)?\(?\d(?:[ ()./-]{0,2}\d){8,18}(?![\w-])")
# Something of every pattern above: most texts have none of it, and need not be looked at again and again.
_SUSPECT = re.compile(r"[@%&?;_\\]|-----|eyJ|\d[ ()./-]{0,2}\d|(?i:bearer|basic|digest)")
_ELEMENT = re.compile(r"(<(?:[\w.-]{1,40}:)?([\w.-]{1,60})(?:\s[^<>]*)?>)([^<]+)")
_ATTRIBUTE = re.compile(r"(\b([\w.-]{1,60})\s{0,3}[=:]\s{0,3})(\"[^\"]*\"?|'[^']*'?|[^\s\"'<>&,;]+)")


def masked_headers(headers: Mapping[str, str]) -> str:
    """The headers as lines; those that can carry a secret are left out, and the others are masked as text."""
    return "".join(f"{name}: {masked_text(value)}\n" for name, value in headers.items() if not _names_a_secret(name))


def masked_url(url: str) -> str:
    """The URL without user and password, and with every value of its query masked."""
    parts = urlsplit(url)
    start = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""
    query = "&".join(f"{part.partition('=')[0]}={MASK}" for part in parts.query.split("&")) if parts.query else ""
    return start + masked_text(parts.path) + (f"?{masked_text(query)}" if query else "")


def masked_body(body: bytes, content_type: str, *, written_by_us: bool) -> str:
    """The body as text, masked; what is not text, or is too long to look at, is named by its size.

    `written_by_us` says that it is a request's: there free text is what the customer reads, and masked as well,
    while in an answer it is the partner's explanation, and kept.
    """
    declared = Message()
    declared["Content-Type"] = content_type
    media = declared.get_content_type() if content_type else ""
    if not body:
        return ""
    if len(body) > _LARGEST or media.startswith(("multipart/", "image/")):
        return f"<{len(body)} bytes>"
    try:
        text = body.decode(str(declared.get_content_charset("utf-8")))
    except (UnicodeError, LookupError):  # some charsets that Python knows raise UnicodeError itself
        return f"<{len(body)} bytes>"
    if any(character < " " and character not in "\t\n\r\f" for character in text):
        return f"<{len(body)} bytes>"
    personal = _PERSONAL_WORDS | _WRITTEN_WORDS if written_by_us else _PERSONAL_WORDS
    if media == "application/x-www-form-urlencoded":
        pairs = parse_qsl(text, keep_blank_values=True)
        return "&".join(f"{masked_text(key)}={_masked_value(key, value, personal)}" for key, value in pairs)
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return _masked_markup(text, personal)
    try:
        return json.dumps(_masked_json(parsed, personal), ensure_ascii=False)
    except RecursionError:
        return f"<{len(body)} bytes>"


def masked_text(text: str) -> str:
    """Free text without e-mail addresses, long numbers, tokens and the values of queries."""
    return masked_whole(text) if _SUSPECT.search(text) else text


def masked_whole(text: str) -> str:
    """The same of any text; where nothing is suspect in it, it comes out as it is."""
    text = _TOKENS.sub(MASK, text)
    text = _QUERY.sub(rf"\1{MASK}", text)
    if _AT.search(text):
        text = _RUN.sub(lambda run: MASK if _AT.search(run[0]) else run[0], text)
    return _DIGITS.sub(MASK, text)


def cut(text: str) -> str:
    """At most EXCERPT_BYTES of `text` in UTF-8, the last three being an ellipsis if it was longer."""
    raw = text.encode(errors="replace")
    if len(raw) <= EXCERPT_BYTES:
        return raw.decode()
    return raw[: EXCERPT_BYTES - 3].decode(errors="ignore") + "…"


def _words(key: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(key)]


def _names_a_secret(key: str) -> bool:
    lowered = key.lower()
    return any(part in lowered for part in ("key", "token", "secret", "signature", "cookie", "auth", "password"))


@lru_cache(4096)
def _is_personal(key: str, personal: frozenset[str]) -> bool:
    words = _words(key)
    if not _SECRET_WORDS.isdisjoint(words) or not personal.isdisjoint(words) or "".join(words) in personal:
        return True
    return bool(words) and words[-1] in {"name", "names"} and _NAMES_OF_THINGS.isdisjoint(words)


def _masked_value(key: str, value: str, personal: frozenset[str]) -> str:
    return MASK if value and _is_personal(key, personal) else masked_text(value)


def _masked_json(value: Any, personal: frozenset[str], *, hidden: bool = False) -> Any:  # noqa: ANN401 - JSON
    match value:
        case dict():
            return {
                masked_text(key): _masked_json(inner, personal, hidden=hidden or _is_personal(key, personal))
                for key, inner in value.items()
            }
        case list():
            return [_masked_json(inner, personal, hidden=hidden) for inner in value]
        case None | bool() | "":
            return value
        case _ if hidden:
            return MASK
        case str():
            return _masked_markup(value, personal)
        case _:
            return MASK if _DIGITS.search(str(value)) else value


def _masked_markup(text: str, personal: frozenset[str]) -> str:
    """XML, HTML and lines of `key: value` or `key=value`; whatever else it is, it is masked as free text too."""

    def keep_or_mask(found: re.Match[str]) -> str:
        start, key, value = found.groups()
        return start + MASK if value.strip() and _is_personal(key, personal) else found[0]

    return masked_text(_ATTRIBUTE.sub(keep_or_mask, _ELEMENT.sub(keep_or_mask, text)))
