"""What operators do to an order reaches the storefront and the MIS, in the lane of the order's first delivered job."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from printhub.core.channels.mis.messages import JobTicket
from printhub.core.channels.status.messages import StatusMessage
from printhub.core.flow.acts.desk import find_order
from printhub.core.flow.acts.orders import OrderActs
from printhub.core.model.envelope import Event
from printhub.core.model.errors import ActRefused
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Verb
from printhub.core.store import acts
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from printhub.testing.scripted import scripted_mis, scripted_status
from tests.invariants.shop import job, order, settings

BY: dict[str, Any] = {"by": "operator:test", "why": "a test"}
KIT = [job("KIT", product_type="Custom"), job("J1", parent="KIT"), job("J2", parent="KIT")]


class House:
    """A hub with a MIS and a storefront that listens."""

    def __init__(self) -> None:
        self.press, self.web = Script(), Script()
        mis = scripted_mis(self.press, name="mis", verbs=("notify", "update"))
        self.hub = MemoryHub(settings("mis", "web"), [mis, scripted_status(self.web, name="web")])

    @property
    def acts(self) -> OrderActs:
        return self.hub.hub.acts.orders

    def told(self) -> list[Event]:
        """The requests that the storefront heard."""
        messages = [call.message for call in self.web.asked(Verb.PUBLISH)]
        events = [message.event for message in messages if isinstance(message, StatusMessage)]
        return [event for event in events if event.type.startswith("printhub.request.")]


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    with made.hub:
        made.hub.emit("printhub.order.placed", order("O1", KIT))
        made.hub.run()
        yield made


def test_the_first_job_that_is_delivered_carries_the_request_in_its_lane(house: House) -> None:
    asked = house.acts.cancel("O1", **BY)
    house.hub.run()

    assert asked.told
    [request] = house.told()
    assert (request.type, request.subject) == ("printhub.request.cancellation", "O1")
    carriers = [d for name in ("KIT", "J1", "J2") for d in house.hub.deliveries(name, "web") if d.subject == request.id]
    assert [delivery.lane for delivery in carriers] == [house.hub.deliveries("J1", "web")[0].lane]


def test_a_request_to_cancel_ends_nothing_until_the_storefront_says_so(house: House) -> None:
    house.acts.cancel("O1", **BY)
    house.hub.run()
    entries = [house.hub.history(name)[-1] for name in ("J1", "J2")]

    assert {entry.status for entry in entries} == {JobStatus.ACTION_RUN}
    assert {entry.by for entry in entries} == {"operator:test"}
    house.hub.emit("printhub.order.cancelled", {"order": "O1"})
    with pytest.raises(ActRefused, match="cancelled already"):
        house.acts.cancel("O1", **BY)


def test_a_new_purchase_order_number_is_an_update_at_the_mis_and_a_request_to_the_storefront(house: House) -> None:
    house.acts.set_po("O1", "PO-7", **BY)
    house.hub.run()

    tickets = [call.message for call in house.press.asked("update")]
    numbers = [ticket.order.po_number for ticket in tickets if isinstance(ticket, JobTicket) and ticket.order]
    assert numbers == ["PO-7", "PO-7"]
    [request] = house.told()
    assert isinstance(request.data, dict)
    assert request.data["po_number"] == "PO-7"


def test_the_storefront_that_takes_it_over_changes_nothing_any_more(house: House) -> None:
    house.acts.set_po("O1", "PO-7", **BY)
    house.hub.run()
    house.hub.emit("printhub.order.changed", {"order": "O1", "po_number": "PO-7"})
    house.hub.run()

    assert len(house.press.asked("update")) == 2
    assert len(house.told()) == 1


def test_an_order_without_jobs_is_acted_on_too_and_its_request_is_recorded() -> None:
    with MemoryHub(settings("web"), [scripted_status(Script(), name="web")]) as hub:
        hub.emit("printhub.order.placed", order("O1", []))
        asked = hub.hub.acts.orders.note("O1", "call first", for_customer=False, **BY)

        assert not asked.told


def test_an_act_by_a_clock_that_is_behind_that_of_the_storefront_holds_all_the_same(house: House) -> None:
    ahead = house.hub.clock() + timedelta(minutes=3)
    house.hub.emit("printhub.order.changed", {"order": "O1", "po_number": "PO-1"}, time=ahead)

    done = house.acts.set_po("O1", "PO-2", **BY)

    assert done.order.po_number == "PO-2"


@pytest.mark.parametrize("before", ["PO-1", None])
def test_a_purchase_order_number_is_as_before_when_its_act_is_undone(house: House, before: str | None) -> None:
    if before is not None:
        house.acts.set_po("O1", before, **BY)
    house.acts.set_po("O1", "PO-2", **BY)
    [newest, *_] = house.hub.hub.store.read(lambda tx: acts.listed(tx, 1))

    house.hub.hub.acts.undo.undo(str(newest.id), **BY)
    house.hub.run()

    assert house.hub.hub.store.read(lambda tx: find_order(tx, "O1")).po_number == before
    asked = house.told()[-1].data
    assert isinstance(asked, dict)
    assert asked["po_number"] == before


def test_a_purchase_order_number_that_was_changed_since_is_not_undone(house: House) -> None:
    house.acts.set_po("O1", "PO-1", **BY)
    [first, *_] = house.hub.hub.store.read(lambda tx: acts.listed(tx, 1))
    house.acts.set_po("O1", "PO-2", **BY)

    with pytest.raises(ActRefused, match="was changed since"):
        house.hub.hub.acts.undo.undo(str(first.id), **BY)

    assert house.hub.hub.store.read(lambda tx: find_order(tx, "O1")).po_number == "PO-2"
