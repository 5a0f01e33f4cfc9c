"""What a message is about, as the subject of its delivery: the same words are the same message, and go once."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from printhub.core.model.deliveries import Delivery

_LONGEST = 300
"""Characters of a delivery's subject."""


class Scope(StrEnum):
    """Whether a message is about an order or about one job of it."""

    ORDER = "order"
    JOB = "job"


class To(StrEnum):
    """Whom a message goes to, without naming anybody."""

    CUSTOMER = "customer"
    BILLING = "billing"
    """The e-mail of the billing address, where the customer's own is dead."""
    DELIVERY = "delivery"
    """That of the delivery address."""
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class MessageSubject:
    """One message: which notification, about what, on which occasion, to whom.

    `occasion` is the id of the fact that gave rise to it (a note's, a parcel's), else a word. `number` counts the
    members of staff from 0.
    """

    notification: str
    scope: Scope
    about: str
    occasion: str
    to: To = To.CUSTOMER
    number: int = 0

    def __str__(self) -> str:
        """As it stands in the delivery: `shipped/order/customer.0/O-1/S-7`; a number too long for it is its digest."""
        about = self.about.replace("%", "%25").replace("/", "%2F")  # numbers of jobs may have a slash
        kind = f"{self.notification}/{self.scope}/{self.to}.{self.number}"
        text = f"{kind}/{about}/{self.occasion}"
        if len(text) > _LONGEST:  # the occasion is read again, and stays whole
            text = f"{kind}/{hashlib.sha256(about.encode()).hexdigest()}/{self.occasion}"
        return text


def read_subject(text: str) -> MessageSubject:
    """Read a delivery's subject; of one that was too long, `about` is a digest."""
    notification, scope, to, rest = text.split("/", 3)
    to, _, number = to.partition(".")
    about, _, occasion = rest.partition("/")
    about = about.replace("%2F", "/").replace("%25", "%")
    return MessageSubject(notification, Scope(scope), about, occasion, To(to), int(number))


def called(delivery: Delivery) -> str:
    """What a delivery is, for people: its verb, and of a message which one it is (`send shipped`)."""
    if not delivery.kind.is_message:
        return str(delivery.verb)
    return f"{delivery.verb} {read_subject(delivery.subject).notification}"


def is_about_order(subject: str) -> bool:
    """Whether a message's subject is a whole order, so that what becomes of it stands in every job of it."""
    return f"/{Scope.ORDER}/" in subject and read_subject(subject).scope is Scope.ORDER
