"""Postal addresses as they are written on an envelope."""

from printhub.core.model.known import Personal
from printhub.core.model.people import Address
from printhub.core.templates.locale import locale_of


def envelope(address: Address, language: str, home: str | None) -> tuple[str, ...]:
    """The lines of an address, without what is empty: the town with its postcode, last the country in capitals.

    The country is named in `language` (BCP 47), as the Universal Postal Union has it for letters that cross a border:
    for the post that is the sender's. Letters within `home` (ISO 3166-1 alpha-2) name none.
    """
    town = " ".join(filter(None, (address.postcode, address.town)))
    code = "" if address.country == home else address.country or ""
    lines = (
        address.company,
        address.name,
        address.address1,
        address.address2,
        address.address3,
        ", ".join(filter(None, (town, address.state))),
        str(locale_of(language).territories.get(code, code)).upper(),
    )
    return tuple(line for line in lines if line)


def postal_address(personal: Personal) -> Address:
    """Where a letter goes: the billing address, else that of delivery; an empty one where the order names none.

    It goes to the customer where the address names nobody.
    """
    places = (personal.billing_address, personal.delivery_address)
    found = next((one for one in places if one.town and (one.address1 or one.company)), Address())
    return found if found.name or found.company else found.model_copy(update={"name": personal.customer.name})


def in_window(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Six lines at the most: the last two tell where it goes, and what is between them and the street can go."""
    return lines if len(lines) <= 6 else (*lines[:4], *lines[-2:])
