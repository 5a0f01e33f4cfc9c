"""What is set about messages to people: who sends them, how they look, which ones go, and what follows a bounce."""

import re
from datetime import time, timedelta
from difflib import get_close_matches
from email.utils import getaddresses
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from printhub.core.model.duration import Duration
from printhub.core.model.record import Record
from printhub.core.settings.paths import FilePath
from printhub.core.settings.places import country_code
from printhub.core.templates.catalogue import NOTIFICATIONS
from printhub.core.templates.facts import StorefrontFacts

_ADDRESS = re.compile(r"[^\s@<>,;\"\\]+@[^\s@<>,;\"\\]+")
_MOST_IN_LOCAL_PART = 24
"""What stands before the + of a bounce address: with it, a token of 39 characters stays within RFC 5321's 64."""


def _mailbox(value: str) -> str:
    found = [address for _, address in getaddresses([value])]
    if "\n" in value or "\r" in value or len(found) != 1 or not _ADDRESS.fullmatch(found[0]):
        raise ValueError('expected one mailbox such as "Shop <orders@shop.example>"')
    return value


def _bounce_address(value: str) -> str:
    local, _, _ = value.partition("@")
    if not _ADDRESS.fullmatch(value) or len(local) > _MOST_IN_LOCAL_PART or "+" in local:
        raise ValueError(
            f'expected an address such as "bounces@hub.example", without + and with {_MOST_IN_LOCAL_PART} characters '
            "before the @ at the most"
        )
    return value


Mailbox = Annotated[str, AfterValidator(_mailbox)]
"""A name and an address, or an address alone (RFC 5322)."""
Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


_TEXT_SENDER = re.compile(r"\+[1-9][0-9]{5,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11}|")


def _text_sender(value: str) -> str:
    if not _TEXT_SENDER.fullmatch(value):
        raise ValueError("expected a number such as +4930123456, a short code, or a name of 11 letters and digits")
    return value


def _notification(value: str) -> str:
    if value not in NOTIFICATIONS:
        close = get_close_matches(value, NOTIFICATIONS, n=1)
        meant = f'; did you mean "{close[0]}"?' if close else "; `printhub templates list` names them"
        raise ValueError(f"there is no such notification{meant}")
    return value


def _rising(value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if any(later <= earlier for earlier, later in pairwise(value)):
        raise ValueError("expected times after the order, each later than the one before it")
    return value


NotificationName = Annotated[str, AfterValidator(_notification)]
"""The name of a notification that the hub knows."""


class OnUnknown(StrEnum):
    """What becomes of an e-mail of which nobody knows whether the mail server took it."""

    RESEND = "resend"
    """It goes again, with the same Message-ID: most mail programs show one then."""
    ASK = "ask"
    """A person settles it."""


class AfterBounce(StrEnum):
    """What follows when a message was refused for good."""

    ADDRESS = "address"
    """It goes to another e-mail address of the order: that of billing, then that of delivery."""
    SMS = "sms"
    """A text message goes."""
    PRINT = "print"
    """It goes by post: as a letter, which is a job of its own."""


class BrandSettings(Record):
    """How a storefront shows itself in messages and letters."""

    title: Line = ""
    """Its name; left out, that of its section."""
    url: Line = ""
    """Where it is on the web."""
    email: Line = ""
    """Where its customers write to."""
    phone: Line = ""
    """Where they call."""
    address: Annotated[tuple[Line, ...], Field(max_length=6)] = ()
    """Its postal address, line by line."""
    country: Annotated[str, AfterValidator(country_code)] | None = None
    """The country that it posts letters in, as in ISO 3166-1: `DE`. Addresses there go without the country's name."""
    legal: Annotated[tuple[Line, ...], Field(max_length=6)] = ()
    """What the law wants at the foot of letters, such as register and tax numbers."""
    logo_url: Line = ""
    """An image that mail programs load, on https."""
    logo: FilePath | None = None
    """An image for letters, an SVG, PNG or JPEG of at most 2 MB."""
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f5fa8"
    """The colour of buttons and headings."""


def shown(name: str, brand: BrandSettings) -> StorefrontFacts:
    """How a storefront shows itself, as templates see it."""
    return StorefrontFacts(
        name=name,
        title=brand.title or name,
        url=brand.url,
        email=brand.email,
        phone=brand.phone,
        address=brand.address,
        logo_url=brand.logo_url,
        colour=brand.colour,
    )


class MailSettings(Record):
    """Who a storefront's e-mail comes from, and who of its staff gets some."""

    sender: Mailbox | None = None
    """What stands in From, such as `Shop <orders@shop.example>`; without one no e-mail is sent."""
    reply_to: Mailbox | None = None
    """Where answers go; left out, to the sender."""
    bounces: Annotated[str, AfterValidator(_bounce_address)] | None = None
    """Where bounces go, such as `bounces@hub.example`: its server has to take `bounces+anything@hub.example` too, for
    each message gets an address of its own. Left out, they go to the sender's address, and lead to no message."""
    staff: Annotated[tuple[Mailbox, ...], Field(max_length=20)] = ()
    """Who is told of what failed; nobody by default."""


TextSender = Annotated[str, AfterValidator(_text_sender)]
"""A number, a short code or a name."""


class SmsSettings(Record):
    """Who a storefront's text messages come from, and when and how many go."""

    sender: TextSender = ""
    """The number or the name that the recipient sees, such as `+4930123456` or `Print Shop`; left out, what the
    provider puts there. Names are 11 characters at the most (GSM 03.38), and not every country shows them."""
    senders: dict[Annotated[str, AfterValidator(country_code)], TextSender] = {}
    """Who it is in single countries, by the two letters of ISO 3166-1, such as `US`: names are not shown everywhere,
    and some countries let only numbers send that are registered there. Elsewhere it is `sender`."""
    quiet_from: time | None = None
    """The hour from which nothing is sent that need not arrive, such as `21:00`, by the clocks of the recipient's
    country; left out, messages go at any hour."""
    quiet_until: time | None = None
    """The hour at which it goes, such as `08:00`."""
    most_per_recipient: Annotated[int, Field(ge=1, le=1000)] = 10
    """How many one number gets within a day at the most; more wait, and staff are told."""
    most_per_hour: Annotated[int, Field(ge=1, le=100_000)] = 500
    """How many this storefront sends within an hour at the most; more wait, and staff are told."""

    @model_validator(mode="after")
    def _is_quiet_for_a_time(self) -> Self:
        if (self.quiet_from is None) is not (self.quiet_until is None) or (
            self.quiet_from is not None and self.quiet_from == self.quiet_until
        ):
            raise ValueError("expected both quiet_from and quiet_until, of different hours, or neither")
        return self


class NotificationSettings(Record):
    """What is otherwise than usual for one notification."""

    enabled: bool = True
    """Whether it is sent at all."""
    email: bool = True
    """Whether it goes by e-mail, where a route leads to an e-mail instance."""
    sms: bool = False
    """Whether it goes as a text message too, where its template has one and a route leads to an SMS instance."""
    critical: bool | None = None
    """Whether it has to arrive, by post if need be; left out, as the notification is by itself."""
    on_unknown: OnUnknown = OnUnknown.RESEND
    """What becomes of it when the connection broke after it was handed over."""
    after_bounce: tuple[AfterBounce, ...] | None = None
    """What is tried when it was refused for good, in this order; left out, `print` if it is critical and nothing
    otherwise."""
    schedule: Annotated[
        tuple[Annotated[Duration, Field(gt=timedelta())], ...], Field(max_length=10), AfterValidator(_rising)
    ] = ()
    """For unpaid_reminder: how long after the order each reminder goes; left out, after 1 day, 3 days and 7 days."""


REMINDERS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""When reminders of unpaid orders go, unless it is set otherwise."""
