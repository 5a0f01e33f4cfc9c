"""What the fetch station asks the store: which hosts have due files, and which files those are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete

from printhub.core.model.dossier import TimerKind
from printhub.core.store import files, timers
from printhub.core.store.schema import timer
from printhub.core.store.store import Store, Tx
from tests.services.stores import examples, fresh_store

NOW = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = fresh_store(tmp_path_factory.mktemp("files"))
    yield opened
    opened.close()


def wait_for(tx: Tx, host: str, minutes: list[int]) -> list[UUID]:
    """Files of one host that are due so many minutes from now."""
    first = UUID(bytes=host.encode().ljust(16, b"-")[:16]).int
    ids = [UUID(int=first + number) for number in range(len(minutes))]
    due = {
        (TimerKind.FETCH, str(id_)): NOW + timedelta(minutes=minute) for id_, minute in zip(ids, minutes, strict=True)
    }
    timers.put(tx, due, {str(id_): host for id_ in ids})
    return ids


def emptied(store: Store) -> Store:
    store.write(lambda tx: tx.execute(delete(timer)))
    return store


_HOSTS = ["", "a.example", "b.example", "c.example", "d.example"]
_MINUTES = st.lists(st.integers(-3, 3), max_size=4)


@given(
    st.dictionaries(st.sampled_from(_HOSTS), _MINUTES),
    st.sampled_from(_HOSTS),
    st.sets(st.sampled_from(_HOSTS)),
    st.integers(1, 6),
)
@hypothesis_settings(max_examples=examples(60), deadline=None)
def test_hosts_with_due_files_come_in_turn_behind_the_one_that_was_served_last(
    store: Store, due: dict[str, list[int]], after: str, without: set[str], limit: int
) -> None:
    emptied(store)

    def fill(tx: Tx) -> None:
        for host, minutes in due.items():
            wait_for(tx, host, minutes)

    store.write(fill)

    found = store.read(lambda tx: files.hosts_in_turn(tx, NOW, after=after, without=without, limit=limit))

    wanted = sorted(host for host, at in due.items() if host not in without and any(minute <= 0 for minute in at))
    turned = [host for host in wanted if host > after] + [host for host in wanted if host <= after]
    assert found == turned[:limit]


def test_of_one_host_the_oldest_due_files_come_first(store: Store) -> None:
    emptied(store)
    ids = store.write(lambda tx: wait_for(tx, "a.example", [1, -1, -3, -2]))
    store.write(lambda tx: wait_for(tx, "b.example", [-9]))

    found = store.read(lambda tx: files.due_from(tx, "a.example", NOW, 2))

    assert [(due.id, due.host) for due in found] == [(ids[2], "a.example"), (ids[3], "a.example")]


def test_a_host_is_kept_when_its_file_is_put_off(store: Store) -> None:
    emptied(store)
    [id_] = store.write(lambda tx: wait_for(tx, "a.example", [5]))

    store.write(lambda tx: timers.put(tx, {(TimerKind.FETCH, str(id_)): NOW}))

    assert [due.id for due in store.read(lambda tx: files.due_from(tx, "a.example", NOW, 2))] == [id_]


@pytest.mark.embedded  # it counts SQLite's instructions
def test_the_look_for_what_is_due_costs_the_same_however_much_waits(store: Store) -> None:
    emptied(store)
    store.write(lambda tx: wait_for(tx, "quick.example", [-1]))
    store.write(lambda tx: wait_for(tx, "slow.example", [-2] * 10))
    before = _work(store)
    store.write(lambda tx: wait_for(tx, "slow.example", [-2] * 10_000))

    assert _work(store) == before


def _work(store: Store) -> int:
    """How many instructions SQLite carries out in a look while the slow host has its share."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1

    def look(tx: Tx) -> None:
        raw = tx.connection.dbapi_connection
        assert raw is not None
        raw.set_progress_handler(count, 1)
        try:
            hosts = files.hosts_in_turn(tx, NOW, after="slow.example", without=["slow.example"], limit=6)
            assert hosts == ["quick.example"]
            assert len(files.due_from(tx, "quick.example", NOW, 2)) == 1
            assert len(files.due_from(tx, "slow.example", NOW, 2)) == 2
        finally:
            raw.set_progress_handler(None, 1)

    store.read(look)
    return done
