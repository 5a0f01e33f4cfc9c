"""Makes the PDF of a letter."""

import json
import re
from typing import Any

from printhub.core.letters.blocks import blocks
from printhub.core.letters.enclosures import with_enclosures
from printhub.core.letters.glyphs import missing, substituted
from printhub.core.letters.layout import LetterLayout
from printhub.core.letters.letter import Letter
from printhub.core.letters.letterhead import Letterhead
from printhub.core.letters.typeset import CannotSet, typeset
from printhub.core.letters.words import hyphenation, words, written_date
from printhub.core.model.errors import LetterImpossible

_PANIC = re.compile(r"panicked with: letter: (\w+)(?: (\d+))?")
_SAID = {
    "address": "the recipient's lines do not fit into the address window: give fewer or shorter ones",
    "recipient": "recipient line {line} has a word that is too long for the address window: divide or shorten it",
    "return_line": "the return line does not fit into the address window: give the letterhead a shorter `return_line`",
    "letterhead": "name and lines of the letterhead do not fit above the address window: shorten them",
    "legal": "the legal lines do not fit below the text: shorten them, or raise the layout's `margin_bottom`",
}


def letter_pdf(letter: Letter, letterhead: Letterhead, layout: LetterLayout) -> bytes:
    """The letter as a PDF ready to print, followed by its enclosures.

    PDF/A-3b (ISO 19005-3) and tagged, all fonts embedded; with enclosures it no longer calls itself PDF/A, as nobody
    knows what they hold. The same input gives the same bytes. Nothing is written to disk. Characters that the fonts
    lack come out as `glyphs.SUBSTITUTE`. Raises LetterImpossible naming the part that cannot be set.
    """
    text = json.dumps(_facts(letter, letterhead, layout), ensure_ascii=False)
    return with_enclosures(_compiled(substituted(text, missing([text]))), letter.enclosures)


def _facts(letter: Letter, letterhead: Letterhead, layout: LetterLayout) -> dict[str, Any]:
    said = words(letter.language)
    date = written_date(letter.date, letter.language)
    (width, height), (left, right) = layout.size(), layout.facts_span()
    language, territory = hyphenation(letter.language)
    facts = [
        (said.reference, letter.reference),
        (said.date, f"{letter.place}, {date}" if letter.place else date),
        (said.phone, letterhead.phone),
        (said.email, letterhead.email),
        (said.web, letterhead.url),
    ]
    return {
        "layout": layout.model_dump()
        | {"page_width": width, "page_height": height, "facts_left": left, "facts_right": right},
        "letterhead": letterhead.model_dump(include={"name", "lines", "legal", "colour"}),
        "logo": letterhead.logo and list(letterhead.logo),  # typst takes numbers for bytes, and files as UTF-8 only
        "sender": letterhead.sender_line(),
        "recipient": letter.recipient,
        "facts": [fact for fact in facts if fact[1]],
        "running": " · ".join(filter(None, (letter.reference, date))),
        "page_of": said.page_of,
        "subject": letter.subject,
        "blocks": blocks(letter.text),
        "closing": letter.closing,
        "day": {"year": letter.date.year, "month": letter.date.month, "day": letter.date.day},
        "lang": language,
        "region": territory,
    }


def _compiled(facts: str) -> bytes:
    try:
        return typeset("letter.typ", {"letter": facts})
    except CannotSet as error:
        raise LetterImpossible(_in_words(error.message)) from None


def _in_words(message: str) -> str:
    if found := _PANIC.fullmatch(message):
        return _SAID[found[1]].format(line=found[2])
    if re.search("image|SVG|CMYK", message):
        return "the logo cannot be used: give a plain SVG, or a PNG or JPEG in RGB, that needs no other file"
    return "typst cannot set the letter, for a reason that it would tell only with the letter's text"
