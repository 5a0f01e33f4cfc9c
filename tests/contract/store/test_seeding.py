"""What `dev seed` writes is what the engine would have written, and comes out the same for the same seed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.history import current
from printhub.core.model.statuses import JobStatus
from printhub.core.store import dossiers, people, profiles, searchable, words
from printhub.core.store.schema import (
    job,
    job_ever,
    job_profile,
    job_search,
    job_work,
    profile,
    profile_ever,
    profile_work,
)
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Tx
from printhub.testing import FakeClock
from tests.contract.store.seeded import seeded

pytestmark = pytest.mark.embedded  # `dev seed` fills files


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    made = seeded(tmp_path_factory.mktemp("seeded"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def found(store: SqliteStore) -> dict[UUID, Dossier]:
    return store.read(lambda tx: dossiers.load(tx, tx.execute(select(job.c.id)).scalars()))


def test_every_job_has_the_status_that_its_history_gives(found: dict[UUID, Dossier]) -> None:
    assert len(found) > 100
    for dossier in found.values():
        holder = current(dossier.history)
        assert dossier.job.status is (holder.status if holder else None)
        standing = any(entry.status is JobStatus.BLOCKED and entry.stands for entry in dossier.history)
        assert dossier.job.blocked is standing


def test_every_job_is_found_by_what_is_known_of_it(store: SqliteStore, found: dict[UUID, Dossier]) -> None:
    shown = store.read(projected)

    assert shown.keys() == found.keys()
    for id_, dossier in found.items():
        alike, work, ever, text = shown[id_]
        wanted = searchable.of(dossier)
        assert alike == {
            "id": profiles.number(wanted),
            **{name: getattr(wanted, name) for name in alike if name != "id"},
        }
        assert work == wanted.work
        assert ever == {entry.status for entry in dossier.history}
        assert dossier.order is None or dossier.order.person_id is not None
        person_id = dossier.order.person_id if dossier.order else None
        personal = store.read(lambda tx, id_=person_id: people.personal(tx, id_))  # type: ignore[misc] # the default binds the id
        assert text == (words.as_words(wanted.ids), words.person_words(personal))


def test_what_any_job_had_or_has_to_do_is_noted_with_its_profile(
    store: SqliteStore, found: dict[UUID, Dossier]
) -> None:
    noted = store.read(hinted)

    for dossier in found.values():
        now = searchable.of(dossier)
        assert {(entry.status, profiles.number(now)) for entry in dossier.history} <= noted
        assert {(instance, word, profiles.number(now)) for word, instance in now.work} <= noted


def test_its_jobs_have_all_that_filters_ask_for(found: dict[UUID, Dossier]) -> None:
    assert {dossier.job.storefront for dossier in found.values()} == {"a", "b"}
    assert {str(delivery.state) for dossier in found.values() for delivery in dossier.deliveries.values()} >= {
        "done",
        "held",
    }
    assert len({entry.status for dossier in found.values() for entry in dossier.history}) > 25
    assert not any("~" in dossier.job.number for dossier in found.values())


@pytest.mark.parametrize(("jobs", "orders"), [(1, 1), (30, 20), (300, 75), (1000, 20)])
def test_as_many_jobs_are_made_as_are_asked_for_and_told_of(tmp_path: Path, jobs: int, orders: int) -> None:
    told: list[tuple[str, int, int]] = []
    made = seeded(tmp_path, jobs=jobs, orders=orders, told=lambda *how_far: told.append(how_far))
    try:
        there = made.read(lambda tx: tx.execute(select(func.count()).select_from(job)).scalar_one())
    finally:
        made.close()

    assert abs(there - jobs) <= jobs // 100
    assert told[-1][1:] == (there, there)
    assert {whole for _, _, whole in told} == {there}


def test_nothing_is_told_of_that_lies_in_the_future(found: dict[UUID, Dossier]) -> None:
    now = FakeClock()()

    assert max(dossier.job.created_at for dossier in found.values()) <= now
    assert max(entry.received_at for dossier in found.values() for entry in dossier.history) <= now


def test_jobs_became_known_in_the_order_of_their_ids(found: dict[UUID, Dossier]) -> None:
    listed = sorted(found.values(), key=lambda dossier: dossier.job.id)

    assert [one.job.created_at for one in listed] == sorted(one.job.created_at for one in listed)


def test_the_same_seed_gives_the_same_rows_and_cannot_be_sown_twice(store: SqliteStore, tmp_path: Path) -> None:
    again = seeded(tmp_path / "again")
    try:
        for table in (
            "job",
            "status_change",
            "delivery",
            "person",
            "job_search",
            "job_profile",
            "profile",
            "job_words",
        ):
            assert _rows(store.path, table) == _rows(again.path, table), table
    finally:
        again.close()
    with pytest.raises(StoreUnavailable, match="choose another seed"):
        seeded(tmp_path / "again")


def projected(tx: Tx) -> dict[UUID, tuple[dict[str, object], set[tuple[str, str]], set[JobStatus], tuple[str, str]]]:
    """What stands in the projection of each job: order and profile, work, statuses ever had, and words."""
    text = {
        row.rowid: (row.ids, row.person)
        for row in tx.execute(select(words.job_words.c.rowid, words.job_words.c.ids, words.job_words.c.person))
    }
    query = select(job_search, profile).join(job_profile, job_profile.c.place == job_search.c.place)
    found = {}
    for row in tx.execute(query.join(profile, profile.c.id == job_profile.c.profile)):
        alike = {name: getattr(row, name) for name in row._fields if name not in ("place", "job_id", "known_at")}
        work = {(one.word, one.instance) for one in tx.execute(select(job_work).where(job_work.c.place == row.place))}
        ever = set(tx.execute(select(job_ever.c.status).where(job_ever.c.place == row.place)).scalars())
        found[row.job_id] = (alike, work, ever, text[row.place])
    return found


def hinted(tx: Tx) -> set[tuple[object, ...]]:
    """What is noted beside the profiles of the jobs that there are."""
    used = select(job_profile.c.profile)
    return {
        tuple(row)
        for table in (profile_ever, profile_work)
        for row in tx.execute(select(table).where(table.c.profile.in_(used)))
    }


def _rows(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=str)  # noqa: S608 - our own names
