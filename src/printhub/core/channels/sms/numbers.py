"""Telephone numbers as providers want them: E.164 (ITU-T), read from whatever a customer typed."""

from functools import cache
from zoneinfo import available_timezones

import phonenumbers
from babel.core import get_global


class NotANumber(ValueError):
    """The text is no telephone number that can be dialled; it says why, never what it reads."""


def spellings(text: str, region: str | None) -> set[str]:
    """A number as somebody typed it and, where that is one that can be dialled, as providers have it."""
    try:
        return {text, e164(text, region)}
    except NotANumber:
        return {text}


def e164(text: str, region: str | None) -> str:
    """The number in E.164, such as `+4930123456`; one without a country code is read as one of `region`.

    Raises NotANumber.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise NotANumber("this is no telephone number, or one without a country code and no region is set") from error
    if not phonenumbers.is_possible_number(number):
        raise NotANumber("a telephone number has another length in its country")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def zones_of(number: str) -> tuple[str, ...]:
    """The time zones of the country of a number (E.164), by their IANA names; empty for one that is of no country."""
    country = country_of(number)
    return _zones(country) if country else ()


def country_of(number: str) -> str:
    """The country of a number (E.164) by its two letters (ISO 3166-1); empty for one that is of none."""
    found = phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    return found if found.isalpha() else ""  # 001 is the whole world


@cache
def _zones(country: str) -> tuple[str, ...]:
    territories = get_global("zone_territories")
    return tuple(sorted(zone for zone in available_timezones() if territories.get(zone) == country))
