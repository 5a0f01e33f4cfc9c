"""Which deliveries the store hands out: due ones, lane by lane, and to every storefront its fair share."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.store import deliveries as rows
from printhub.core.store import due, workers
from printhub.core.store.due import Whom
from printhub.core.store.schema import delivery as table
from printhub.core.store.store import Store
from printhub.testing.clock import START
from tests.contract.store.records import a_delivery, keep
from tests.services.stores import examples, fresh_store

READY, RUNNING, UNKNOWN = DeliveryState.READY, DeliveryState.RUNNING, DeliveryState.UNKNOWN


def subjects(found: list[Delivery]) -> list[str]:
    return [one.subject for one in found]


def candidates(store: Store, limit: int = 100, *, after: str = "", ordered: bool = False, **more: object) -> list[str]:
    without = set(more)
    return subjects(
        store.read(lambda tx: due.candidates(tx, "mis", Whom(after, without), limit=limit, ordered=ordered))
    )


@pytest.mark.parametrize("first", [RUNNING, UNKNOWN])
@pytest.mark.parametrize("second", [RUNNING, UNKNOWN])
def test_the_database_itself_refuses_a_second_one_in_a_lane(
    fresh: Store, first: DeliveryState, second: DeliveryState
) -> None:
    keep(fresh, a_delivery("J1", first, lane="the lane"))

    with pytest.raises(IntegrityError):
        keep(fresh, a_delivery("J2", second, lane="the lane"))

    keep(fresh, a_delivery("J3", second, lane="another lane"))
    assert fresh.read(rows.counts) != {}


def test_a_delivery_is_planned_once_for_each_storefront(fresh: Store) -> None:
    keep(fresh, a_delivery("J1"), a_delivery("J1", run=2), a_delivery("J1", storefront="other"))

    with pytest.raises(IntegrityError):
        keep(fresh, a_delivery("J1"))


def test_of_a_lane_the_earliest_ready_one_goes_first(fresh: Store) -> None:
    keep(fresh, a_delivery("J1", lane="L"), a_delivery("J2", lane="L"), a_delivery("J3"))

    assert candidates(fresh) == ["J1", "J3"]


@pytest.mark.parametrize("occupied", [RUNNING, UNKNOWN])
def test_an_occupied_lane_gives_nothing_and_holds_nothing_but_itself(fresh: Store, occupied: DeliveryState) -> None:
    keep(fresh, a_delivery("J1", occupied, lane="L"), a_delivery("J2", lane="L"), a_delivery("J3"))

    assert candidates(fresh) == ["J3"]


@pytest.mark.parametrize("state", [s for s in DeliveryState if not s.is_end and not s.occupies_lane])
def test_in_an_ordered_lane_whatever_has_not_ended_holds_what_comes_after(fresh: Store, state: DeliveryState) -> None:
    keep(fresh, a_delivery("J1", state, lane="L"), a_delivery("J2", lane="L"))

    assert "J2" not in candidates(fresh, ordered=True)
    assert ("J2" in candidates(fresh, ordered=False)) is (state is not READY)


@pytest.mark.parametrize("end", [s for s in DeliveryState if s.is_end])
def test_in_an_ordered_lane_what_has_ended_is_passed(fresh: Store, end: DeliveryState) -> None:
    keep(fresh, a_delivery("J1", end, lane="L"), a_delivery("J2", lane="L"))

    assert candidates(fresh, ordered=True) == ["J2"]


def test_only_what_is_ready_at_that_instance_is_handed_out(fresh: Store) -> None:
    others = [a_delivery(f"{state}", state) for state in DeliveryState if state is not READY]
    keep(fresh, *others, a_delivery("elsewhere", instance="other"), a_delivery("here"))

    assert candidates(fresh) == ["here"]


def test_storefronts_that_are_stopped_are_passed_over(fresh: Store) -> None:
    keep(fresh, a_delivery("A", storefront="a"), a_delivery("B", storefront="b"))

    assert candidates(fresh, 1, a=True) == ["B"]
    assert candidates(fresh, 1, a=True, b=True) == []


def test_nothing_is_asked_for_when_there_is_no_room(fresh: Store) -> None:
    keep(fresh, a_delivery("A"))

    assert candidates(fresh, 0) == []


@given(
    backlog=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 12), min_size=1),
    limit=st.integers(1, 8),
    last=st.sampled_from(["", "c", "f"]),
)
@hypothesis_settings(max_examples=examples(25), deadline=None)
def test_no_storefront_waits_while_another_is_served_twice(
    tmp_path_factory: pytest.TempPathFactory, backlog: dict[str, int], limit: int, last: str
) -> None:
    """Claim until nothing is left: a storefront that has work is served at least once in each round of all."""
    store = fresh_store(tmp_path_factory.mktemp("store"))
    keep(
        store,
        *(a_delivery(f"{name}{n}", storefront=name) for name in sorted(backlog) for n in range(backlog[name])),
    )
    left, served = Counter(backlog), []

    after = last
    while True:
        found = store.read(
            lambda tx, after=after: due.candidates(tx, "mis", Whom(after), limit=limit, ordered=False)  # type: ignore[misc] # the default binds it
        )
        if not found:
            break
        assert len(found) <= limit
        share = -(-limit // min(limit, len(+left)))
        assert max(Counter(one.storefront for one in found).values()) <= share
        served += [one.storefront for one in found]
        left.subtract(one.storefront for one in found)
        keep(store, *(with_state(one, DeliveryState.DONE) for one in found))
        after = found[-1].storefront
        waiting = {name for name in backlog if left[name] == backlog[name]}
        # Whoever was not served yet was not passed over by somebody who came round a second time.
        rounds = max(Counter(served).values())
        assert not waiting or rounds <= share * -(-len(backlog) // min(limit, len(backlog)))
    store.close()

    assert Counter(served) == Counter(backlog)


@pytest.mark.embedded  # it reads SQLite's plan
def test_however_much_work_each_storefront_has_finding_them_takes_one_look_each(fresh: Store) -> None:
    keep(fresh, *(a_delivery(f"a{n}", storefront="a") for n in range(300)), a_delivery("b", storefront="b"))
    plan = fresh.read(
        lambda tx: [
            row.detail
            for row in tx.exec_driver_sql(
                "EXPLAIN QUERY PLAN SELECT min(storefront) FROM delivery "
                "WHERE instance = 'mis' AND state = 'ready' AND storefront > 'a'"
            )
        ]
    )

    assert plan == ["SEARCH delivery USING COVERING INDEX ix_delivery_ready (instance=? AND state=? AND storefront>?)"]
    assert candidates(fresh, 2) == ["a0", "b"]


def test_what_was_announced_is_not_announced_again_until_it_went_unheard(fresh: Store) -> None:
    heard, asked = a_delivery("J1"), a_delivery("J2", UNKNOWN, asking=True)
    keep(fresh, heard, asked, a_delivery("J3", UNKNOWN), a_delivery("J4", DeliveryState.HELD))

    due = fresh.read(lambda tx: rows.unannounced(tx, 10))
    assert {id_ for id_, _ in due} == {heard.id, asked.id}

    fresh.write(lambda tx: rows.announce(tx, [id_ for id_, _ in due], START))
    assert fresh.read(lambda tx: rows.unannounced(tx, 10)) == []

    assert fresh.write(lambda tx: rows.forget_announcements(tx, START, 10)) == 0
    later = START.replace(hour=START.hour + 1)
    assert fresh.write(lambda tx: rows.forget_announcements(tx, later, 10)) == 2
    assert len(fresh.read(lambda tx: rows.unannounced(tx, 10))) == 2


def test_only_the_work_of_the_dead_is_taken_up(fresh: Store) -> None:
    me, living, dead = (a_delivery().id for _ in range(3))
    for number, holder in enumerate((me, living, dead, None)):
        keep(fresh, a_delivery(f"J{number}", RUNNING, worker=holder))
    fresh.write(lambda tx: workers.renew(tx, living, "host", 1, START))

    found = fresh.read(lambda tx: rows.running(tx, workers.out_since(START, besides=me)))
    assert subjects(found) == ["J2"]

    everybody_else = fresh.read(lambda tx: rows.running(tx, workers.other_than(me)))
    assert subjects(everybody_else) == ["J1", "J2"]


def test_a_delivery_is_found_by_the_beginning_of_its_id(fresh: Store) -> None:
    one, two = a_delivery("J1"), a_delivery("J2")
    keep(fresh, one, two)

    assert subjects(fresh.read(lambda tx: rows.starting_with(tx, str(one.id)))) == ["J1"]
    assert subjects(fresh.read(lambda tx: rows.starting_with(tx, str(one.id).upper()[:30]))) != []
    assert fresh.read(lambda tx: rows.starting_with(tx, "ffffff")) == []


def with_state(one: Delivery, state: DeliveryState) -> Delivery:
    names = [column.name for column in table.columns]
    return Delivery(**{name: getattr(one, name) for name in names if name != "state"}, state=state)
