"""What is measured, and that it is about no order and no customer."""

from datetime import timedelta
from typing import Any

import pytest

from printhub.core.flow import meters
from printhub.core.flow.meters import EVER, SINCE_START, STANDING, Meter
from printhub.core.flow.metrics import Tallies, metrics
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, StoreUnavailable, Unavailable
from printhub.core.model.reports import Report
from printhub.core.store.store import Tx
from printhub.testing import FakeClock, MemoryHub, Script, after_sending
from tests.invariants.careless import MARKERS, personal_order
from tests.invariants.shop import KEYED, job, mis, order, settings

NO_LAG = timedelta(0)


def shown(hub: MemoryHub, counted: Tallies | None = None) -> dict[Meter, dict[tuple[str, ...], float]]:
    found = hub.hub.store.read(lambda tx: metrics(tx, hub.hub.rules, counted))
    return {metric.meter: dict(metric.samples) for metric in found}


def a_hub(script: Script, *instances: str, clock: FakeClock | None = None, **common: Any) -> MemoryHub:
    names = instances or ("mis",)
    return MemoryHub(settings(*names, **common), [mis(script, name, effects=KEYED) for name in names], clock=clock)


def test_everything_that_is_described_is_measured_once_and_nothing_else() -> None:
    described = [*STANDING, *EVER, *SINCE_START]
    with a_hub(Script()) as hub:
        assert list(shown(hub)) == [*STANDING, *EVER]
        assert list(shown(hub, Tallies(hub.hub.rules))) == described

    assert len({meter.name for meter in described}) == len(described)
    assert [meter.name for meter in described if meter.counter != meter.name.endswith("_total")] == []
    assert {meter for meter in vars(meters).values() if isinstance(meter, Meter)} == set(described)


def test_each_sample_has_a_value_for_each_label() -> None:
    script = Script()
    script.answer("notify", Rejected("no"), Unavailable("busy"))
    with a_hub(script) as hub:
        counted = Tallies(hub.hub.rules, lag=NO_LAG)
        hub.emit("printhub.order.placed", order(jobs=[job("J1"), job("J2"), job("J3")]))
        hub.run()
        hub.emit("x", {}, source="https://nobody.example")

        for meter, samples in shown(hub, counted).items():
            assert {len(labels) for labels in samples} <= {len(meter.labels)}, meter.name


def test_deliveries_are_counted_by_instance_and_state() -> None:
    script = Script()
    script.answer("notify", Rejected("no"), job="J1")
    script.answer("notify", after_sending(OutcomeUnknown("lost")), job="J2")
    script.answer("notify", Report.accepted("R3"), job="J3")
    script.answer("notify", Unavailable("busy"), job="J4")
    with a_hub(script, "mis", "second", breaker_after=100) as hub:
        hub.emit("printhub.order.placed", order(jobs=[job(f"J{number}") for number in range(1, 6)]))
        hub.emit("printhub.order.placed", order("O2", jobs=[job("J6")], payment_status="Pending"))
        hub.run()

        found = shown(hub)
        states = {state: many for (name, state), many in found[meters.DELIVERIES].items() if name == "mis" and many}
        assert states == {"failed": 1, "unknown": 1, "accepted": 1, "retrying": 1, "held": 1}
        assert found[meters.LANES] == {("mis",): 1, ("second",): 0}
        assert found[meters.JOBS_FAILED] == {("mis",): 1, ("second",): 0}
        assert found[meters.PLANNED] == {(): 12}
        assert found[meters.WORKERS] == {(): 1}


def test_what_waits_is_shown_with_how_long_and_with_what_stops_it() -> None:
    script = Script()
    script.default("notify", Misconfigured("wrong key"))
    with a_hub(script, probe_every="10h") as hub:
        hub.emit("printhub.order.placed", order(jobs=[job("J1"), job("J2")]))
        assert shown(hub)[meters.OLDEST] == {("mis",): 0}
        hub.run()
        hub.advance(timedelta(minutes=3))

        found = shown(hub)
        assert found[meters.OLDEST][("mis",)] >= 180
        assert found[meters.STOPPED] == {("mis", "", "misconfigured"): 1}


def test_an_instance_that_left_the_configuration_is_shown_as_long_as_it_has_deliveries() -> None:
    with a_hub(Script(), "mis", "old") as hub:
        hub.emit("printhub.order.placed", order())
        hub.restart(settings("mis"))

        assert shown(hub)[meters.DELIVERIES][("old", "ready")] == 1


def test_timers_count_once_they_are_due() -> None:
    script = Script()
    script.answer("notify", Unavailable("busy"))
    with a_hub(script, retry={"jitter": 0.0, "schedule": ["10m"]}) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        assert shown(hub)[meters.TIMERS_DUE][("retry",)] == 0
        hub.clock.advance(timedelta(minutes=11))

        found = shown(hub)
        assert (found[meters.TIMERS_DUE][("retry",)], found[meters.TIMERS_LATE][("retry",)]) == (1, 60)


def test_a_partner_that_says_nothing_and_jobs_that_go_nowhere_are_counted() -> None:
    script = Script()
    script.default("notify", Report.accepted("R"))
    written = settings("mis", expect={"notify": "1h"})
    written["storefronts"]["other"] = {"sources": ["https://other.example"], "mode": "test"}
    written["routes"] = [{"storefronts": ["shop"], "instances": ["mis"]}]
    with MemoryHub(written, [mis(script)]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.emit("printhub.order.placed", order("O2", jobs=[job("J2")]), storefront="other")
        hub.emit("printhub.job.blocked", {"job": "J9"})
        hub.run()
        hub.advance(timedelta(hours=2))

        found = shown(hub)
        assert found[meters.JOBS_OVERDUE] == {("mis",): 1}
        assert found[meters.JOBS_UNPLANNED] == {(): 1}
        assert found[meters.EVENTS_WAITING] == {("early",): 1, ("unattributed",): 0}


def test_what_comes_is_counted_from_the_start_on_and_once() -> None:
    script = Script()
    script.answer("notify", Rejected("no"), job="J1")
    with a_hub(script) as hub:
        hub.emit("printhub.order.placed", order("O0", jobs=[job("J0")]))
        hub.run()
        _let_a_millisecond_pass(hub)
        counted = Tallies(hub.hub.rules, lag=NO_LAG)
        assert shown(hub, counted)[meters.ACCEPTED] == {("shop",): 0}  # it shows, so that its first rise is seen

        hub.emit("printhub.order.placed", order("O1", jobs=[job("J1"), job("J2")]))
        hub.emit("x", {}, source="https://nobody.example")
        hub.run()
        _let_a_millisecond_pass(hub)

        first, second = shown(hub, counted), shown(hub, counted)
        for found in (first, second):
            assert found[meters.ACCEPTED] == {("shop",): 1}
            assert found[meters.REFUSED] == {("unknown_source",): 1}
            assert found[meters.ATTEMPTS] == {("mis", "rejected"): 1, ("mis", "done"): 1}
            assert found[meters.ATTEMPT_SECONDS] == {("mis",): 0}  # the clock of this hub stands still
        assert first[meters.EVENTS] == {(): 3}  # two orders, and what staff were told of the failure


def test_how_long_attempts_took_is_summed_up() -> None:
    script, clock = Script(), FakeClock()

    def slow(_message: object, _call: object) -> Report:
        clock.advance(timedelta(milliseconds=2500))
        return Report.done("R")

    script.default("notify", slow)
    with a_hub(script, clock=clock) as hub:
        counted = Tallies(hub.hub.rules, lag=NO_LAG)
        hub.emit("printhub.order.placed", order(jobs=[job("J1"), job("J2")]))
        hub.run()
        _let_a_millisecond_pass(hub)

        assert shown(hub, counted)[meters.ATTEMPT_SECONDS] == {("mis",): 5.0}


def test_what_is_being_written_now_is_counted_later() -> None:
    with a_hub(Script()) as hub:
        counted = Tallies(hub.hub.rules)  # with its lag
        hub.emit("printhub.order.placed", order())
        _let_a_millisecond_pass(hub)

        assert shown(hub, counted)[meters.ACCEPTED] == {("shop",): 0}


def test_a_look_that_fails_is_made_again_from_where_the_last_one_stopped() -> None:
    with a_hub(Script()) as hub:
        counted = Tallies(hub.hub.rules, lag=NO_LAG)
        hub.emit("printhub.order.placed", order())
        _let_a_millisecond_pass(hub)

        def fails(tx: Tx) -> None:
            tx.exec_driver_sql("ALTER TABLE attempt RENAME TO gone")  # which is undone with all the rest
            list(counted.read(tx))

        with pytest.raises(StoreUnavailable):
            hub.hub.store.write(fails)
        assert shown(hub, counted)[meters.ACCEPTED] == {("shop",): 1}


def test_no_label_names_an_order_a_job_or_a_customer() -> None:
    script = Script()
    script.answer("notify", Rejected(MARKERS[1]), Misconfigured(MARKERS[2]))
    with a_hub(script) as hub:
        counted = Tallies(hub.hub.rules, lag=NO_LAG)
        hub.emit("printhub.order.placed", personal_order("O1", [job("J1"), job("J2")]))
        hub.emit("printhub.order.placed", personal_order("O1", []), source=MARKERS[1])
        hub.run()
        _let_a_millisecond_pass(hub)

        said = repr(shown(hub, counted))
        assert [word for word in (*MARKERS, "O1", "J1", "J2") if word in said] == []
        labels = {label for meter in (*STANDING, *EVER, *SINCE_START) for label in meter.labels}
        assert labels == {"instance_name", "state", "storefront", "cause", "kind", "code", "outcome"}


def _let_a_millisecond_pass(hub: MemoryHub) -> None:
    """Until ids begin with another millisecond, by which things are counted."""
    begun = hub.hub.rules.new_id().int >> 80
    while hub.hub.rules.new_id().int >> 80 == begun:
        pass
