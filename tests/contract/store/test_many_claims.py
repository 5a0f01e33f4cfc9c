"""What claims promise where many processes claim at once: one call each, one of a lane, and limits over all of them."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url

from printhub.core.bus.memory import MemoryBus
from printhub.core.flow.claim import Claim
from printhub.core.flow.dispatcher import Dispatcher, Work
from printhub.core.hub import Hub
from printhub.core.model.call import Call
from printhub.core.model.clock import utc_now
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.failpoints import Failpoint
from printhub.core.model.record import Message
from printhub.core.model.reports import Report
from printhub.core.store import dossiers
from printhub.core.store.postgres import PostgresStore
from printhub.core.store.stirring import Stirring
from printhub.core.store.store import Tx
from printhub.testing import FakeClock, Script
from printhub.testing.script import subject_of
from printhub.testing.scripted import scripted_status
from tests.contract.store.crowd import Crowd, at_once, begun_or_waiting, crowd
from tests.invariants.shop import all_deliveries, emit, job, mis, order, orders, place, settings, states, wait_until
from tests.invariants.test_09_adapters_see_little import FORBIDDEN, reachable
from tests.services.proxy import Proxy

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("shared")]

SLOTS = 3


class Traffic:
    """What goes on at a partner: how many calls at once, and how many of each lane."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: Counter[str] = Counter()
        self.most = 0
        self.most_of_a_lane = 0

    def call(self, message: Message, _call: Call) -> Report:
        """A call, which lets others come between."""
        subject = subject_of(message)
        with self._lock:
            self._now[subject] += 1
            self.most = max(self.most, self._now.total())
            self.most_of_a_lane = max(self.most_of_a_lane, self._now[subject])
        threading.Event().wait(0.002)
        with self._lock:
            self._now[subject] -= 1
        return Report.done(f"REF-{subject}")


@contextlib.contextmanager
def at_work(*hubs: Hub) -> Iterator[None]:
    """Let all hubs make their calls, woken by the commits of each other, until the end."""
    with contextlib.closing(MemoryBus()) as bus:
        dispatchers = [Dispatcher(bench, bus) for hub in hubs for bench in hub.benches]

        def wake(_stirring: Stirring) -> None:
            for dispatcher in dispatchers:
                dispatcher.wake()

        for hub in hubs:
            hub.hear(wake)
        for dispatcher in dispatchers:
            dispatcher.start()
        try:
            yield
        finally:
            for dispatcher in dispatchers:
                dispatcher.stop()
            ended = [dispatcher.join(20) for dispatcher in dispatchers]
        assert all(ended)


def test_every_delivery_is_called_once_one_of_a_lane_at_a_time_and_slots_are_those_of_all(
    database: str, tmp_path: Path
) -> None:
    script, web, press, doors = Script(), Script(), Traffic(), Traffic()
    for verb in ("notify", "manifest", "assets"):
        script.default(verb, press.call)
    web.default("publish", doors.call)
    adapters = [mis(script, verbs=("notify", "manifest")), scripted_status(web, name="web")]
    with crowd(database, tmp_path, settings("mis", "web", slots=SLOTS), adapters) as made:
        hubs = [made.join() for _ in range(3)]
        with at_work(*hubs):
            at_once([partial(_place, hub, number) for number, hub in enumerate(hubs * 4)])
            wait_until(lambda: {state for _, state in states(hubs[0])} == {DeliveryState.DONE}, "all are done", 40)
        deliveries = all_deliveries(hubs[0])

    assert len(deliveries) == 12 * 2 * (2 + 3)  # notify and manifest; Ordered, MisNotified, MisManifested
    assert {(one.attempts, one.fence) for one in deliveries} == {(1, 1)}
    assert len(script.calls) + len(web.calls) == len(deliveries)
    assert (press.most_of_a_lane, doors.most_of_a_lane) == (1, 1)
    assert 1 < press.most <= SLOTS
    assert 1 < doors.most <= SLOTS
    assert [one.message.event.data["status"] for one in web.asked("publish", "J0-0")] == [  # type: ignore[union-attr] # a status message
        "Ordered",
        "MisNotified",
        "MisManifested",
    ]


def _place(hub: Hub, number: int) -> None:
    jobs = [job(f"J{number}-{place}") for place in range(2)]
    assert emit(hub, "printhub.order.placed", order(f"O{number}", jobs)).accepted


def test_no_more_calls_begin_in_a_minute_than_all_hubs_together_may(database: str, tmp_path: Path) -> None:
    script, clock = Script(), FakeClock()
    with crowd(database, tmp_path, settings(slots=50, max_per_minute=120), [mis(script)]) as made:
        hubs = [made.join(now=clock) for _ in range(4)]
        place(hubs[0], 16)
        taken = _take_all(hubs)
        assert len(taken) == 2  # a second's worth at once
        for _ in range(6):
            clock.advance(timedelta(seconds=1.01))  # two more in 60/119 s each: with those at once, 120 in a minute
            found = _take_all(hubs)
            assert len(found) == 2
            taken += found

    assert len({one.delivery.id for one in taken}) == len(taken) == 14


def test_slots_are_not_exceeded_by_claims_at_the_same_moment(database: str, tmp_path: Path) -> None:
    with crowd(database, tmp_path, settings(slots=5), [mis(Script())]) as made:
        hubs = [made.join() for _ in range(6)]
        place(hubs[0], 20)

        taken = _take_all(hubs)
        assert len({one.delivery.id for one in taken}) == len(taken) == 5
        assert _take_all(hubs) == []


@pytest.mark.parametrize(
    ("asked", "limits", "most"),
    [("count(", {"slots": 5}, 5), ("FROM pace", {"slots": 50, "max_per_minute": 300}, 5)],
    ids=["slots", "calls a minute"],
)
def test_what_is_left_of_a_limit_is_counted_by_one_at_a_time(
    database: str, shared: PostgresStore, tmp_path: Path, asked: str, limits: dict[str, Any], most: int
) -> None:
    clock, later = FakeClock(), list[Future[list[Work]]]()
    with crowd(database, tmp_path, settings(**limits), [mis(Script())]) as made:
        hub, other = made.join(now=clock), made.join(now=clock)
        place(hub, 20)

        def between(_c: object, _cursor: object, statement: str, *_: object) -> None:
            if asked in statement and not later:  # it knows what is left, and has not taken it yet
                later.append(Future())
                later[0] = begun_or_waiting(shared, partial(other.benches[0].take, 3))

        event.listen(Engine, "after_cursor_execute", between)
        try:
            taken = hub.benches[0].take(3)
        finally:
            event.remove(Engine, "after_cursor_execute", between)
        [rest] = later
        assert len(taken) + len(rest.result(30)) == most


def _take_all(hubs: list[Hub]) -> list[Claim]:
    """Have all claim at once, again and again until nobody finds anything more."""
    taken: list[Claim] = []
    while True:
        found = at_once([partial(hub.benches[0].take, 3) for hub in hubs])
        if not any(found):
            return taken
        taken += [work for works in found for work in works if isinstance(work, Claim)]


def test_a_claim_of_which_nobody_knew_whether_it_was_made_is_given_back_and_made_anew(
    database: str, tmp_path: Path
) -> None:
    url, script = make_url(database), Script()
    with contextlib.ExitStack() as opened:
        proxy = opened.enter_context(contextlib.closing(Proxy((url.host or "127.0.0.1", url.port or 5432))))
        direct: Crowd = opened.enter_context(crowd(database, tmp_path, settings(), [mis(script)]))
        cut = url.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
        behind: Crowd = opened.enter_context(crowd(cut, tmp_path, settings(), [mis(script)]))
        reached: list[Failpoint] = []

        def cut_after_the_commit() -> None:
            wait_until(lambda: states(hub) == {("mis", DeliveryState.RUNNING): 1}, "the claim is committed")
            proxy.drop()
            proxy.heal()

        def passing(point: Failpoint) -> None:
            if point is Failpoint.CLAIM_BEFORE_COMMIT and not reached:
                reached.append(point)
                proxy.stall(questions=False)
                threading.Thread(target=cut_after_the_commit).start()

        hub, claiming = direct.join(), behind.join(reached=passing)
        emit(hub, "printhub.order.placed", order())
        [bench] = claiming.benches
        with pytest.raises(StoreUnavailable, match="whether it was made is not known"):
            bench.take(1)
        wait_until(lambda: proxy.taken and states(hub), "the cut is over")

        [again] = bench.take(1)
        assert isinstance(again, Claim)
        assert (again.delivery.attempts, again.fence) == (1, 2)
        caller = bench.caller()
        attempted = bench.work(again, caller)
        caller.close()
        assert attempted is not None
        bench.conclude(attempted)
        assert states(hub) == {("mis", DeliveryState.DONE): 1}
        assert len(script.calls) == 1
        assert bench.take(1) == []


def test_from_a_call_of_a_hub_with_many_processes_nothing_of_it_can_be_reached(database: str, tmp_path: Path) -> None:
    found: list[str] = []

    def keep(message: Message, call: Call) -> Report:
        found.extend(type(one).__name__ for one in reachable((message, call)) if isinstance(one, FORBIDDEN))
        return Report.done("R")

    script = Script()
    script.default("notify", keep)
    with crowd(database, tmp_path, settings(), [mis(script)]) as made:
        hub = made.join(now=utc_now)  # which it corrects by the clock of the database
        emit(hub, "printhub.order.placed", next(orders(1))[1])
        with at_work(hub):
            wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): 1}, "it is done")

    assert len(script.calls) == 1
    assert found == []


def test_what_another_transaction_is_about_is_left_out_and_looked_at_again(
    database: str, shared: PostgresStore, tmp_path: Path
) -> None:
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        hub, other = made.join(), made.join()
        first, second = place(hub, 2)
        held, free = threading.Event(), threading.Event()
        number = {one.subject: one.job_id for one in all_deliveries(hub)}

        def hold(tx: Tx) -> None:
            assert dossiers.load(tx, [id_ for id_ in [number[first]] if id_])
            held.set()
            assert free.wait(30)

        holding = threading.Thread(target=shared.write, args=(hold,))
        holding.start()
        try:
            assert held.wait(30)
            [claim] = other.benches[0].take(2)
            assert isinstance(claim, Claim)
            assert claim.delivery.subject == second
            assert other.benches[0].again is not None
        finally:
            free.set()
            holding.join(30)
        [claim] = other.benches[0].take(2)
        assert isinstance(claim, Claim)
        assert claim.delivery.subject == first
        assert other.benches[0].again is None
