"""A storefront that is down, gone, or slow to learn: told in the end, each job in its order, nothing twice."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from plugins.status_webhook.tests.sample import config
from printhub.testing import FakeClock, MemoryHub, Script, WebhookReceiver, scripted_mis
from printhub_status_webhook.adapter import StatusWebhook

ORDER: dict[str, Any] = {"payment_status": "Paid", "total": {"amount": "10.00", "currency": "EUR"}}


@pytest.fixture
def endpoint() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as made:
        yield made


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def hub(endpoint: WebhookReceiver, clock: FakeClock) -> Iterator[MemoryHub]:
    mis = scripted_mis(Script(), name="mis", verbs=("notify",))
    written = {
        "storefronts": {"shop": {"sources": ["https://shop.example"], "mode": "test"}},
        "instances": {
            "mis": {"adapter": "mis", "mode": "test"},
            "events": {
                "adapter": "status_webhook",
                "mode": "test",
                "breaker_after": 1000,
                "retry": {"schedule": ["5s", "5m", "30m", "2h"], "give_up_after": "4d", "jitter": 0.0},
                "config": config(endpoint.url),
            },
        },
        "routes": [{"instances": ["mis", "events"]}],
    }
    with MemoryHub(written, [mis, StatusWebhook], clock=clock) as made:
        yield made


def place(hub: MemoryHub, *jobs: str) -> None:
    for name in jobs:
        job: dict[str, Any] = {"id": name, "product_type": "Ordinary", "quantity": 1}
        hub.emit("printhub.order.placed", {"order": {"id": f"O-{name}", "jobs": [job], **ORDER}})


def told(endpoint: WebhookReceiver) -> dict[str, list[str]]:
    """The statuses that the storefront took, by job, in the order in which it took them; each webhook once."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for came in endpoint.taken:
        found[came.event["subject"]].setdefault(came.id, came.event["data"]["status"])
    return {job: list(statuses.values()) for job, statuses in found.items()}


def history(hub: MemoryHub, job: str) -> list[str]:
    return [str(entry.status) for entry in hub.history(job)]


def test_a_storefront_that_is_down_for_an_hour_is_told_all_in_order_and_nothing_twice(
    hub: MemoryHub, endpoint: WebhookReceiver
) -> None:
    endpoint.answer_all(503)
    place(hub, "J1", "J2")
    hub.run()
    for _ in range(4):
        hub.advance(timedelta(minutes=15))
        hub.emit("printhub.job.progressed", {"job": "J1", "status": "InPacking"})
        hub.run()
    assert told(endpoint) == {}

    endpoint.answer_all(204)
    for _ in range(10):
        hub.advance(timedelta(minutes=30))
        hub.run()

    assert told(endpoint) == {"J1": history(hub, "J1"), "J2": history(hub, "J2")}
    ids = [came.id for came in endpoint.taken]
    assert len(ids) == len(set(ids))


def test_an_answer_that_is_lost_makes_the_same_webhook_come_again_under_the_same_id(
    hub: MemoryHub, endpoint: WebhookReceiver
) -> None:
    endpoint.break_off()
    place(hub, "J1")
    hub.run()
    for _ in range(4):
        hub.advance(timedelta(minutes=10))
        hub.run()

    first, second, *_ = [came for came in endpoint.came if came.event["data"]["status"] == "Ordered"]
    assert (first.id, first.body) == (second.id, second.body)
    assert told(endpoint) == {"J1": history(hub, "J1")}


def test_an_endpoint_that_is_gone_stops_the_instance_and_staff_are_told_once(
    hub: MemoryHub, endpoint: WebhookReceiver
) -> None:
    endpoint.answer_all(410)
    place(hub, "J1", "J2", "J3")
    hub.run()
    first = len(endpoint.came)
    place(hub, "J4")
    hub.advance(timedelta(minutes=4))
    hub.run()

    assert [notice.instance for notice in hub.notices()] == ["events"]
    assert "printhub resume events" in hub.notices()[0].text
    assert len(endpoint.came) == first <= 3  # those that were under way


def test_an_endpoint_that_is_gone_is_left_alone_until_somebody_says_otherwise(
    hub: MemoryHub, endpoint: WebhookReceiver
) -> None:
    endpoint.answer_all(410)
    place(hub, "J1")
    hub.run()
    first = len(endpoint.came)
    for _ in range(4):
        hub.advance(timedelta(days=1))
    assert len(endpoint.came) == first

    hub.hub.acts.instances.resume("events", by="operator:test", why="it has a new home, and is gone there too")
    hub.run()
    hub.advance(timedelta(days=1))
    assert len(endpoint.came) == first + 1
    assert len(hub.notices()) == 1

    endpoint.answer_all(200)
    hub.hub.acts.instances.resume("events", by="operator:test", why="it is back")
    hub.run()
    assert told(endpoint) == {"J1": history(hub, "J1")}


def test_a_request_of_the_hub_is_posted_too(hub: MemoryHub, endpoint: WebhookReceiver) -> None:
    place(hub, "J1")
    hub.run()

    hub.hub.acts.orders.cancel("O-J1", by="operator:test", why="ordered twice")
    hub.run()

    assert endpoint.taken[-1].event["type"] == "printhub.request.cancellation"


def test_a_webhook_writes_no_status(hub: MemoryHub, endpoint: WebhookReceiver) -> None:
    place(hub, "J1")
    hub.run()

    assert len(endpoint.taken) == len(hub.history("J1"))
