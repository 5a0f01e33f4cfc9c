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


@dataclass(frozen=True, slots=True)
class Notification:
    """One sort of message. What is `critical` goes by post when no e-mail reaches the customer, unless it is set."""

    name: str
    audience: Audience
    meaning: str
    critical: bool = False


_OF_CUSTOMERS = (
    Notification("order_confirmation", Audience.CUSTOMER, "An order was placed."),
    Notification("order_approved", Audience.CUSTOMER, "An order or a job of it was approved."),
    Notification("order_rejected", Audience.CUSTOMER, "An order or a job of it was not approved.", critical=True),
    Notification("awaiting_approval", Audience.CUSTOMER, "An order or a job of it needs an approval."),
    Notification("proof_waiting", Audience.CUSTOMER, "A proof waits to be looked at.", critical=True),
    Notification("data_missing", Audience.CUSTOMER, "Artwork or information is missing.", critical=True),
    Notification("shipped", Audience.CUSTOMER, "A parcel left."),
    Notification("ready_for_collection", Audience.CUSTOMER, "A job can be collected."),
    Notification("unpaid_reminder", Audience.CUSTOMER, "An order is still to be paid."),
    Notification("order_cancelled", Audience.CUSTOMER, "An order was cancelled.", critical=True),
    Notification("refund_made", Audience.CUSTOMER, "Money was given back.", critical=True),
    Notification("statement", Audience.CUSTOMER, "A billing statement or an invoice is there.", critical=True),
    Notification("customer_note", Audience.CUSTOMER, "A note for the customer was added to an order."),
)
_OF_STAFF = (
    Notification("output_failed", Audience.STAFF, "The storefront could not make a job's output."),
    Notification("mis_failed", Audience.STAFF, "The MIS could not be told of a job."),
    Notification("job_overdue", Audience.STAFF, "A partner's word on a job is overdue."),
    Notification("failed_for_good", Audience.STAFF, "Something about a job failed for good, or needs a person."),
)
NOTIFICATIONS: Mapping[str, Notification] = MappingProxyType({one.name: one for one in (*_OF_CUSTOMERS, *_OF_STAFF)})
"""Every notification by its name, which is also that of its folder of templates."""


def notification(name: str) -> Notification:
    """The notification of this name; raises KeyError."""
    return NOTIFICATIONS[name]
