"""Invariant 13: no loops, and no leaks between storefronts."""

import pytest
from pydantic import JsonValue

from printhub.core.channels.status.messages import StatusMessage
from printhub.core.model.call import Call
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.envelope import MAX_DEPTH
from printhub.core.model.errors import NotFound, Rejected
from printhub.core.model.reports import Progress as Told
from printhub.core.model.reports import Report
from printhub.core.model.signals import Progress, Settled
from printhub.core.model.statuses import JobStatus
from printhub.core.store import dossiers
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from printhub.testing.scripted import scripted_status
from tests.invariants.shop import job, mis, order, settings

DONE = DeliveryState.DONE


def two_shops(script: Script) -> MemoryHub:
    hub = MemoryHub(settings(storefronts=("a", "b")), [mis(script, verbs=("notify", "manifest"))])
    for storefront, quantity in (("a", 5), ("b", 7)):
        hub.emit("printhub.order.placed", order(jobs=[job("J1", quantity=quantity)]), storefront=storefront)
    return hub


def quantity_of(hub: MemoryHub, storefront: str) -> int:
    dossier = hub.hub.store.read(lambda tx: dossiers.load_job(tx, storefront, "J1"))
    assert dossier is not None
    return dossier.job.quantity


def states(hub: MemoryHub, storefront: str) -> set[str]:
    dossier = hub.hub.store.read(lambda tx: dossiers.load_job(tx, storefront, "J1"))
    assert dossier is not None
    assert {one.storefront for one in dossier.deliveries.values()} == {storefront}
    return {str(one.state) for one in dossier.deliveries.values()}


def test_two_storefronts_may_use_the_same_numbers() -> None:
    script = Script()
    with two_shops(script) as hub:
        hub.emit("printhub.job.changed", {"job": "J1", "quantity": 9}, storefront="b")
        assert (quantity_of(hub, "a"), quantity_of(hub, "b")) == (5, 9)
        hub.emit("printhub.order.cancelled", {"order": "O1"}, storefront="a")
        hub.run()

        assert (states(hub, "a"), states(hub, "b")) == ({"cancelled"}, {"done"})
    assert [call.message.job.quantity for call in script.asked("notify")] == [9]  # type: ignore[union-attr] # a ticket


def test_the_same_event_id_from_two_storefronts_is_two_events() -> None:
    with MemoryHub(settings(storefronts=("a", "b")), [mis(Script())]) as hub:
        for storefront in ("a", "b"):
            assert hub.emit("printhub.order.placed", order(), storefront=storefront, id="e1").accepted


def test_an_early_event_waits_for_its_own_storefronts_order() -> None:
    with MemoryHub(settings(storefronts=("a", "b")), [mis(Script())]) as hub:
        hub.emit("printhub.job.blocked", {"job": "J1"}, storefront="a")
        hub.emit("printhub.order.placed", order(), storefront="b")
        hub.run()

        assert states(hub, "b") == {"done"}
        assert len(hub.early()) == 1


@pytest.mark.parametrize(
    "signal",
    [
        Settled(job="J1", refused="no such paper"),
        Settled(job="J1", report=Report.done("X")),
        Progress(job="J1", progress=(Told(status=JobStatus.IN_PRODUCTION),)),
    ],
)
def test_a_callback_by_a_number_that_two_storefronts_use_finds_neither_and_is_kept(
    signal: Settled | Progress,
) -> None:
    script = Script()
    script.default("notify", Report.accepted())
    with two_shops(script) as hub:
        hub.run()
        before = (states(hub, "a"), states(hub, "b"))

        hub.signals("mis", [signal])
        hub.run()

        assert (states(hub, "a"), states(hub, "b")) == before
        assert len(hub.unattributed()) == 1


def test_a_callback_by_reference_finds_the_one_that_is_meant() -> None:
    script = Script()
    script.answer("notify", Report.accepted("R-1"), Report.accepted("R-2"))
    with two_shops(script) as hub:
        hub.run()
        hub.signals("mis", [Settled(reference="R-2", refused="no such paper")])
        hub.run()

        second = next(call for call in script.asked("notify") if call is script.asked("notify")[1])
        refused = second.message.storefront  # type: ignore[union-attr] # a ticket
        assert "failed" in states(hub, refused)
        assert "failed" not in states(hub, "a" if refused == "b" else "b")


def test_an_instance_hears_nothing_of_what_was_sent_to_another() -> None:
    one, two = Script(), Script()
    one.default("notify", Report.accepted("R-1"))
    two.default("notify", Report.done("R-2"))
    with MemoryHub(settings("mis", "second"), [mis(one), mis(two, "second")]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        key = str(hub.deliveries("J1", "mis")[0].id)

        for signal in (Settled(reference="R-1", refused="no"), Settled(key=key, refused="no")):
            hub.signals("second", [signal])

        assert hub.deliveries("J1", "mis")[0].state is DeliveryState.ACCEPTED
        assert len(hub.unattributed()) == 2


def test_an_operator_has_to_say_which_of_two_jobs_is_meant() -> None:
    with two_shops(Script()) as hub:
        with pytest.raises(NotFound, match="J1 is ambiguous; say one of a/J1, b/J1"):
            hub.hub.acts.jobs.block("J1", by="operator:kim", why="a check")
        hub.hub.acts.jobs.block("b/J1", by="operator:kim", why="a check")
        hub.run()

        assert (states(hub, "a"), states(hub, "b")) == ({"done"}, {"held"})


def test_what_has_too_many_causes_is_refused() -> None:
    with MemoryHub(settings(), [mis(Script())]) as hub:
        hub.emit("printhub.order.placed", order())

        def caused(depth: int) -> dict[str, JsonValue]:
            envelope: dict[str, JsonValue] = {"specversion": "1.0", "source": "https://shop.example", "id": f"{depth}"}
            data: dict[str, JsonValue] = {"job": "J1", "status": "InProduction"}
            return envelope | {"type": "printhub.job.progressed", "causationdepth": depth, "data": data}

        assert hub.hub.intake.take_raw(caused(MAX_DEPTH)).accepted
        refused = hub.hub.intake.take_raw(caused(MAX_DEPTH + 1))
        assert (refused.refused, refused.code) == (True, "too_deep")


def test_a_storefront_that_answers_every_status_with_an_event_goes_round_a_few_times_and_no_more() -> None:
    script, web = Script(), Script()
    with MemoryHub(settings("mis", "web"), [mis(script), scripted_status(web, name="web")]) as hub:

        def echo(message: StatusMessage, _call: Call) -> Report:
            if len(web.calls) > 50:
                raise Rejected("this goes round and round")
            envelope: dict[str, JsonValue] = {
                "specversion": "1.0",
                "id": f"about-{message.event.id}",
                "source": "https://shop.example",
                "type": "printhub.job.progressed",
                "data": {"job": "J1", "status": "InProduction"},
                "causationdepth": message.event.depth + 1,
            }
            hub.hub.intake.take_raw(envelope)
            return Report.done("R")

        web.default("publish", echo)
        hub.emit("printhub.order.placed", order())
        hub.run()

        assert len(web.calls) < 2 * (MAX_DEPTH + 2)


def test_a_publish_writes_no_status_and_a_staff_notice_is_told_to_no_storefront() -> None:
    script, web = Script(), Script()
    script.answer("notify", Rejected("no"))
    web.answer("publish", Rejected("not wanted"))
    with MemoryHub(settings("mis", "web"), [mis(script), scripted_status(web, name="web")]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()

        assert [str(entry.status) for entry in hub.history("J1")] == ["Ordered", "MisFailed"]
        assert len(web.asked("publish")) == 2
        assert len(hub.notices()) >= 1
