"""Rows for the tests of the store, each complete as it is; keyword arguments change any field."""

from typing import Any

from uuid_utils.compat import uuid7

from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.jobs import JobApproval, ProductType
from printhub.core.model.known import JobRecord, OutputState
from printhub.core.model.verbs import Kind, Mode, Verb
from printhub.core.store import deliveries as rows
from printhub.core.store.events import EventRecord, EventState
from printhub.core.store.store import Store, Tx
from printhub.testing.clock import START


def an_event_record(**changes: Any) -> EventRecord:
    facts: dict[str, Any] = {
        "id": uuid7(),
        "source": "https://shop.example",
        "source_id": "1",
        "type": "printhub.order.placed",
        "storefront": "shop",
        "subject": "O1",
        "time": START,
        "received_at": START,
        "state": EventState.APPLIED,
        "waits_for": None,
        "depth": 0,
        "payload_id": None,
    }
    return EventRecord(**(facts | changes))


def a_delivery(subject: str = "J1", state: DeliveryState = DeliveryState.READY, **changes: Any) -> Delivery:
    storefront, instance = changes.get("storefront", "shop"), changes.get("instance", "mis")
    facts: dict[str, Any] = {
        "id": uuid7(),
        "seq": 0,
        "storefront": storefront,
        "instance": instance,
        "kind": Kind.MIS,
        "verb": Verb.NOTIFY,
        "subject": subject,
        "run": 1,
        "lane": f"{instance}/{storefront}/{subject}",
        "state": state,
        "created_at": START,
    }
    return Delivery(**(facts | changes))


def a_job_record(number: str = "J1", **changes: Any) -> JobRecord:
    facts: dict[str, Any] = {
        "id": uuid7(),
        "storefront": "shop",
        "number": number,
        "mode": Mode.TEST,
        "product_type": ProductType.STATIC,
        "product": "Postcard",
        "quantity": 1,
        "approval": JobApproval.NOT_REQUIRED,
        "output": OutputState.CREATED,
        "created_at": START,
    }
    return JobRecord(**(facts | changes))


def keep(store: Store, *deliveries: Delivery) -> None:
    """Write deliveries in one transaction, in this order."""

    def work(tx: Tx) -> None:
        for delivery in deliveries:
            rows.save(tx, delivery)

    store.write(work)
