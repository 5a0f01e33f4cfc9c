"""What is written is read back equal: every field of every record, whatever its value."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.core.model.deliveries import Delivery, DeliveryState, Obstacle, ObstacleKind
from printhub.core.model.dossier import Dossier
from printhub.core.model.history import EpochReason, StatusChange
from printhub.core.model.jobs import Part
from printhub.core.model.known import FileRecord, JobRecord, OrderRecord
from printhub.core.model.money import Money
from printhub.core.model.statuses import JobStatus
from printhub.core.store import deliveries, dossiers, instances, searchable
from printhub.core.store.instances import Cause, Stop
from printhub.core.store.schema import (
    asset,
    customer_order,
    delivery,
    job,
    removal,
    status_change,
)
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Store, Tx
from printhub.core.store.words import job_words
from tests.contract.store.records import keep
from tests.services.stores import examples, fresh_store

FEW = hypothesis_settings(max_examples=examples(40), deadline=None)

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)  # as `record.Text`
NAME = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
MOMENT = st.datetimes(timezones=st.just(UTC))
WHOLE = st.integers(0, 2**31 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
STAMPS = st.dictionaries(NAME, st.tuples(MOMENT, NAME), max_size=3)
MONEY = st.builds(
    Money.from_minor,
    st.integers(-(10**13) + 1, 10**13 - 1),
    st.sampled_from(["EUR", "JPY", "KWD"]),
)
PART = st.builds(Part, id=st.from_regex(r"[a-z]{1,8}", fullmatch=True), name=st.just("front"), artwork=st.none())
OBSTACLE = st.builds(Obstacle, kind=st.sampled_from(ObstacleKind), word=TEXT, detail=TEXT)

DELIVERY = st.builds(
    Delivery,
    seq=st.just(0),
    storefront=NAME,
    instance=NAME,
    subject=NAME,
    lane=NAME,
    state=st.sampled_from(DeliveryState),
    run=WHOLE,
    created_at=MOMENT,
    obstacles=st.lists(OBSTACLE, max_size=3).map(tuple),
    reason=TEXT,
    next_at=st.none() | MOMENT,
    sent=st.lists(TEXT, max_size=3).map(tuple),
    first_attempt_at=st.none() | MOMENT,
    give_up_at=st.none() | MOMENT,
    announced_at=st.none() | MOMENT,
    reference=st.none() | TEXT,
    memo=JSON,
    parts=st.frozensets(TEXT, max_size=3),
    fingerprint=st.none() | TEXT,
    **dict.fromkeys(["epoch", "composition", "attempts", "schedule_step", "asked", "fence"], WHOLE),
)
FILE = st.builds(
    FileRecord,
    name=NAME,
    url=NAME,
    media_type=NAME,
    created_at=MOMENT,
    part=st.none() | NAME,
    sha256=st.none() | NAME,
    size=st.none() | st.integers(0, 2**63 - 1),
    stored=st.none() | NAME,
    attempts=WHOLE,
    reason=TEXT,
)
JOB = st.builds(
    JobRecord,
    storefront=NAME,
    number=NAME,
    product=TEXT,
    quantity=WHOLE,
    created_at=MOMENT,
    order_id=st.none(),
    attributes=st.dictionaries(TEXT, TEXT, max_size=3),
    parts=st.lists(PART, max_size=2).map(tuple),
    weight_grams=st.none() | WHOLE,
    line_price=st.none() | MONEY,
    parent=st.none() | NAME,
    external_reference=st.none() | NAME,
    awaiting=st.frozensets(NAME, max_size=3),
    status=st.none() | st.sampled_from(JobStatus),
    epoch=WHOLE,
    stamps=STAMPS,
)
ORDER = st.builds(
    OrderRecord,
    storefront=NAME,
    number=NAME,
    total=MONEY,
    created_at=MOMENT,
    release_at=st.none() | MOMENT,
    shipping_status=TEXT,
    shipping_method=TEXT,
    payment_method=TEXT,
    department=TEXT,
    cost_centre=TEXT,
    po_number=st.none() | TEXT,
    checkout_attributes=st.dictionaries(TEXT, TEXT, max_size=3),
    stamps=STAMPS,
)
CHANGE = st.builds(
    StatusChange,
    status=st.sampled_from(JobStatus),
    received_at=MOMENT,
    source=NAME,
    source_id=NAME,
    at=st.none() | MOMENT,
    by=NAME,
    label=st.none() | TEXT,
    detail=TEXT,
    epoch=WHOLE,
    opens=st.none() | st.sampled_from(EpochReason),
    removed_at=st.none(),
    removed_by=st.none(),
    removed_why=st.none(),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One for all examples: every record has an id of its own."""
    return fresh_store(tmp_path_factory.mktemp("store"))


def emptied(store: Store) -> None:
    def work(tx: Tx) -> None:
        for table in (delivery, asset, removal, status_change, job, customer_order, *searchable.TABLES):
            tx.execute(table.delete())
        tx.execute(job_words.delete())

    store.write(work)


@given(written=DELIVERY)
@FEW
def test_a_delivery(store: Store, written: Delivery) -> None:
    emptied(store)
    keep(store, written)

    read = store.read(lambda tx: deliveries.get(tx, written.id))

    assert read is not None
    assert read.seq > 0
    assert replace(read, seq=0) == written


@given(record=JOB, order=ORDER, files=st.lists(FILE, max_size=3), history=st.lists(CHANGE, max_size=4))
@FEW
def test_a_dossier_with_its_order_files_and_history(
    store: Store, record: JobRecord, order: OrderRecord, files: list[FileRecord], history: list[StatusChange]
) -> None:
    emptied(store)
    record = replace(record, order_id=order.id)
    dossier = Dossier(record, order)
    for file in files:
        dossier.put_file(replace(file, job_id=record.id))
    told = {(change.source, change.source_id): replace(change, job_id=record.id) for change in history}
    for change in told.values():
        dossier.append(change)

    def work(tx: Tx) -> None:
        dossiers.add_orders(tx, [order])
        dossiers.save(tx, [dossier])

    store.write(work)
    read = store.read(lambda tx: dossiers.load(tx, [record.id]))[record.id]

    assert read.job == record
    assert read.order == order
    assert read.files == dossier.files
    assert read.history == list(told.values())


@given(order=ORDER, changed=ORDER)
@FEW
def test_a_changed_order_replaces_all_that_was_known(store: Store, order: OrderRecord, changed: OrderRecord) -> None:
    emptied(store)
    changed = replace(changed, id=order.id)
    store.write(lambda tx: dossiers.add_orders(tx, [order]))
    store.write(lambda tx: dossiers.change_order(tx, changed))

    assert store.read(lambda tx: dossiers.find_order(tx, order.id)) == changed


@given(record=JOB, change=CHANGE)
@FEW
def test_a_removed_entry_is_kept_with_its_removal(store: Store, record: JobRecord, change: StatusChange) -> None:
    emptied(store)
    change = replace(change, job_id=record.id, status=JobStatus.BLOCKED)
    dossier = Dossier(record, None)
    dossier.append(change)
    store.write(lambda tx: dossiers.save(tx, [dossier]))

    removed = replace(change, removed_at=record.created_at, removed_by="operator:kim", removed_why="it was a mistake")
    dossier.remove(removed)
    store.write(lambda tx: dossiers.save(tx, [dossier]))

    assert store.read(lambda tx: dossiers.load(tx, [record.id]))[record.id].history == [removed]


def test_a_stop_is_one_row_for_each_cause(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db", durable=False)
    store.create()
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    breaker = Stop("mis", "", Cause.BREAKER, moment, None, "down", failures=3)
    opened = replace(breaker, until=moment, failures=5)
    wrong = Stop("mis", "shop", Cause.MISCONFIGURED, moment, moment, "the key is refused", counted_from=moment)
    for stop in (breaker, wrong, opened):
        store.write(lambda tx, stop=stop: instances.put(tx, stop))  # type: ignore[misc] # the default binds it

    assert store.read(lambda tx: instances.stops(tx, "mis")) == [opened, wrong]

    store.write(lambda tx: instances.lift(tx, opened))
    assert store.read(instances.stops) == [wrong]
    store.close()


def test_the_strategies_cover_every_field_that_can_differ() -> None:
    """A field that is added to a record is written and read as well, or its column would be missing here."""
    for record, table in (
        (Delivery, delivery),
        (FileRecord, asset),
        (JobRecord, job),
        (OrderRecord, customer_order),
        (StatusChange, status_change),
    ):
        columns = {column.name for column in table.columns}
        kept_apart = {"total", "line_price", "removed_at", "removed_by", "removed_why"}
        assert {field.name for field in fields(record)} - kept_apart <= columns


def test_money_is_kept_to_the_last_minor_unit() -> None:
    assert Money.from_minor(1, "KWD").amount == Decimal("0.001")
    assert Money.from_minor(-(10**12), "JPY").minor == -(10**12)
