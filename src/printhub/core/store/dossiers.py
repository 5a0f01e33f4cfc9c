"""Loads all that is known of some jobs under their locks, and saves what a transaction changed of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.history import StatusChange
from printhub.core.model.known import FileRecord, JobRecord, OrderRecord, host_of
from printhub.core.store import rows, searchable, timers
from printhub.core.store.dialects import in_each
from printhub.core.store.prepared import Prepared
from printhub.core.store.remembered import remembered
from printhub.core.store.schema import (
    asset,
    customer_order,
    delivery,
    job,
    payload,
    reference,
    removal,
    status_change,
)
from printhub.core.store.serial import has_many_writers
from printhub.core.store.stirring import stir_due
from printhub.core.store.store import Tx, is_reading

# Made once: to build and to hash a statement costs about as much as to run it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_jobs = select(job).where(job.c.id.in_(_IDS)).order_by(job.c.id)
_JOBS = Prepared(_jobs)
_JOBS_LOCKED = Prepared(_jobs.with_for_update())
_JOBS_FREE = Prepared(_jobs.with_for_update(skip_locked=True))
_ORDERS = Prepared(select(customer_order).where(customer_order.c.id.in_(_IDS)))
_FILES = Prepared(
    select(*(asset.c[name] for name in rows.FILE_COLUMNS))
    .where(asset.c.job_id.in_(_IDS))
    .order_by(asset.c.created_at, asset.c.id)
)
_DELIVERIES = Prepared(
    select(*(delivery.c[name] for name in rows.DELIVERY_COLUMNS))
    .where(delivery.c.job_id.in_(_IDS))
    .order_by(delivery.c.seq)
)
_HISTORY = Prepared(
    select(
        *(status_change.c[name] for name in rows.CHANGE_COLUMNS),
        removal.c.at.label("removed_at"),
        removal.c.by.label("removed_by"),
        removal.c.why.label("removed_why"),
    )
    .join_from(status_change, removal, status_change.c.id == removal.c.status_change_id, isouter=True)
    .where(status_change.c.job_id.in_(_IDS))
    .order_by(status_change.c.seq)
)


def _file_put(add: Any) -> Any:  # noqa: ANN401 - the two dialects' own types
    changed = {column.name: add.excluded[column.name] for column in asset.c if column.name != "id"}
    return add.on_conflict_do_update(index_elements=[asset.c.id], set_=changed)


_ADD_JOB = Prepared(insert(job))
_CHANGE_JOB = Prepared(update(job).where(job.c.id == bindparam("the_id")))
_ADD_DELIVERY = Prepared(insert(delivery))
_CHANGE_DELIVERY = Prepared(update(delivery).where(delivery.c.id == bindparam("the_id")))
_ADD_CHANGE = Prepared(insert(status_change))
_PUT_FILE = Prepared(in_each(lambda add: _file_put(add(asset))))
_ADD_REFERENCE = Prepared(in_each(lambda add: add(reference).on_conflict_do_nothing()))
_SHARED_REFERENCE = Prepared(
    update(reference)
    .where(
        reference.c.instance == bindparam("at"),
        reference.c.reference == bindparam("ref"),
        reference.c.job_id != bindparam("the_job"),
    )
    .values(job_id=None)
)
_order_of = select(customer_order).where(
    customer_order.c.storefront == bindparam("storefront"), customer_order.c.number == bindparam("number")
)
_ORDER_OF = Prepared(_order_of)
_ORDER_OF_LOCKED = Prepared(_order_of.with_for_update())
_JOBS_OF_ORDER = Prepared(select(job.c.id).where(job.c.order_id == bindparam("order_id")))
_NUMBERS = {
    kind: Prepared(
        select(table.c.number).where(
            table.c.storefront == bindparam("storefront"), table.c.number.in_(bindparam("numbers", expanding=True))
        )
    )
    for kind, table in (("order", customer_order), ("job", job))
}
_ADD_ORDER = Prepared(insert(customer_order))
_LOCK_ORDER = Prepared(
    select(customer_order.c.id).where(customer_order.c.id == bindparam("order_id")).with_for_update()
)
_JOB_OF = Prepared(
    select(job.c.id, job.c.order_id).where(
        job.c.storefront == bindparam("storefront"), job.c.number == bindparam("number")
    )
)


def load(tx: Tx, job_ids: Iterable[UUID], *, free: bool = False) -> dict[UUID, Dossier]:
    """Lock the jobs in the order of their ids and load everything about them; a reading transaction locks nothing.

    With `free`, those that another transaction has locked are left out instead of being waited for.
    """
    wanted = sorted(set(job_ids))
    if not wanted:
        return {}
    memory = remembered(tx)
    if memory is None:
        return _read(tx, wanted, free=free)
    known = {id_: memory.get(id_) for id_ in wanted}
    if memory.doubting:
        _compare(tx, [dossier for dossier in known.values() if dossier is not None])
    found = _read(tx, [id_ for id_ in wanted if known[id_] is None], free=free)
    return {id_: dossier for id_ in wanted if (dossier := known[id_] or found.get(id_)) is not None}


def _compare(tx: Tx, known: list[Dossier]) -> None:
    there = _read(tx, [dossier.job.id for dossier in known], free=False)
    for dossier in known:
        if _said(dossier) != _said(there[dossier.job.id]):
            raise AssertionError(f"the job {dossier.job.number} is remembered otherwise than it is in the file")


def _said(dossier: Dossier) -> tuple[object, ...]:
    # Who was woken is noted beside the dossiers, and does not matter.
    planned = [replace(delivery, announced_at=None) for delivery in dossier.deliveries.values()]
    return dossier.job, dossier.order, dossier.files, planned, dossier.history, dossier.findable


def _read(tx: Tx, wanted: Sequence[UUID], *, free: bool) -> dict[UUID, Dossier]:
    if not wanted:
        return {}
    jobs = _JOBS if is_reading(tx) else _JOBS_FREE if free else _JOBS_LOCKED
    found = [rows.job(row) for row in jobs.rows(tx, {"ids": wanted})]
    if not found:
        return {}
    wanted = [record.id for record in found]
    orders = _orders(tx, {record.order_id for record in found if record.order_id})
    dossiers = {
        record.id: Dossier(record, orders.get(record.order_id) if record.order_id else None, loaded_job=record)
        for record in found
    }
    for row in _FILES.rows(tx, {"ids": wanted}):
        file = FileRecord(*row)
        dossiers[file.job_id].files[file.id] = file
    for row in _DELIVERIES.rows(tx, {"ids": wanted}):
        found_delivery = Delivery(*row)
        dossiers[row.job_id].deliveries[found_delivery.id] = found_delivery
    for row in _HISTORY.rows(tx, {"ids": wanted}):
        change = StatusChange(*row)
        dossiers[change.job_id].history.append(change)
    for dossier in dossiers.values():
        dossier.loaded_deliveries = dict(dossier.deliveries)
        dossier.findable = searchable.of(dossier)
    return dossiers


def load_order(tx: Tx, storefront: str, number: str) -> tuple[OrderRecord | None, list[Dossier]]:
    """Lock an order and load it with the dossiers of all its jobs; (None, []) when it is not known."""
    query = _ORDER_OF if is_reading(tx) else _ORDER_OF_LOCKED
    row = query.first(tx, {"storefront": storefront, "number": number})
    if row is None:
        return None, []
    order = rows.order(row)
    ids = [row.id for row in _JOBS_OF_ORDER.rows(tx, {"order_id": order.id})]
    return order, list(load(tx, ids).values())


def jobs_of_orders(tx: Tx, order_ids: Iterable[UUID]) -> set[UUID]:
    """The jobs of these orders; nothing is locked."""
    return {row.id for id_ in sorted(order_ids) for row in _JOBS_OF_ORDER.rows(tx, {"order_id": id_})}


def load_job(tx: Tx, storefront: str, number: str) -> Dossier | None:
    """Load one job by the storefront's id."""
    row = _JOB_OF.first(tx, {"storefront": storefront, "number": number})
    if row is None:
        return None
    if row.order_id is not None and has_many_writers(tx) and not is_reading(tx):
        _LOCK_ORDER.rows(tx, {"order_id": row.order_id})  # orders before jobs, as whoever loads a whole order does
    return load(tx, [row.id]).get(row.id)  # it may have been cleared away since


def find_jobs(tx: Tx, number: str) -> Sequence[JobRecord]:
    """All jobs that some storefront knows under this id."""
    return [rows.job(row) for row in tx.execute(select(job).where(job.c.number == number).order_by(job.c.storefront))]


def find_job(tx: Tx, job_id: UUID) -> JobRecord | None:
    """One job by the hub's own id, as it is on record; nothing is locked."""
    row = tx.execute(select(job).where(job.c.id == job_id)).first()
    return rows.job(row) if row else None


def records(tx: Tx, job_ids: Iterable[UUID]) -> list[JobRecord]:
    """Jobs by the hub's own ids, as they are on record and in the order in which they became known; none is locked."""
    wanted = sorted(set(job_ids))
    return [rows.job(row) for row in _JOBS.rows(tx, {"ids": wanted})] if wanted else []


def without_job(tx: Tx, job_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these ids that are no job's any more, locked or not."""
    wanted = set(job_ids)
    return wanted - set(tx.execute(select(job.c.id).where(job.c.id.in_(wanted))).scalars()) if wanted else wanted


def any_from(tx: Tx, storefront: str) -> bool:
    """Whether a storefront ever told of an order or a job."""
    told = (select(table.c.id).where(table.c.storefront == storefront).limit(1) for table in (customer_order, job))
    return any(tx.execute(query).scalar() is not None for query in told)


def find_orders(tx: Tx, number: str) -> Sequence[OrderRecord]:
    """All orders that some storefront knows under this id."""
    query = select(customer_order).where(customer_order.c.number == number).order_by(customer_order.c.storefront)
    return [rows.order(row) for row in tx.execute(query)]


def find_order(tx: Tx, order_id: UUID) -> OrderRecord | None:
    """One order by the hub's own id."""
    return _orders(tx, {order_id}).get(order_id)


def known_names(tx: Tx, names: Collection[str]) -> set[str]:
    """Which of these orders and jobs are there; each is named `order/STOREFRONT/NUMBER` or `job/STOREFRONT/NUMBER`."""
    wanted: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        kind, storefront, number = name.split("/", 2)
        wanted[kind, storefront].append(number)
    return {
        f"{kind}/{storefront}/{row.number}"
        for (kind, storefront), numbers in wanted.items()
        for row in _NUMBERS[kind].rows(tx, {"storefront": storefront, "numbers": numbers})
    }


def add_orders(tx: Tx, new: Sequence[OrderRecord]) -> None:
    """Write new orders."""
    _ADD_ORDER.run_all(tx, [rows.order_row(order) for order in new])


def change_order(tx: Tx, order: OrderRecord) -> None:
    """Write an order that was changed."""
    if (memory := remembered(tx)) is not None:
        memory.forget_order(order.id)
    tx.execute(update(customer_order).where(customer_order.c.id == order.id), rows.order_row(order))


def save(tx: Tx, dossiers: Iterable[Dossier]) -> None:
    """Write what was changed of the dossiers; each statement runs once for all of them."""
    changed = list(dossiers)
    fresh = [d.job for d in changed if d.loaded_job is None]
    if fresh:
        _ADD_JOB.run_all(tx, [rows.job_row(record) for record in fresh])
    moved = [(rows.job_row(d.job), rows.job_row(d.loaded_job)) for d in changed if d.loaded_job not in (None, d.job)]
    _write_changes(tx, _CHANGE_JOB, [_for_update(row, before) for row, before in moved])
    for dossier in changed:
        dossier.loaded_job = dossier.job
    _upsert_files(tx, changed)
    _save_deliveries(tx, changed)
    added = [rows.change_row(entry) for d in changed for entry in d.added]
    if added:
        _ADD_CHANGE.run_all(tx, added)
    removed = [
        {"status_change_id": e.id, "at": e.removed_at, "by": e.removed_by, "why": e.removed_why}
        for d in changed
        for e in d.removed
    ]
    if removed:
        tx.execute(insert(removal), removed)
    _save_references(tx, changed)
    searchable.save(tx, changed)
    hosts = {str(file.id): host_of(file.url) for d in changed for file in d.file_changes()}
    timers.put(tx, {place: due for d in changed for place, due in d.timers.items()}, hosts)
    dropped = [id_ for d in changed for id_ in d.dropped]
    if dropped:
        tx.execute(delete(payload).where(payload.c.id.in_(dropped)))
    memory = remembered(tx)
    for dossier in changed:
        is_whole = all(delivery.seq for delivery in dossier.deliveries.values()) and not dossier.file_changes()
        dossier.loaded_deliveries = dict(dossier.deliveries)
        dossier.dropped.clear()
        dossier.added.clear()
        dossier.removed.clear()
        dossier.touched.clear()
        dossier.timers.clear()
        dossier.references.clear()
        if memory is not None and is_whole:
            memory.put(dossier)
        elif memory is not None:  # the database has counted, or put in order, what it alone knows
            memory.forget([dossier.job.id])


def _orders(tx: Tx, ids: set[UUID]) -> dict[UUID, OrderRecord]:
    if not ids:
        return {}
    found = _ORDERS.rows(tx, {"ids": sorted(ids)})
    return {row.id: rows.order(row) for row in found}


def _upsert_files(tx: Tx, changed: list[Dossier]) -> None:
    found = [rows.file_row(file) for dossier in changed for file in dossier.file_changes()]
    if found:
        _PUT_FILE.run_all(tx, found)


def _save_deliveries(tx: Tx, changed: list[Dossier]) -> None:
    items = [item for dossier in changed for item in dossier.delivery_changes()]
    before = {id_: delivery for dossier in changed for id_, delivery in dossier.loaded_deliveries.items()}
    known = [item for item in items if item.seq]
    # Those that leave a lane go before those that enter it, or the lane's unique index would see both.
    for entering in (False, True):
        some = sorted((one for one in known if one.state.occupies_lane is entering), key=lambda one: one.seq)
        _write_changes(tx, _CHANGE_DELIVERY, [_delivery_change(item, before.get(item.id)) for item in some])
    fresh = [rows.delivery_row(item) for item in items if not item.seq]
    if fresh:
        _ADD_DELIVERY.run_all(tx, fresh)
    stir_due(tx, [(item.id, item.instance) for item in items if item.may_go])


def _save_references(tx: Tx, changed: list[Dossier]) -> None:
    found = [
        {"instance": instance, "reference": ref, "delivery_id": delivery_id, "job_id": d.job.id, "epoch": epoch}
        for d in changed
        for instance, ref, delivery_id, epoch in d.references
    ]
    if found:
        _ADD_REFERENCE.run_all(tx, found)
        # A number that a partner gave to two jobs leads to neither by itself.
        _SHARED_REFERENCE.run_all(
            tx,
            [{"at": row["instance"], "ref": row["reference"], "the_job": row["job_id"]} for row in found],
        )


def _delivery_change(item: Delivery, before: Delivery | None) -> dict[str, Any]:
    change = _for_update(rows.delivery_row(item), rows.delivery_row(before) if before else {})
    # Whoever wakes workers notes it beside the dossiers: what may go now is to be announced whatever stands there.
    return {"announced_at": item.announced_at, **change} if item.may_go else change


def _for_update(row: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What of a row is not as it was before. The rest is not written.

    Others may have changed it meanwhile, under no lock of the job's: the end of an outage postpones what waits.
    """
    changed = {name: value for name, value in row.items() if name not in before or before[name] != value}
    return {**changed, "the_id": row["id"]}


def _write_changes(tx: Tx, change: Prepared, changes: Sequence[dict[str, Any]]) -> None:
    """Write changes of rows, those together that are about the same columns."""
    alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for one in changes:
        if len(one) > 1:
            alike[tuple(one)].append(one)
    for some in alike.values():
        change.run_all(tx, some)
