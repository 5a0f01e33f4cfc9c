"""Invariant 11: a customer who is erased is gone from every row, and ids, statuses and outcomes stand as they were."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import ActRefused, NotFound
from printhub.core.model.statuses import JobStatus
from printhub.core.store import dossiers
from printhub.core.store.opening import DATABASE
from printhub.core.store.schema import payload
from tests.invariants.careless import ANSWERS, MAIL, MARKERS, NAME, NOTE, careless_hub, personal_order, tables_with
from tests.invariants.shop import all_deliveries, emit, job

BY, WHY = "operator:test", "the customer asked for it"
STATED = tuple(marker for marker in MARKERS if marker != NOTE)
"""What names the customer, and not only somebody's note on an order that nobody knows."""


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Hub]:
    """A hub that was told of a customer, and whose partners repeated what they were told."""
    with careless_hub(tmp_path / "var") as hub:
        yield hub


@pytest.fixture
def ended(busy: Hub) -> Hub:
    """The same once nothing is under way."""
    acts = busy.acts.deliveries
    for one in all_deliveries(busy):
        if one.state in (DeliveryState.UNKNOWN, DeliveryState.ACCEPTED):
            acts.settle(str(one.id), done="R", by=BY, why=WHY)
        elif not one.state.is_end:
            acts.skip(str(one.id), by=BY, why=WHY)
    assert all(one.state.is_end for one in all_deliveries(busy))
    return busy


def erase(hub: Hub, *, dry: bool = False, customer: str = MAIL.upper()) -> tuple[int, int, int]:
    done = hub.acts.erasure.customer("shop", customer, by=BY, why=WHY, dry=dry)
    return len(done.orders), len(done.left), done.mentions


def test_what_is_under_way_is_left_and_named(busy: Hub) -> None:
    done = busy.acts.erasure.order("shop/O1", by=BY, why=WHY)

    open_ = [one for one in all_deliveries(busy) if not one.state.is_end]
    assert open_ != []
    [left] = done.left
    assert [str(one.id) in " ".join(left.in_the_way) for one in open_] == [True] * len(open_)
    assert "payload" in tables_with(busy.store, MARKERS)


def test_a_customer_is_gone_from_every_row(ended: Hub) -> None:
    assert erase(ended) == (1, 0, 2)

    assert tables_with(ended.store, STATED) == set()
    # A note on an order that never came names nobody, so nobody can tell whose it is.
    early = ended.store.read(
        lambda tx: [row.body for row in tx.execute(payload.select()) if NOTE.encode() in bytes(row.body)]
    )
    assert len(early) == 1


@pytest.mark.embedded  # it reads the files
def test_not_a_byte_is_left_in_the_file(ended: Hub) -> None:
    erase(ended)
    ended.close()  # what was written last is put into the file

    content = b"".join(path.read_bytes() for path in ended.data.glob(f"{DATABASE}*"))
    assert [marker for marker in STATED if marker.encode() in content] == []


def test_ids_statuses_and_outcomes_stand(ended: Hub) -> None:
    before = [(one.id, one.state, one.reference, one.attempts) for one in all_deliveries(ended)]

    erase(ended)

    assert [(one.id, one.state, one.reference, one.attempts) for one in all_deliveries(ended)] == before
    for number in ANSWERS:
        history = _history(ended, number)
        assert history[0] is JobStatus.ORDERED
        assert history.count(JobStatus.JOB_DATA_DELETED) == 1


def test_nothing_can_be_sent_of_it_again(ended: Hub) -> None:
    erase(ended)

    acts, jobs = ended.acts.deliveries, ended.acts.jobs
    done = next(one for one in all_deliveries(ended) if one.state is DeliveryState.DONE)
    failed = next(one for one in all_deliveries(ended) if one.state is DeliveryState.FAILED)
    for act in (
        lambda: acts.send_again(str(done.id), by=BY, why=WHY),
        lambda: acts.retrigger(str(failed.id), by=BY, why=WHY),
        lambda: jobs.reprint("J0", None, by=BY, why=WHY),
        lambda: jobs.reopen("J0", by=BY, why=WHY),
    ):
        with pytest.raises(ActRefused, match="were deleted"):
            act()


def test_a_dry_run_tells_the_same_and_changes_nothing(ended: Hub) -> None:
    rows = tables_with(ended.store, MARKERS)

    assert erase(ended, dry=True) == (1, 0, 2)

    assert tables_with(ended.store, MARKERS) == rows
    assert JobStatus.JOB_DATA_DELETED not in _history(ended, "J0")


def test_what_is_said_again_changes_nothing_and_what_was_erased_stays_empty(ended: Hub) -> None:
    erase(ended)

    assert erase(ended) == (0, 0, 0)
    ended.acts.erasure.order("shop/O1", by=BY, why=WHY)
    assert _history(ended, "J0").count(JobStatus.JOB_DATA_DELETED) == 1
    emit(ended, "printhub.order.changed", {"order": "O1", "customer": {"name": NAME, "email": MAIL}})
    assert tables_with(ended.store, STATED) <= {"payload"}  # what was stated is on record until it is erased again
    ended.acts.erasure.order("shop/O1", by=BY, why=WHY)
    assert tables_with(ended.store, STATED) == set()


def test_other_customers_stay_as_they_are(ended: Hub) -> None:
    other = personal_order("O2", [job("K1")])
    other["order"]["customer"] = {"user_name": "somebody", "name": "Else", "email": f"x{MAIL}"}
    emit(ended, "printhub.order.placed", other)

    found = ended.acts.erasure.customer("shop", MAIL, by=BY, why=WHY, dry=True)

    assert [one.order for one in found.orders] == ["O1"]
    ended.acts.erasure.customer("shop", MAIL, by=BY, why=WHY)
    assert tables_with(ended.store, (f"x{MAIL}",)) >= {"person", "payload", "job_words"}


def test_the_act_names_orders_and_never_the_customer(ended: Hub) -> None:
    erase(ended)

    acts = ended.store.read(lambda tx: [dict(row._mapping) for row in tx.exec_driver_sql("SELECT * FROM operator_act")])  # noqa: SLF001 - SQLAlchemy's documented name
    erasures = [act for act in acts if act["act"] == "erase"]
    assert {act["subject"] for act in erasures} == {"shop/O1", "shop"}
    assert MAIL not in str(erasures)


def test_who_is_named_too_shortly_or_at_no_storefront_is_refused(busy: Hub) -> None:
    with pytest.raises(ActRefused, match="3 letters"):
        erase(busy, customer="ab")
    with pytest.raises(NotFound, match="shp"):
        busy.acts.erasure.customer("shp", MAIL, by=BY, why=WHY)


def _history(hub: Hub, number: str) -> list[JobStatus]:
    def read(tx: object) -> list[JobStatus]:
        dossier = dossiers.load_job(tx, "shop", number)  # type: ignore[arg-type] # the store's own
        assert dossier is not None
        return [entry.status for entry in dossier.history]

    return hub.store.read(read)
