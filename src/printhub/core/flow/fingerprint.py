"""What failures have in common: the same words for the same failure, whichever job, file, number or id it names."""

import hashlib
import re
from collections.abc import Iterable

from printhub.core.model.deliveries import Delivery

_NAMELESS = "#"
_BEFORE_CODE = r"http(?:/[\d.]+)?|status(?: code)?|code|answer(?:ed|s)(?: with)?|smtp|errno|error"
_CODE = re.compile(rf"\b(?:{_BEFORE_CODE})[ :=]{{1,2}}(\d{{3}})(?![\w.-]\w)")
"""A number that says what went wrong, not what it went wrong with."""
_QUOTED_FILE = re.compile(r"""(["'])[^"'\n]*\.[a-z][a-z0-9]{1,4}\1""")
_ADDRESS = re.compile(r"""(\w+://[^\s/"'<>)?]+)[^\s"'<>)]*""")
_FILE = re.compile(r"""[^\s"'(),;:]+\.(?:pdf|tiff?|jpe?g|png|eps|ai|psd|indd|zip|xml|json|csv|jdf|xjdf)\b""")
_ID = re.compile(r"\b[0-9a-f]{16,}\b")
_NUMBERED = re.compile(r"""[^\s"'()\[\]{},;:=<>|]*\d[^\s"'()\[\]{},;:=<>|]*""")
_SEVERAL = re.compile(rf"{_NAMELESS}(?:[\s,;.\"'-]*{_NAMELESS})+")


def of_failure(delivery: Delivery, detail: str) -> str:
    """The fingerprint of a delivery's failure: the same for the same failure of another job."""
    subject = delivery.subject.partition("#")[0]
    return fingerprint(detail, filter(None, (subject, delivery.reference, delivery.key, *delivery.parts)))


def fingerprint(detail: str, names: Iterable[str] = ()) -> str:
    """The same for failures that differ only in numbers, ids, file names, and in `names`; not in codes and words."""
    return hashlib.sha256(_general(detail, names).encode()).hexdigest()[:16]


def _general(detail: str, names: Iterable[str]) -> str:
    text = detail.lower()
    for name in sorted({name.lower() for name in names if name}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", _NAMELESS, text)
    text = _CODE.sub(lambda found: f"{found[0][:-3]}{_spelt(found[1])}", text)
    text = _ADDRESS.sub(rf"\1/{_NAMELESS}", text)
    for pattern in (_QUOTED_FILE, _FILE, _ID, _NUMBERED):
        text = pattern.sub(_NAMELESS, text)
    return " ".join(_SEVERAL.sub(_NAMELESS, text).split())


def _spelt(number: str) -> str:
    """A number in letters, so that it is not taken for one."""
    return "".join("abcdefghij"[int(digit)] for digit in number)
