"""All notifications that the hub knows: to whom each goes, what it is about, and whether it has to arrive."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Audience(StrEnum):
    """Who reads a notification."""

    CUSTOMER = "customer"
    STAFF = "staff"
    """People of the print shop."""


class About(StrEnum):
    """What a message is about."""

    ORDER = "order"
    """A whole order; there is no `job` among the facts then."""
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Notification:
    """One sort of message. What is `critical` goes by post when no e-mail reaches the customer, unless it is set."""

    name: str
    audience: Audience
    meaning: str
    about: tuple[About, ...]
    """Most are about one thing; some about an order at one time, and about one job of it at another."""
    tells: tuple[str, ...] = ()
    """What it has among its facts beside the storefront, the customer and the order: names of `Facts`."""
    critical: bool = False


_ORDER, _JOB, _EITHER = (About.ORDER,), (About.JOB,), (About.ORDER, About.JOB)
_WAITING = ("awaited", "url")
_CUSTOMER, _STAFF = Audience.CUSTOMER, Audience.STAFF
_OF_CUSTOMERS = (
    Notification("order_confirmation", _CUSTOMER, "An order was placed.", _ORDER),
    Notification("order_approved", _CUSTOMER, "An order or a job of it was approved.", _EITHER, ("why",)),
    Notification(
        "order_rejected", _CUSTOMER, "An order or a job of it was not approved.", _EITHER, ("why",), critical=True
    ),
    Notification("awaiting_approval", _CUSTOMER, "An order or a job of it needs an approval.", _EITHER, ("why",)),
    Notification("proof_waiting", _CUSTOMER, "A proof waits to be looked at.", _JOB, _WAITING, critical=True),
    Notification("data_missing", _CUSTOMER, "Artwork or information is missing.", _JOB, _WAITING, critical=True),
    Notification("shipped", _CUSTOMER, "A parcel left.", _EITHER, ("shipment",)),
    Notification("ready_for_collection", _CUSTOMER, "A job can be collected.", _JOB),
    Notification("unpaid_reminder", _CUSTOMER, "An order is still to be paid.", _ORDER, ("reminder",)),
    Notification("order_cancelled", _CUSTOMER, "An order was cancelled.", _ORDER, ("why",), critical=True),
    Notification("refund_made", _CUSTOMER, "Money was given back.", _ORDER, ("refund",), critical=True),
    Notification(
        "statement", _CUSTOMER, "A billing statement or an invoice is there.", _ORDER, ("statement",), critical=True
    ),
    Notification("customer_note", _CUSTOMER, "A note for the customer was added to an order.", _ORDER, ("note",)),
)
_FAILURE = ("failure",)
_OF_STAFF = (
    Notification("output_failed", _STAFF, "The storefront could not make a job's output.", _JOB, _FAILURE),
    Notification("mis_failed", _STAFF, "The MIS could not be told of a job.", _JOB, _FAILURE),
    Notification("job_overdue", _STAFF, "A partner's word on a job is overdue.", _JOB, _FAILURE),
    Notification(
        "failed_for_good", _STAFF, "Something about a job failed for good, or needs a person.", _JOB, _FAILURE
    ),
)
NOTIFICATIONS: Mapping[str, Notification] = MappingProxyType({one.name: one for one in (*_OF_CUSTOMERS, *_OF_STAFF)})
"""Every notification by its name, which is also that of its folder of templates."""


def notification(name: str) -> Notification:
    """The notification of this name; raises KeyError."""
    return NOTIFICATIONS[name]


REMINDER = "unpaid_reminder"
"""The notification that goes on a schedule."""
