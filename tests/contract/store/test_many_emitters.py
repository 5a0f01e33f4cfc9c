"""What several processes record at once: each event once, and nothing that waits is forgotten, whatever came first."""

import random
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from printhub.core.flow.dispatcher import Work, Workbench
from printhub.core.flow.receipts import Receipt, Submitted, Taken
from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.envelope import Event, check_event
from printhub.core.model.failpoints import Failpoint, passed
from printhub.core.model.reports import Report
from printhub.core.model.signals import Settled
from printhub.core.store import dossiers, events, finding
from printhub.core.store.events import EventState
from printhub.core.store.postgres import PostgresStore
from printhub.core.store.schema import job_search
from printhub.core.store.wanted import JobFilter
from printhub.testing import START, FakeClock, Script
from tests.contract.store.crowd import at_once, begun_or_waiting, crowd
from tests.invariants.shop import SOURCE, all_deliveries, job, mis, order, place, settings

pytestmark = pytest.mark.postgresql


def event(id_: str, type_: str, data: dict[str, Any]) -> Event:
    """What the storefront states under an id of its own; what changes something is later than what brought it."""
    at = START + timedelta(seconds=type_.endswith(".changed"))
    stated = {"source": SOURCE, "specversion": "1.0", "time": at.isoformat(), "type": f"printhub.{type_}"}
    return check_event({"id": id_, **stated, "data": data})


def state(hub: Hub, stated: Event) -> Receipt:
    return hub.intake.take([Submitted(stated)])[0]


def in_state(store: PostgresStore, wanted: EventState) -> list[str]:
    return [f"{one.type} {one.waits_for}" for one in store.read(lambda tx: events.listed(tx, wanted, 1000))]


def settled_states(store: PostgresStore) -> set[EventState]:
    return {one.state for one in store.read(lambda tx: events.listed(tx, None, 1000))}


@pytest.mark.parametrize("together", [True, False])
def test_two_emitters_who_state_the_same_events_at_once_have_them_recorded_once(
    database: str, shared: PostgresStore, tmp_path: Path, together: bool
) -> None:
    stated = [event(f"e{n}", "order.placed", order(f"O{n}", [job(f"J{n}")])) for n in range(10)]

    def emit_all(hub: Hub, mine: list[Event]) -> list[Receipt]:
        if together:  # in one transaction
            return hub.intake.take([Submitted(one) for one in mine])
        return [state(hub, one) for one in mine]

    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        hubs = [made.join() for _ in range(3)]
        orders = [stated, stated[::-1], stated[5:] + stated[:5]]
        receipts = at_once([partial(emit_all, hub, mine) for hub, mine in zip(hubs, orders, strict=True)])
        deliveries = all_deliveries(hubs[0])

    taken = [(receipt.id, receipt.taken) for one in receipts for receipt in one]
    assert sorted(id_ or "" for id_, how in taken if how is Taken.ACCEPTED) == sorted(one.id for one in stated)
    assert [how for _, how in taken].count(Taken.REPEATED) == 20
    assert len(shared.read(lambda tx: events.listed(tx, None, 100))) == 10
    assert sorted(one.subject for one in deliveries) == sorted(f"J{n}" for n in range(10))


def about(number: int) -> list[Event]:
    """An order and all that is said of it and of its jobs, some of which other events bring."""
    o, first, second, basket = f"O{number}", f"J{number}-1", f"J{number}-2", f"J{number}-3"
    return [
        event(f"{o}-1", "order.placed", order(o, [job(first), {"id": basket, **_kind()}])),
        event(f"{o}-2", "job.changed", {"job": first, "product": "cards"}),
        event(f"{o}-3", "job.added", {"order": o, "job": job(second)}),
        event(f"{o}-4", "job.changed", {"job": second, "product": "flyers"}),
        event(f"{o}-5", "order.note_added", {"order": o, "note": {"id": "N1", "text": "soon"}}),
        event(f"{o}-6", "job.created", {"job": job(basket)}),
        event(f"{o}-7", "job.changed", {"job": basket, "product": "mugs"}),
        event(f"{o}-8", "order.changed", {"order": o, "customer": {"name": "Jane"}}),
    ]


def _kind() -> dict[str, Any]:
    return {name: value for name, value in job().items() if name != "id"}


@pytest.mark.parametrize("seed", range(4))
def test_of_an_order_and_what_is_said_of_its_jobs_at_once_nothing_stays_early(
    database: str, shared: PostgresStore, tmp_path: Path, seed: int
) -> None:
    lots = [about(number) for number in range(4)]
    chance = random.Random(seed)  # noqa: S311 - an order of events, not a secret
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        hubs = [made.join() for _ in range(2)]
        for stated in lots:
            chance.shuffle(stated)
            receipts = at_once([partial(state, chance.choice(hubs), one) for one in stated])
            assert {receipt.taken for receipt in receipts} == {Taken.ACCEPTED}, receipts
        deliveries = all_deliveries(hubs[0])

    assert in_state(shared, EventState.EARLY) == []
    assert settled_states(shared) == {EventState.APPLIED}
    assert len(shared.read(lambda tx: events.listed(tx, None, 1000))) == 32
    assert sorted(one.subject for one in deliveries) == sorted(
        f"J{number}-{place}" for number in range(4) for place in (1, 2, 3)
    )
    for number in range(4):
        for place_, product in ((1, "cards"), (2, "flyers"), (3, "mugs")):
            [found] = shared.read(lambda tx, n=f"J{number}-{place_}": dossiers.find_jobs(tx, n))  # type: ignore[misc] # the default binds it
            assert found.order_id is not None
            assert found.product == product


@pytest.mark.parametrize("named", ["reference", "key"])
def test_a_partners_word_at_the_moment_of_the_answer_that_brings_its_reference_is_understood(
    database: str, shared: PostgresStore, tmp_path: Path, named: str
) -> None:
    script, count = Script(), 12
    with crowd(database, tmp_path, settings(slots=count), [mis(script)]) as made:
        calling, hearing = made.join(), made.join()
        for number in place(calling, count):
            script.answer("notify", Report.accepted(f"R-{number}"), job=number)
        [bench] = calling.benches
        caller = bench.caller()
        ends: list[Callable[[], object]] = []
        for work in bench.take(count):
            attempted = bench.work(work, caller)
            assert attempted is not None
            done = attempted.claim.delivery
            name = {"reference": f"R-{done.subject}"} if named == "reference" else {"key": done.key}
            word = Settled(**name, report=Report.done(f"R-{done.subject}"))  # type: ignore[arg-type] # one of the two
            ends += [partial(bench.conclude, attempted), partial(_hear, hearing, word)]
        caller.close()
        at_once(ends)
        deliveries = all_deliveries(calling)

    assert in_state(shared, EventState.UNATTRIBUTED) == []
    assert {one.state for one in deliveries} == {DeliveryState.DONE}
    assert len(deliveries) == count


@pytest.mark.parametrize("first", ["the answer", "the word"])
def test_a_partners_word_between_the_answer_and_its_commit_is_understood(
    database: str, shared: PostgresStore, tmp_path: Path, first: str
) -> None:
    """And one whose own commit is still to come when the answer looks for it."""
    script, later = Script(), list[Future[None]]()
    script.default("notify", Report.accepted("R1"))
    word = Settled(reference="R1", report=Report.done("R1"))
    moment = {"the answer": Failpoint.OUTCOME_BEFORE_COMMIT, "the word": Failpoint.INTAKE_BEFORE_COMMIT}[first]

    def reached(point: Failpoint) -> None:
        if point is moment and works and not later:
            other = {"the answer": partial(_hear, hearing, word), "the word": conclude}[first]
            later.append(begun_or_waiting(shared, other))

    with crowd(database, tmp_path, settings(), [mis(script)]) as made:
        works: list[Work] = []
        calling = made.join(reached=reached if first == "the answer" else passed)
        hearing = made.join(reached=reached if first == "the word" else passed)
        place(calling, 1)
        [bench] = calling.benches
        caller = bench.caller()
        works += bench.take(1)
        attempted = bench.work(works[0], caller)
        caller.close()
        assert attempted is not None
        conclude = partial(bench.conclude, attempted)
        if first == "the answer":
            conclude()
        else:
            _hear(hearing, word)
        [other] = later
        other.result(30)
        [found] = all_deliveries(calling)

    assert in_state(shared, EventState.UNATTRIBUTED) == []
    assert found.state is DeliveryState.DONE


def _hear(hub: Hub, word: Settled) -> None:
    [receipt] = hub.intake.take_signals("mis", [word])
    assert receipt.accepted, receipt


def test_an_outcome_that_is_written_twice_counts_once(database: str, shared: PostgresStore, tmp_path: Path) -> None:
    """As it is after a connection that broke in its commit."""
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        hub = made.join()
        place(hub, 1)
        bench: Workbench = hub.benches[0]
        [work] = bench.take(1)
        caller = bench.caller()
        attempted = bench.work(work, caller)
        caller.close()
        assert attempted is not None
        at_once([partial(bench.conclude, attempted)] * 2)
        [found] = all_deliveries(hub)

    assert (found.state, found.attempts) == (DeliveryState.DONE, 1)
    [told] = shared.read(lambda tx: dossiers.load(tx, [found.job_id] if found.job_id else [])).values()
    assert [str(entry.status) for entry in told.history] == ["Ordered", "MisNotified"]


def test_many_orders_of_one_millisecond_are_all_found_each_at_a_place_of_its_own(
    database: str, shared: PostgresStore, tmp_path: Path
) -> None:
    clock, each = FakeClock(), 10
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        hubs = [made.join(now=clock) for _ in range(4)]

        def place_some(hub: Hub, who: int) -> list[Receipt]:
            named = [(f"O{who}-{n}", f"J{who}-{n}") for n in range(each)]
            return [state(hub, event(o, "order.placed", order(o, [job(j)]))) for o, j in named]

        receipts = at_once([partial(place_some, hub, who) for who, hub in enumerate(hubs)])

    assert {receipt.taken for one in receipts for receipt in one} == {Taken.ACCEPTED}, receipts
    places = shared.read(lambda tx: tx.execute(select(job_search.c.place, job_search.c.known_at)).all())
    assert len({found.place for found in places}) == len(places) == 40
    assert len({found.known_at for found in places}) == 1
    page = shared.read(lambda tx: finding.jobs(tx, JobFilter(), limit=100))
    assert {one.job.number for one in page.items} == {f"J{who}-{n}" for who in range(4) for n in range(each)}
