"""Which characters the fonts of a letter can show."""

import json
import re
from collections.abc import Iterable

from printhub.core.letters.letter import Letter
from printhub.core.letters.typeset import CannotSet, typeset
from printhub.core.model.errors import LetterImpossible

SUBSTITUTE = "\N{WHITE SQUARE}"
"""Stands where the fonts lack a character."""

# PDF/A forbids glyphs that mean "missing" (ISO 19005-2, 6.2.11.8), so typst names each that it would have to write.
_NAMED = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_JOINERS = "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}"


def missing_characters(letter: Letter) -> str:
    """The characters that would come out as `SUBSTITUTE`, each once, in the order of their code points."""
    return missing((*letter.recipient, letter.place, letter.subject, letter.text, *letter.closing, letter.reference))


def missing(texts: Iterable[str]) -> str:
    """The characters of `texts` that no font of a letter has, each once, in the order of their code points."""
    asked = {character for text in texts for character in text if not character.isascii()}
    lacking: set[str] = set()
    while named := _lacking(asked - lacking):  # a second time only to make sure
        lacking |= named
    return "".join(sorted(lacking))


def substituted(text: str, lacking: str) -> str:
    """`text` with `SUBSTITUTE` for what is lacking; what only joins or varies missing characters goes with them."""
    if not lacking:
        return text
    return text.translate({**dict.fromkeys(map(ord, lacking), SUBSTITUTE), **dict.fromkeys(map(ord, _JOINERS))})


def _lacking(characters: set[str]) -> set[str]:
    if not characters:
        return set()
    try:
        typeset("probe.typ", {"characters": json.dumps(sorted(characters))})
    except CannotSet as error:
        named = {_ESCAPE.sub(_unescaped, text) for text in _NAMED.findall(error.diagnostic)}
        if lacking := {character for text in named for character in text} & characters:
            return lacking
        # Not `from error`: typst quotes the letter.
        raise LetterImpossible("the letter has text that no font can show; which, typst does not tell") from None
    return set()


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))
