"""Telephone numbers as providers want them: E.164 (ITU-T), read from whatever a customer typed."""

import phonenumbers


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
