"""The ticket: all that a MIS is told of one job."""

from typing import Literal, Self

from pydantic import Field

from printhub.core.channels.files import FileSource, TicketFile
from printhub.core.model.jobs import Part, ProductType
from printhub.core.model.known import JobRecord, OrderRecord, Personal
from printhub.core.model.money import Money
from printhub.core.model.people import Address, Person
from printhub.core.model.record import Message
from printhub.core.model.verbs import Mode


class TicketJob(Message):
    """The job as the MIS needs to know it."""

    id: str
    """The storefront's job id: the reference that everybody shares."""
    product_type: ProductType
    product: str = ""
    quantity: int = 1
    attributes: dict[str, str] = {}
    parts: tuple[Part, ...] = ()
    weight_grams: int | None = None
    line_price: Money | None = None
    external_reference: str | None = None
    epoch: int = 1
    """Counts the times the job was begun anew; 1 at first."""


class TicketOrder(Message):
    """The order that the job belongs to."""

    id: str
    """The storefront's order id."""
    total: Money
    po_number: str | None = None
    department: str = ""
    cost_centre: str = ""
    shipping_method: str = ""
    checkout_attributes: dict[str, str] = {}
    customer: Person = Field(default=Person(), repr=False)
    billing_address: Address = Field(default=Address(), repr=False)
    delivery_address: Address = Field(default=Address(), repr=False)


class JobTicket(Message):
    """One job for a MIS: frozen at the first attempt, the same for every verb's retries."""

    version: Literal[1] = 1
    storefront: str
    mode: Mode
    job: TicketJob
    order: TicketOrder | None = None
    files: tuple[TicketFile, ...] = ()
    """What is to be printed; empty for stock products."""

    def bound(self, source: FileSource) -> Self:
        """The same ticket, its files able to reach their bytes."""
        return self.model_copy(update={"files": tuple(file.bound(source) for file in self.files)})


def ticket_job(job: JobRecord) -> TicketJob:
    """Describe a job for a ticket."""
    return TicketJob(
        id=job.number,
        product_type=job.product_type,
        product=job.product,
        quantity=job.quantity,
        attributes=dict(job.attributes),
        parts=job.parts,
        weight_grams=job.weight_grams,
        line_price=job.line_price,
        external_reference=job.external_reference,
        epoch=job.epoch,
    )


def ticket_order(order: OrderRecord, personal: Personal) -> TicketOrder:
    """Describe an order for a ticket."""
    return TicketOrder(
        id=order.number,
        total=order.total,
        po_number=order.po_number,
        department=order.department,
        cost_centre=order.cost_centre,
        shipping_method=order.shipping_method,
        checkout_attributes=dict(order.checkout_attributes),
        customer=personal.customer,
        billing_address=personal.billing_address,
        delivery_address=personal.delivery_address,
    )
