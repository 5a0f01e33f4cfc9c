"""Messages and events for tests: each is complete and valid as it is, and keyword arguments change any field."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, JsonValue

from printhub.core.channels.email.messages import EmailMessage
from printhub.core.channels.file.messages import FilePlacement
from printhub.core.channels.files import TicketFile
from printhub.core.channels.mis.messages import JobTicket, TicketJob, TicketOrder
from printhub.core.channels.payment.messages import RefundRequest
from printhub.core.channels.sms.messages import SmsMessage
from printhub.core.channels.status.messages import StatusMessage
from printhub.core.model.assets import Asset
from printhub.core.model.envelope import Event
from printhub.core.model.events.partner import StatusChanged
from printhub.core.model.jobs import Job, Part, ProductType
from printhub.core.model.money import Money
from printhub.core.model.orders import Order
from printhub.core.model.people import Address, Person
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.testing.clock import START
from printhub.testing.memory_files import MemoryFiles
from printhub.testing.pdf import tiny_pdf

STOREFRONT = "shop"
SOURCE = "urn:storefront:shop"

_ATTRIBUTES = {"material": "300 g/m² silk", "size": "A6", "finish": "matt lamination"}
_FILES = ("front.pdf", "back.pdf")


def a_ticket(
    job: str | TicketJob = "J-1",
    product_type: ProductType = ProductType.MULTI_PART,
    files: Iterable[str | TicketFile] | None = None,
    *,
    order: str | TicketOrder | None = "O-1",
    **changes: Any,
) -> JobTicket:
    """A ticket of a job whose files are real little PDFs that can be opened.

    A file given by its name becomes artwork, in a MultiPart job of a part named after it. Stock products (Ordinary)
    have no files unless you give some. A job or order given whole is taken as it is; `changes` are further fields.
    """
    number, product_type = (job, product_type) if isinstance(job, str) else (job.id, job.product_type)
    multi_part = product_type is ProductType.MULTI_PART
    described = _files(number, _names(product_type) if files is None else files, multi_part=multi_part)
    ticket: dict[str, Any] = {
        "storefront": STOREFRONT,
        "mode": Mode.TEST,
        "job": _ticket_job(job, product_type, described) if isinstance(job, str) else job,
        "order": _ticket_order(order) if isinstance(order, str) else order,
        "files": described,
    }
    return JobTicket(**(ticket | changes))


def a_placement(
    job: str = "J-1",
    product_type: ProductType = ProductType.MULTI_PART,
    files: Iterable[str | TicketFile] | None = None,
    **changes: Any,
) -> FilePlacement:
    """The files of a job on their way into a hot folder, as in `a_ticket`."""
    multi_part = product_type is ProductType.MULTI_PART
    placement: dict[str, Any] = {
        "storefront": STOREFRONT,
        "mode": Mode.TEST,
        "job": job,
        "order": "O-1",
        "product_type": product_type,
        "product": "Postcard",
        "quantity": 250,
        "attributes": dict(_ATTRIBUTES),
        "files": _files(job, _names(product_type) if files is None else files, multi_part=multi_part),
    }
    return FilePlacement(**(placement | changes))


def an_email(recipient: str = "kim@customer.example", **changes: Any) -> EmailMessage:
    """An e-mail in text and HTML."""
    message: dict[str, Any] = {
        "storefront": STOREFRONT,
        "mode": Mode.TEST,
        "message_id": "0190d1f4-1.1@hub.example",
        "sender": "Print shop <orders@shop.example>",
        "envelope_sender": "bounce+0190d1f4@hub.example",
        "recipient": recipient,
        "subject": "Your order O-1 is in production",
        "text": "Hello Kim,\n\nwe have begun to print your postcards.\n",
        "html": "<p>Hello Kim,</p><p>we have begun to print your postcards.</p>",
    }
    return EmailMessage(**(message | changes))


def an_sms(recipient: str = "+4930123456", **changes: Any) -> SmsMessage:
    """A text message."""
    message: dict[str, Any] = {
        "storefront": STOREFRONT,
        "mode": Mode.TEST,
        "recipient": recipient,
        "text": "Your order O-1 can be collected.",
    }
    return SmsMessage(**(message | changes))


def a_refund_request(entry: str = "E-1", **changes: Any) -> RefundRequest:
    """A request to give 12.50 EUR back."""
    request: dict[str, Any] = {
        "storefront": STOREFRONT,
        "mode": Mode.TEST,
        "entry": entry,
        "order": "O-1",
        "payment": "PAY-1",
        "amount": Money(amount=Decimal("12.50"), currency="EUR"),
        "reason": "one box arrived damaged",
    }
    return RefundRequest(**(request | changes))


def a_status_message(job: str = "J-1", status: JobStatus = JobStatus.MIS_NOTIFIED, **changes: Any) -> StatusMessage:
    """The news that a job's history has a new entry."""
    data = StatusChanged(
        storefront=STOREFRONT,
        order="O-1",
        job=job,
        status=status,
        at=START,
        by="mis:press",
        epoch=1,
        current=status,
    )
    event = an_event(data.type, data, source=f"urn:printhub:{STOREFRONT}", subject=job)
    message: dict[str, Any] = {"storefront": STOREFRONT, "mode": Mode.TEST, "event": event}
    return StatusMessage(**(message | changes))


def a_job(
    number: str = "J-1",
    product_type: ProductType = ProductType.MULTI_PART,
    files: Iterable[str] | None = None,
    **changes: Any,
) -> Job:
    """A job as the storefront describes it; its files lie at the storefront's own URLs, where nothing is served.

    The files are the artwork of parts in a MultiPart job, the output of a static one, else artwork.
    """
    names = _names(product_type) if files is None else files
    assets = tuple(Asset(name=name, url=f"https://shop.example/files/{number}/{name}") for name in names)
    job: dict[str, Any] = {
        "id": number,
        "product_type": product_type,
        "product": "Postcard",
        "quantity": 250,
        "attributes": dict(_ATTRIBUTES),
    }
    match product_type:
        case ProductType.MULTI_PART:
            job["parts"] = tuple(
                Part(id=part, name=asset.name, artwork=asset.model_copy(update={"part": part}))
                for asset in assets
                for part in [_part(asset.name)]
            )
        case ProductType.STATIC:
            job["output"] = assets
        case _:
            job["artwork"] = assets
    return Job(**(job | changes))


def an_order(number: str = "O-1", jobs: Iterable[Job] | None = None, **changes: Any) -> Order:
    """A paid order that needs no approval, of one job unless you give others."""
    order: dict[str, Any] = {
        "id": number,
        "jobs": (a_job(),) if jobs is None else tuple(jobs),
        "status": "Processing",
        "payment_status": "Paid",
        "total": Money(amount=Decimal("49.39"), currency="EUR"),
        "customer": _customer(),
        "billing_address": _address(),
        "delivery_address": _address(),
    }
    return Order(**(order | changes))


def an_event(
    type: str,  # noqa: A002 - the attribute's name in CloudEvents
    data: BaseModel | Mapping[str, JsonValue] | None = None,
    **changes: Any,
) -> Event:
    """An event of a storefront under an id of its own, stated at `clock.START`; `data` may be the type's model."""
    event: dict[str, Any] = {
        "id": str(uuid4()),
        "source": SOURCE,
        "specversion": "1.0",
        "type": type,
        "time": START,
        "datacontenttype": "application/json",
        "data": data.model_dump(mode="json", exclude_unset=True) if isinstance(data, BaseModel) else data,
    }
    return Event.model_validate(event | changes)


def _ticket_job(number: str, product_type: ProductType, files: Iterable[TicketFile]) -> TicketJob:
    return TicketJob(
        id=number,
        product_type=product_type,
        product="Postcard",
        quantity=250,
        attributes=dict(_ATTRIBUTES),
        parts=tuple(Part(id=file.part, name=file.name) for file in files if file.part is not None),
        line_price=Money(amount=Decimal("41.50"), currency="EUR"),
    )


def _ticket_order(number: str) -> TicketOrder:
    return TicketOrder(
        id=number,
        total=Money(amount=Decimal("49.39"), currency="EUR"),
        customer=_customer(),
        billing_address=_address(),
        delivery_address=_address(),
    )


def _names(product_type: ProductType) -> Iterable[str]:
    return _FILES if product_type.prints else ()


def _files(job: str, files: Iterable[str | TicketFile], *, multi_part: bool) -> tuple[TicketFile, ...]:
    source = MemoryFiles()
    return tuple(
        source.add(file, tiny_pdf(f"{job} {file}"), part=_part(file) if multi_part else None)
        if isinstance(file, str)
        else file
        for file in files
    )


def _part(name: str) -> str:
    return name.rpartition(".")[0] or name


def _customer() -> Person:
    return Person(user_name="kim", name="Kim Sample", email="kim@customer.example", phone="+4930123456", language="en")


def _address() -> Address:
    return Address(name="Kim Sample", address1="1 Sample Street", town="Berlin", postcode="10115", country="DE")
