"""Station: takes the test orders of a storefront away for good, each exported in the transaction that removes it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from printhub.core.files.export import Export
from printhub.core.files.folders import WorkingFolders
from printhub.core.flow.acts.desk import Desk
from printhub.core.model.envelope import read_event
from printhub.core.model.errors import ActRefused, EventRefused, NotFound
from printhub.core.store import testdata as rows
from printhub.core.store.store import Tx
from printhub.core.store.testdata import Named

BATCH = 100
"""Jobs that one transaction takes away at the most, so that a running hub goes on."""

Progress = Callable[[str, int, int], None]
Key = tuple[str, ...]
"""What an event is about: an order, a job, a call, or a partner's reference."""


@dataclass(slots=True)
class Cleared:
    """What was taken away; `busy` are the jobs that were left because a call about them was being made."""

    export: Path
    orders: int = 0
    jobs: int = 0
    events: int = 0
    busy: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Batch:
    orders: Sequence[Named]
    jobs: Sequence[Named]


class Clearance:
    """Clears the test data of one storefront."""

    def __init__(self, desk: Desk, folders: WorkingFolders) -> None:
        """Record the act at `desk`, and clear `folders`."""
        self._desk = desk
        self._folders = folders

    def count(self, storefront: str) -> tuple[int, int]:
        """How many test orders and test jobs a storefront has; raises NotFound for one that nobody knows."""
        found = self._desk.store.read(lambda tx: (len(rows.orders(tx, storefront)), len(rows.jobs(tx, storefront))))
        if found == (0, 0) and storefront not in self._desk.rules.settings.storefronts:
            known = ", ".join(sorted(self._desk.rules.settings.storefronts)) or "none"
            raise NotFound(f"there is no storefront {storefront}; the configuration has: {known}")
        return found

    def clear(self, storefront: str, export: Path, *, by: str, why: str, progress: Progress) -> Cleared:
        """Take all test orders and jobs of a storefront away; raises ActRefused, and NotFound for the storefront.

        What is not removed when it is interrupted is as it was, and may be cleared by doing it again.
        """
        self.count(storefront)
        if not why.strip():
            raise ActRefused("say why: it is kept with the act")
        with Export(export) as file:
            store = self._desk.store
            facts: dict[str, JsonValue] = {"export": export.name}
            store.write(lambda tx: self._desk.record(tx, "testdata-clear", storefront, by=by, why=why, facts=facts))
            orders, jobs = store.read(lambda tx: (rows.orders(tx, storefront), rows.jobs(tx, storefront)))
            said = _Said(storefront, {*(("order", o.number) for o in orders), *(("job", j.number) for j in jobs)})
            cleared = Cleared(export)
            head = {
                "table": "export",
                "storefront": storefront,
                "at": self._desk.rules.now(),
                "note": "test data that was removed; it may hold personal data of those who ordered",
            }
            file.write([head], at=0)
            for batch in _batches(orders, jobs):
                self._clear(batch, said, file, cleared)
                progress("jobs removed", cleared.jobs + len(cleared.busy), len(jobs))
            file.write([{"table": "end", "orders": cleared.orders, "jobs": cleared.jobs}], at=file.place)
        return cleared

    def _clear(self, batch: _Batch, said: "_Said", file: Export, cleared: Cleared) -> None:
        at = file.place

        def work(tx: Tx) -> tuple[int, int, int, list[str]]:
            job_ids = [job.id for job in batch.jobs]
            busy = rows.busy(tx, job_ids)
            going = [job for job in batch.jobs if job.id not in busy]
            gone = [job.id for job in going]
            emptied = set(rows.emptied(tx, [order.id for order in batch.orders], gone))
            emptied_orders = [order for order in batch.orders if order.id in emptied]
            events = said.about(tx, [("order", o.number) for o in emptied_orders] + [("job", j.number) for j in going])
            events |= said.by_partners(tx, gone)
            found = rows.owned(tx, [order.id for order in emptied_orders], gone, events)
            file.write((_line(table, row) for table, row in rows.rows(tx, found)), at=at)
            for job in going:
                self._folders.remove(job.id)
            rows.remove(tx, found)
            return len(emptied), len(gone), len(events), [job.number for job in batch.jobs if job.id in busy]

        removed_orders, removed_jobs, removed_events, left = self._desk.store.write(work)
        cleared.orders += removed_orders
        cleared.jobs += removed_jobs
        cleared.events += removed_events
        cleared.busy += left


class _Said:
    """The events about doomed orders and jobs, read once and kept up with while the hub takes further ones."""

    def __init__(self, storefront: str, doomed: set[Key]) -> None:
        self._storefront = storefront
        self._doomed = doomed
        self._seen = 0
        self._known: defaultdict[Key, set[UUID]] = defaultdict(set)

    def about(self, tx: Tx, keys: Sequence[Key]) -> set[UUID]:
        """The events that state something of these."""
        self._keep_up(tx)
        return {id_ for key in keys for id_ in self._known.get(key, ())}

    def by_partners(self, tx: Tx, job_ids: Sequence[UUID]) -> set[UUID]:
        """What partners said of the calls about these jobs."""
        keys: list[Key] = [("call", id_) for id_ in rows.deliveries(tx, job_ids)]
        keys += [("reference", *named) for named in rows.references(tx, job_ids)]
        return {id_ for key in keys for id_ in self._known.get(key, ())}

    def _keep_up(self, tx: Tx) -> None:
        for seq, id_, body in rows.stated(tx, self._storefront, self._seen):
            for key in _named(body):
                if key in self._doomed or key[0] in ("call", "reference"):
                    self._known[key].add(id_)
            self._seen = seq


def _line(table: str, row: Mapping[str, Any]) -> Mapping[str, Any]:
    # Bodies are UTF-8 JSON but for what a partner may have sent, which becomes base64.
    return {"table": table, **{name: _plain(value) for name, value in row.items()}}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _named(body: bytes | None) -> Iterator[Key]:
    """What an event is about. One about an order and a job of it goes with the order."""
    try:
        data = read_event(body).data if body else None
    except EventRefused:
        return
    if not isinstance(data, Mapping):
        return
    if data.get("instance"):
        if isinstance(key := data.get("key"), str):
            yield "call", key[:36]
        if isinstance(reference := data.get("reference"), str):
            yield "reference", str(data["instance"]), reference
        return
    for kind in ("order", "job"):
        number = _number(data.get(kind))
        if number is not None:
            yield kind, number
            return


def _number(named: Any) -> str | None:  # noqa: ANN401 - whatever an event says
    if isinstance(named, Mapping):
        named = named.get("id")
    return named if isinstance(named, str) else None


def _batches(orders: Sequence[Named], jobs: Sequence[Named]) -> Iterator[_Batch]:
    """Orders with their jobs, as many together as one transaction takes; what is left of a large order comes last."""
    members: defaultdict[UUID | None, list[Named]] = defaultdict(list)
    for job in jobs:
        members[job.order_id].append(job)
    some_orders: list[Named] = []
    some_jobs: list[Named] = []
    for order in (*orders, None):
        mine = members[order.id] if order else members[None]
        for start in range(0, len(mine), BATCH):
            piece = mine[start : start + BATCH]
            if len(some_jobs) + len(piece) > BATCH:
                yield _Batch(some_orders, some_jobs)
                some_orders, some_jobs = [], []
            some_jobs += piece
        if order is not None:
            some_orders.append(order)
        if len(some_orders) >= BATCH:
            yield _Batch(some_orders, some_jobs)
            some_orders, some_jobs = [], []
    yield _Batch(some_orders, some_jobs)
