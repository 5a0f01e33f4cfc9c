"""A scheduled job never goes before its moment, and once after it, in whatever order events and restarts come."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from printhub.core.model.deliveries import DeliveryState
from printhub.testing.clock import START, FakeClock
from printhub.testing.script import Script
from tests.invariants.shop import memory_hub, order
from tests.services.stores import examples

HOUR = timedelta(hours=1)
SAID = START - 100 * HOUR
"""When the storefront spoke: before every time that the hub's clock jumps back to here. What lies ahead of that clock
counts as five minutes ahead at the most (decision 0011)."""

_STEPS = st.one_of(
    st.tuples(st.just("advance"), st.integers(-3, 12)),
    st.tuples(st.just("sleep"), st.integers(1, 12)),  # the clock moves while no hub runs
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("schedule"), st.one_of(st.none(), st.integers(-6, 48))),
    st.tuples(st.just("paid"), st.booleans()),
)


@settings(max_examples=examples(25))
@given(first=st.one_of(st.none(), st.integers(1, 48)), steps=st.lists(_STEPS, max_size=12))
def test_a_job_never_goes_before_its_moment_and_goes_once_after_it(
    first: int | None, steps: list[tuple[str, int | None]]
) -> None:
    clock, script = FakeClock(), Script()
    with memory_hub(script, clock=clock) as hub:
        # Given an order for some moment, or for at once. What it says later is newer, however the clock jumps.
        release = None if first is None else START + first * HOUR
        told = 0
        hub.emit("printhub.order.placed", order(payment_status="Paid", release_at=_text(release)), time=SAID)
        paid = True
        for act, number in steps:
            before = len(script.asked("notify"))
            if act == "advance":
                clock.advance((number or 0) * HOUR)
            elif act == "sleep":
                clock.advance((number or 0) * HOUR)
                hub.restart()
            elif act == "restart":
                hub.restart()
            else:
                told += 1
                time = SAID + told * timedelta(microseconds=1)
                if act == "schedule":
                    release = None if number is None else START + number * HOUR
                    hub.emit("printhub.order.scheduled", {"order": "O1", "release_at": _text(release)}, time=time)
                else:
                    paid = bool(number)
                    status = "Paid" if paid else "Pending"
                    hub.emit("printhub.order.payment_changed", {"order": "O1", "payment_status": status}, time=time)
            hub.run()

            # Then it goes exactly when its moment has come and it is paid, and never again.
            may_go = paid and (release is None or release <= clock())
            assert len(script.asked("notify")) == max(before, int(may_go))

        # And in the end it has gone, once, whatever there was.
        hub.emit("printhub.order.payment_changed", {"order": "O1", "payment_status": "Paid"}, time=SAID + HOUR)
        clock.set(max(release or START, clock()))
        hub.run()
        assert len(script.asked("notify")) == 1
        assert [delivery.state for delivery in hub.deliveries("J1")] == [DeliveryState.DONE]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
