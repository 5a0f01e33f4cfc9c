"""Names of files that no file system stumbles over, and that lead nowhere."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

MOST_BYTES = 200
"""Bytes in UTF-8 that a name may have, unless told otherwise; file systems take 255, and watchers add endings."""

_FORBIDDEN = frozenset('<>:"/\\|?*\u2044\u2215\uff0f\uff3c')
"""What Windows takes in no name, and the slashes that some of its encodings turn into real ones."""
_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
    + [f"{device}{number}" for device in ("COM", "LPT") for number in "0123456789\u00b9\u00b2\u00b3"]
)
"""Names that stand for devices on Windows, whatever stands behind their first dot."""
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,12}\Z")
_DIGEST = 8


def safe_name(text: str, most: int = MOST_BYTES) -> str:
    """Make one file name of any text, the same for the same text.

    It is in Unicode's form NFC and has at most `most` bytes in UTF-8 (32 or more); one that is cut keeps its ending and
    gets a part of its own digest, so that two long names stay two. What is no printable character, and what Windows
    forbids, becomes `_`. It begins with neither a dot nor a hyphen, ends with neither a dot nor a space, and is no
    device of Windows.
    """
    plain = "".join(map(_harmless, unicodedata.normalize("NFC", text))).strip()
    bare = plain.lstrip(".-")
    plain = "_" * (len(plain) - len(bare)) + bare
    plain = plain.rstrip(". ") or "file"
    if plain.partition(".")[0].rstrip().upper() in _DEVICES:
        plain = f"_{plain}"
    return plain if len(plain.encode()) <= most else _cut(plain, most)


def safe_path(text: str, most: int = MOST_BYTES) -> str:
    """Make a path below a folder of any text: names as of `safe_name`, with `/` between them. It never leads out."""
    return "/".join(safe_name(step, most) for step in text.split("/") if step.strip()) or "file"


def without_slashes(value: Any) -> Any:  # noqa: ANN401 - facts of any shape
    """The same facts, in whose texts each slash and backslash is a `_`: only the pattern itself can name folders."""
    match value:
        case str():
            return value.replace("/", "_").replace("\\", "_")
        case Mapping():
            return {key: without_slashes(inner) for key, inner in value.items()}
        case list() | tuple():
            return [without_slashes(inner) for inner in value]
        case _:
            return value


def told_apart(paths: Iterable[str]) -> tuple[str, ...]:
    """The same paths; where two would be one, in whatever case, all get their numbers in front of their names."""
    given = tuple(paths)
    if len({path.casefold() for path in given}) == len(given):
        return given
    return tuple(_numbered(number, path) for number, path in enumerate(given, start=1))


def _numbered(number: int, path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{number}-{name}"


def _harmless(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Zs":
        return " "
    return "_" if sign in _FORBIDDEN or category[0] == "C" or category in ("Zl", "Zp") else sign


def _cut(name: str, most: int) -> str:
    found = _ENDING.search(name)
    ending = found[0] if found else ""
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    room = most - len(ending) - _DIGEST - 1
    stem = name.removesuffix(ending).encode()[:room].decode(errors="ignore")
    # The first sign that was cut off may have belonged to the last that is left.
    following = name[len(stem) : len(stem) + 1]
    while stem and following and unicodedata.combining(following):
        stem, following = stem[:-1], stem[-1]
    return f"{stem.rstrip('. ')}~{digest}{ending}"
