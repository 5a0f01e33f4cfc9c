"""What the hub knows of an order, a job and its files: the projection of all facts stated so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field

from printhub.core.model.jobs import JobApproval, Part, ProductType
from printhub.core.model.money import Money
from printhub.core.model.orders import OrderApproval, OrderStatus, PaymentStatus
from printhub.core.model.people import Address, Person
from printhub.core.model.record import Record
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode

Stamps = Mapping[str, tuple[datetime, str]]
"""Per group of fields, the (time, event id) of the fact that set it: an older fact never overwrites a newer one."""


class OutputState(StrEnum):
    """What is known of a job's print-ready output."""

    EXPECTED = "expected"
    STARTED = "started"
    CREATED = "created"
    FAILED = "failed"
    RECREATING = "recreating"


class FileRole(StrEnum):
    """What a file of a job is."""

    ARTWORK = "artwork"
    OUTPUT = "output"
    ENCLOSURE = "enclosure"
    """It goes along with a message, and is not printed with the job."""


class FileState(StrEnum):
    """How far the hub is with a file."""

    EXPECTED = "expected"
    FETCHING = "fetching"
    PRESENT = "present"
    HANDED_ON = "handed_on"
    """The storefront's own URL is passed to partners; counts as present."""
    FAILED = "failed"
    CLEARED = "cleared"
    """The working folder was cleared; the file is not kept any more."""

    @property
    def is_there(self) -> bool:
        """Whether a partner can be given the file."""
        return self in (FileState.PRESENT, FileState.HANDED_ON)


class Blocker(StrEnum):
    """Whether a job is blocked, or ever was."""

    BLOCKED = "blocked"
    """It is blocked now."""
    RELEASED = "released"
    """It was blocked, and nothing blocks it any more."""
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file of a job; `stored` is its place in the working folder, once it is there."""

    id: UUID
    job_id: UUID
    role: FileRole
    name: str
    url: str = field(repr=False)
    media_type: str
    state: FileState
    created_at: datetime
    part: str | None = None
    sha256: str | None = None
    size: int | None = None
    stored: str | None = None
    superseded: bool = False
    attempts: int = 0
    reason: str = ""
    by: str = ""
    """Who supplied it, for a file that an operator put there; empty for the storefront's."""


def host_of(url: str) -> str:
    """The server that a file lies at; `localhost` for one on a disk of ours, and where the address names none."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return (host or "localhost")[:255]


def to_print(files: Iterable[FileRecord]) -> list[FileRecord]:
    """The files that production is given: for each part its output where there is any, else its artwork.

    Output that belongs to no part is the output of the whole job. What was superseded is left out.
    """
    standing = [file for file in files if not file.superseded]
    output = [file for file in standing if file.role is FileRole.OUTPUT]
    if any(file.part is None for file in output):
        return output
    there = {file.part for file in output}
    return output + [file for file in standing if file.role is FileRole.ARTWORK and file.part not in there]


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """What is known of an order, without personal data."""

    id: UUID
    storefront: str
    number: str
    mode: Mode
    status: OrderStatus
    payment_status: PaymentStatus
    test_payment: bool
    approval: OrderApproval
    total: Money
    created_at: datetime
    release_at: datetime | None = None
    cancelled: bool = False
    deleted: bool = False
    shipping_status: str = ""
    shipping_method: str = ""
    payment_method: str = ""
    department: str = ""
    cost_centre: str = ""
    po_number: str | None = None
    checkout_attributes: Mapping[str, str] = field(default_factory=dict)
    person_id: UUID | None = None
    stamps: Stamps = field(default_factory=dict)

    @property
    def full_number(self) -> str:
        """Its number with its storefront, which no other order has: `shop/O-1`."""
        return f"{self.storefront}/{self.number}"


class Personal(Record):
    """The personal data of an order: kept in a row of its own that can be erased."""

    customer: Person = Person()
    billing_address: Address = Address()
    delivery_address: Address = Address()
    order_url: str = Field(default="", repr=False)
    """Where the customer sees the order: whoever has the address may be let in by it."""
    payment_url: str = Field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """What is known of a job. `blocked` and `status` are derived from its history and kept for searching."""

    id: UUID
    storefront: str
    number: str
    mode: Mode
    product_type: ProductType
    product: str
    quantity: int
    approval: JobApproval
    output: OutputState
    created_at: datetime
    order_id: UUID | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    weight_grams: int | None = None
    line_price: Money | None = None
    parent: str | None = None
    external_reference: str | None = None
    ordered: bool = False
    cancelled: bool = False
    delivered: bool = True
    """False for the parent of a kit, which is never delivered itself."""
    awaiting: frozenset[str] = frozenset()
    blocked: bool = False
    status: JobStatus | None = None
    epoch: int = 1
    stamps: Stamps = field(default_factory=dict)

    @property
    def full_number(self) -> str:
        """Its number with its storefront, which no other job has: `shop/J-1`."""
        return f"{self.storefront}/{self.number}"


def unapproved(job: JobRecord, order: OrderRecord | None) -> bool:
    """Whether an approval that the job needs is not given, or was refused."""
    if job.approval in (JobApproval.AWAITING, JobApproval.REJECTED):
        return True
    open_order = order is not None and order.approval in (
        OrderApproval.AWAITING,
        OrderApproval.PARTIALLY_APPROVED,
        OrderApproval.REJECTED,
    )
    return open_order and job.approval is not JobApproval.APPROVED
