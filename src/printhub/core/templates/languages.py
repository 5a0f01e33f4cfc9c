"""Language tags as templates are chosen by them: written the usual way, with the wider ones that they fall back to."""

import re
from collections.abc import Iterable, Sequence

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
"""The form of a tag (BCP 47), and so of a folder's name that holds the templates of a language."""


def usual(tag: str) -> str:
    """The tag in its usual letters (RFC 5646, 2.1.1): `de-AT` for `de_at`, `zh-Hant` for `zh-hant`."""
    first, *others = tag.strip().replace("_", "-").split("-")
    return "-".join([first.lower(), *map(_usual_part, others)])


def chain(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags in order, each followed by its wider ones; what is no tag is left out, for customers may write any."""
    found: list[str] = []
    for tag in map(usual, tags):
        if LANGUAGE.fullmatch(tag):
            pieces = tag.split("-")
            found += ("-".join(pieces[:length]) for length in range(len(pieces), 0, -1))
    return tuple(dict.fromkeys(found))


def spoken(found: str, wanted: Sequence[str]) -> str:
    """The language that words in `found` are written in for this reader: `de-AT`, where `de` was found for it."""
    return next((tag for tag in wanted if tag == found or tag.startswith(f"{found}-")), found)


def _usual_part(part: str) -> str:
    return {2: part.upper(), 4: part.title()}.get(len(part), part.lower()) if part.isalpha() else part.lower()
