"""Orders, jobs and files as the hub knows them, made in one line."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from printhub.core.channels.channel import Declared
from printhub.core.model.jobs import JobApproval, Part, ProductType
from printhub.core.model.known import FileRecord, FileRole, FileState, JobRecord, OrderRecord, OutputState, Personal
from printhub.core.model.money import Money
from printhub.core.model.orders import OrderApproval, OrderStatus, PaymentStatus
from printhub.core.model.people import Address, Person
from printhub.core.model.verbs import Kind, Mode, Verb

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORDER_ID = UUID(int=1)
JOB_ID = UUID(int=2)


def a_job(product_type: ProductType = ProductType.MULTI_PART, **changed: Any) -> JobRecord:
    job = JobRecord(
        id=JOB_ID,
        storefront="acme",
        number="J-1",
        mode=Mode.LIVE,
        product_type=product_type,
        product="Business card",
        quantity=500,
        approval=JobApproval.NOT_REQUIRED,
        output=OutputState.CREATED,
        created_at=NOON,
        order_id=ORDER_ID,
        attributes={"paper": "350 g"},
        parts=(Part(id="front", quantity=250), Part(id="back", quantity=250)),
        weight_grams=900,
        line_price=Money(amount=Decimal("19.90"), currency="EUR"),
        external_reference="X-9",
        ordered=True,
        epoch=2,
    )
    return replace(job, **changed)


def an_order() -> OrderRecord:
    return OrderRecord(
        id=ORDER_ID,
        storefront="acme",
        number="O-1",
        mode=Mode.LIVE,
        status=OrderStatus.PROCESSING,
        payment_status=PaymentStatus.PAID,
        test_payment=False,
        approval=OrderApproval.NOT_REQUIRED,
        total=Money(amount=Decimal("119.00"), currency="EUR"),
        created_at=NOON,
        shipping_method="express",
        department="Sales",
        cost_centre="42",
        po_number="PO-1",
        checkout_attributes={"gift": "no"},
    )


def somebody() -> Personal:
    return Personal(
        customer=Person(name="Jane Doe", email="jane@example.org"),
        billing_address=Address(name="Accounts", town="York"),
        delivery_address=Address(name="Jane Doe", town="Leeds"),
    )


def a_file(name: str, role: FileRole = FileRole.OUTPUT, **changed: Any) -> FileRecord:
    file = FileRecord(
        id=uuid5(JOB_ID, name),
        job_id=JOB_ID,
        role=role,
        name=name,
        url=f"https://store.example/{name}",
        media_type="application/pdf",
        state=FileState.PRESENT,
        created_at=NOON,
        sha256="0" * 64,
        size=1234,
        stored=f"J-1/{name}",
    )
    return replace(file, **changed)


def declared(*verbs: Verb, kind: Kind = Kind.MIS, **options: bool) -> Declared:
    return Declared(instance="main", kind=kind, mode=Mode.LIVE, verbs=frozenset(verbs), **options)
