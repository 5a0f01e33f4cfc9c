"""The few words that a letter adds to its text, and the date, in the letter's language."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_date


class Words(NamedTuple):
    """Labels in one language; `page` and `pages` stand for the numbers."""

    reference: str
    date: str
    phone: str
    email: str
    web: str
    page_of: str


_ENGLISH = Words("Reference", "Date", "Phone", "E-mail", "Web", "Page {page} of {pages}")
_WORDS: Mapping[str, Words] = {
    "de": Words("Zeichen", "Datum", "Telefon", "E-Mail", "Web", "Seite {page} von {pages}"),
    "en": _ENGLISH,
    "es": Words("Referencia", "Fecha", "Teléfono", "Correo", "Web", "Página {page} de {pages}"),
    "fr": Words("Référence", "Date", "Téléphone", "E-mail", "Web", "Page {page} sur {pages}"),
    "it": Words("Riferimento", "Data", "Telefono", "E-mail", "Web", "Pagina {page} di {pages}"),
    "nl": Words("Kenmerk", "Datum", "Telefoon", "E-mail", "Web", "Pagina {page} van {pages}"),
    "pl": Words("Znak", "Data", "Telefon", "E-mail", "WWW", "Strona {page} z {pages}"),
}


def words(language: str) -> Words:
    """The labels for a BCP 47 tag; in English where we have none, with the page as bare numbers."""
    return _WORDS.get(_parts(language)[0], _ENGLISH._replace(page_of="{page} / {pages}"))


def written_date(day: date, language: str) -> str:
    """`day` in words as the language writes it (Unicode CLDR, form `long`); ISO 8601 where CLDR lacks the language."""
    language, territory = _parts(language)
    for tag in (f"{language}_{territory}", language) if territory else (language,):
        try:
            return format_date(day, "long", Locale.parse(tag))
        except (UnknownLocaleError, ValueError):
            continue
    return day.isoformat()


def hyphenation(language: str) -> tuple[str, str | None]:
    """Language and, where the tag has one, territory, as ISO 639 and ISO 3166 write them."""
    language, territory = _parts(language)
    return language, territory or None


def _parts(tag: str) -> tuple[str, str]:
    language, *subtags = tag.replace("_", "-").split("-")
    return language.lower(), next((part.upper() for part in subtags if len(part) == 2 and part.isalpha()), "")
