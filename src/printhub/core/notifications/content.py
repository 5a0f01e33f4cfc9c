"""What a message may speak of: the facts of its template, gathered from all that is known."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from printhub.core.model.envelope import Event
from printhub.core.model.events import job as jobs
from printhub.core.model.events import order as orders
from printhub.core.model.events.catalogue import read_fact
from printhub.core.model.events.partner import StaffNotice
from printhub.core.model.known import JobRecord, OrderRecord, Personal
from printhub.core.model.orders import Shipment
from printhub.core.model.people import Address
from printhub.core.notifications.postal import envelope
from printhub.core.notifications.subject import MessageSubject, Scope
from printhub.core.templates.catalogue import REMINDER
from printhub.core.templates.facts import (
    AddressFacts,
    CustomerFacts,
    Facts,
    FailureFacts,
    JobFacts,
    OrderFacts,
    RefundFacts,
    ReminderFacts,
    ShipmentFacts,
    StatementFacts,
    StorefrontFacts,
)


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known when a message is drafted."""

    subject: MessageSubject
    shown: StorefrontFacts
    """How the storefront shows itself."""
    time_zone: str
    order: OrderRecord | None
    personal: Personal = field(repr=False)
    job: JobRecord
    jobs: tuple[JobRecord, ...]
    stated: Event | None = field(repr=False)
    """The event that gave rise to it."""
    language: str
    home: str | None
    """The country that the storefront posts letters in (ISO 3166-1 alpha-2)."""
    now: datetime


def facts_of(known: Known) -> dict[str, Any]:
    """The facts of a message, as JSON."""
    order, subject = known.order, known.subject
    all_jobs = {job.number: _job(job) for job in known.jobs}
    whole = Facts(
        notification=subject.notification,
        language=known.language,
        time_zone=known.time_zone,
        now=known.now,
        storefront=known.shown,
        customer=_customer(known.personal),
        order=_order(order, known) if order is not None else None,
        jobs=tuple(all_jobs.values()),
        job=_job(known.job) if subject.scope is Scope.JOB else None,
        reminder=_reminder(subject) if subject.notification == REMINDER else None,
        **_stated(known.stated, all_jobs),
    )
    return whole.model_dump(mode="json")


def _stated(event: Event | None, all_jobs: dict[str, JobFacts]) -> dict[str, Any]:
    """What the event adds that gave rise to the message."""
    fact = read_fact(event) if event is not None else None
    match fact:
        case orders.OrderFact():
            return _of_order(fact, all_jobs)
        case jobs.JobShipped(shipment=parcel, job=number):
            return {"shipment": _shipment(parcel or Shipment(id=number, jobs=(number,)), all_jobs)}
        case jobs.JobAwaiting(detail=detail, url=url):
            return {"awaited": detail, "url": url}
        case jobs.JobRejected(why=why):
            return {"why": why}
        case jobs.JobOutputFailed(detail=detail):
            return {"failure": FailureFacts(what=detail or "no reason was given", matter="OutputCreationFailed")}
        case StaffNotice(text=text, instance=instance, matter=matter):
            return {"failure": FailureFacts(what=text, instance=instance or "", matter=matter)}
        case _:
            return {}


def _of_order(fact: orders.OrderFact, all_jobs: dict[str, JobFacts]) -> dict[str, Any]:
    match fact:
        case orders.OrderShipped(shipment=parcel):
            return {"shipment": _shipment(parcel, all_jobs)}
        case orders.OrderNoteAdded(note=note):
            return {"note": note.text}
        case orders.OrderPaymentChanged(refunded=refunded, why=why) if refunded is not None:
            return {"refund": RefundFacts(amount=refunded, reason=why)}
        case orders.OrderStatementIssued(statement=statement):
            number = statement.number or statement.id
            return {"statement": StatementFacts(number=number, amount=statement.amount, due_on=statement.due_on)}
        case orders.OrderApprovalChanged(why=why) | orders.OrderCancelled(why=why):
            return {"why": why}
        case _:
            return {}


def _reminder(subject: MessageSubject) -> ReminderFacts:
    number, _, of = subject.occasion.partition(" of ")
    return ReminderFacts(number=int(number), of=int(of))


def _customer(personal: Personal) -> CustomerFacts:
    person = personal.customer
    return CustomerFacts(
        name=person.name,
        first_name=person.name.partition(" ")[0],
        email=person.email,
        phone=person.phone,
        company=person.company,
        user_name=person.user_name,
        guest=person.guest,
    )


def _order(order: OrderRecord, known: Known) -> OrderFacts:
    personal = known.personal
    placed = read_fact(known.stated) if known.stated is not None else None
    as_placed = placed.order if isinstance(placed, orders.OrderPlaced) else None
    return OrderFacts(
        number=order.number,
        url=personal.order_url,
        payment_url=personal.payment_url,
        placed_on=order.created_at,
        total=order.total,
        discount=as_placed.discount if as_placed else None,
        tax=as_placed.tax if as_placed else None,
        status=order.status,
        payment_status=order.payment_status,
        payment_method=order.payment_method,
        shipping_method=order.shipping_method,
        po_number=order.po_number or "",
        department=order.department,
        cost_centre=order.cost_centre,
        billing_address=_address(personal.billing_address, known),
        delivery_address=_address(personal.delivery_address, known),
    )


def _address(address: Address, known: Known) -> AddressFacts:
    return AddressFacts(
        name=address.name,
        company=address.company,
        address1=address.address1,
        address2=address.address2,
        address3=address.address3,
        postcode=address.postcode,
        town=address.town,
        state=address.state,
        country=address.country or "",
        phone=address.phone,
        email=address.email,
        lines=envelope(address, known.language, known.home),
    )


def _job(job: JobRecord) -> JobFacts:
    return JobFacts(
        number=job.number,
        product=job.product,
        product_type=job.product_type,
        quantity=job.quantity,
        price=job.line_price,
        status=job.status or "",
        attributes=dict(job.attributes),
    )


def _shipment(parcel: Shipment, all_jobs: dict[str, JobFacts]) -> ShipmentFacts:
    inside = [all_jobs[number] for number in parcel.jobs if number in all_jobs] or list(all_jobs.values())
    return ShipmentFacts(
        number=parcel.id,
        carrier=parcel.carrier,
        tracking_number=parcel.tracking_number,
        tracking_url=parcel.tracking_url,
        jobs=tuple(inside),
    )
