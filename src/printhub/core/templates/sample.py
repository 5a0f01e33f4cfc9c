"""Made-up facts of every notification, to look at templates and to check them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from printhub.core.model.money import Money
from printhub.core.templates.catalogue import NOTIFICATIONS, About, Audience, Notification
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

_NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def sample(notification: str, language: str = "en", storefront: str = "shop") -> dict[str, Any]:
    """The facts of a made-up order, as JSON: with all that this notification may speak of, and nothing that it may not.

    What is about an order or a job is about a job here; `samples` has both.
    """
    known = NOTIFICATIONS[notification]
    return _facts(known, About.JOB in known.about, language, storefront, _RICH)


def samples(notification: str, language: str = "en", storefront: str = "shop") -> Iterator[dict[str, Any]]:
    """Made-up facts to check a template with, for each thing it may be about: all that there may be, and little.

    A storefront may leave out much: an order without addresses and links, a customer without a name. Of staff's jobs,
    not even the order may be known.
    """
    known = NOTIFICATIONS[notification]
    for about in known.about:
        for made_up in (_RICH, _SPARE):
            yield _facts(known, about is About.JOB, language, storefront, made_up)


def _facts(
    known: Notification, of_job: bool, language: str, storefront: str, made_up: Mapping[str, Any]
) -> dict[str, Any]:
    jobs = made_up["jobs"]
    order = made_up["order"] if known.audience is Audience.CUSTOMER or made_up is _RICH else None
    return Facts(
        notification=known.name,
        language=language,
        time_zone="Europe/Berlin",
        now=_NOW,
        storefront=made_up["storefront"].model_copy(update={"name": storefront}),
        customer=made_up["customer"],
        order=order,
        jobs=jobs,
        job=jobs[0] if of_job else None,
        **{name: made_up[name] for name in known.tells},
    ).model_dump(mode="json")


def _order() -> OrderFacts:
    address = AddressFacts(
        name="Kim Sample",
        company="Sample & Daughters",
        address1="1 Sample Street",
        postcode="10115",
        town="Berlin",
        country="DE",
        email="kim@customer.example",
        phone="+4915123456789",
        lines=("Sample & Daughters", "Kim Sample", "1 Sample Street", "10115 Berlin", "GERMANY"),
    )
    return OrderFacts(
        number="O-1001",
        url="https://shop.example/orders/O-1001",
        payment_url="https://shop.example/pay/O-1001",
        placed_on=_NOW,
        total=_euros("113.50"),
        discount=_euros("10.00"),
        tax=_euros("18.12"),
        status="Processing",
        payment_status="Paid",
        payment_method="Card",
        shipping_method="Parcel",
        po_number="PO-7",
        department="Marketing",
        cost_centre="4711",
        billing_address=address,
        delivery_address=address,
    )


def _job(number: str, product: str, quantity: int, price: str) -> JobFacts:
    return JobFacts(
        number=number,
        product=product,
        product_type="Static",
        quantity=quantity,
        price=_euros(price),
        status="InProduction",
        attributes={"paper": "silk"},
    )


def _euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


_JOBS = (_job("J-1001", "Flyer A5, 135 g", 500, "89.00"), _job("J-1002", "Business cards, 350 g", 1, "24.50"))
_RICH: Mapping[str, Any] = MappingProxyType(
    {
        "storefront": StorefrontFacts(
            name="shop",
            title="Sample Print",
            url="https://shop.example",
            email="hello@shop.example",
            phone="+49 30 123456",
            address=("Sample Print", "1 Press Lane", "10115 Berlin"),
        ),
        "customer": CustomerFacts(
            name="Kim Sample",
            first_name="Kim",
            email="kim@customer.example",
            phone="+4915123456789",
            company="Sample & Daughters",
            user_name="kim",
        ),
        "order": _order(),
        "jobs": _JOBS,
        "shipment": ShipmentFacts(
            number="S-77",
            carrier="Swift Parcel",
            tracking_number="SP123456789",
            tracking_url="https://track.example/SP123456789",
            jobs=_JOBS,
        ),
        "note": "The courier comes on Monday.\n\nPlease have the old posters ready.",
        "refund": RefundFacts(amount=_euros("24.50"), reason="the cards were cut askew"),
        "reminder": ReminderFacts(number=1, of=3),
        "statement": StatementFacts(number="2026-0917", amount=_euros("113.50"), due_on=date(2026, 12, 4)),
        "failure": FailureFacts(what="the MIS refused the job: unknown paper", instance="mis", matter="MisFailed"),
        "why": "the budget of this month is used up",
        "awaited": "the logo as a PDF",
        "url": "https://shop.example/proofs/J-1001",
    }
)
_SPARE: Mapping[str, Any] = MappingProxyType(
    {
        "storefront": StorefrontFacts(name="shop", title="shop"),
        "customer": CustomerFacts(),
        "order": OrderFacts(number="O-1001", placed_on=_NOW, total=_euros("113.50")),
        "jobs": (JobFacts(number="J-1001"),),
        "shipment": ShipmentFacts(number="S-77", jobs=(JobFacts(number="J-1001"),)),
        "note": "The courier comes on Monday.",
        "refund": RefundFacts(amount=_euros("24.50")),
        "reminder": ReminderFacts(),
        "statement": StatementFacts(number="2026-0917"),
        "failure": FailureFacts(what="no reason was given"),
        "why": "",
        "awaited": "",
        "url": "",
    }
)
