"""Station: takes the test orders of a storefront away for good, each only when it stands in an export on the disk."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from printhub.core.files.export import Export
from printhub.core.files.folders import WorkingFolders
from printhub.core.flow import commit
from printhub.core.flow.acts.desk import Desk
from printhub.core.model.envelope import read_event
from printhub.core.model.errors import ActRefused, EventRefused, NotFound, not_configured
from printhub.core.store import events
from printhub.core.store import testdata as rows
from printhub.core.store.store import Tx
from printhub.core.store.testdata import Named, Owned

BATCH = 100
"""Jobs that one transaction takes away at the most, so that a running hub goes on."""
_TRIES = 3
"""How often what changes while it is exported is exported anew, before it is tried in smaller pieces."""

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Cleared:
    """What was taken away; `busy` are the jobs that were left because they were being called about, or changed."""

    export: Path
    orders: int = 0
    jobs: int = 0
    events: int = 0
    busy: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Batch:
    orders: Sequence[Named]
    jobs: Sequence[Named]

    def halves(self) -> "tuple[_Batch, _Batch]":
        """The same in two pieces; an order goes with its last job."""
        middle = len(self.jobs) // 2
        return _Batch((), self.jobs[:middle]), _Batch(self.orders, self.jobs[middle:])


@dataclass(frozen=True, slots=True)
class _Found:
    """What goes of a batch, as it stood at one moment: equal to another where nothing has changed in between."""

    jobs: Sequence[Named]
    busy: Sequence[str]
    owned: Owned
    state: Sequence[tuple[Any, ...]]


class Clearance:
    """Clears the test data of one storefront.

    In three steps a batch: what goes is written into the export, then removed from the store if it still is what was
    written, and after the commit the files are deleted. A crash in between leaves what was exported to be exported
    again, or folders that the sweep at the next start deletes.
    """

    def __init__(self, desk: Desk, folders: WorkingFolders) -> None:
        """Record the act at `desk`, and clear `folders`."""
        self._desk = desk
        self._folders = folders

    def count(self, storefront: str) -> tuple[int, int]:
        """How many test orders and test jobs a storefront has; raises NotFound for one that nobody knows."""
        found = self._desk.store.read(lambda tx: (len(rows.orders(tx, storefront)), len(rows.jobs(tx, storefront))))
        if found == (0, 0) and storefront not in self._desk.rules.settings.storefronts:
            raise NotFound(not_configured("storefront", storefront, self._desk.rules.settings.storefronts))
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
            cleared = Cleared(export)
            head = {
                "table": "export",
                "storefront": storefront,
                "at": self._desk.rules.now(),
                "note": "test data that was removed; it may hold personal data of those who ordered",
            }
            file.write([head], at=0)
            for batch in _batches(orders, jobs):
                self._clear(storefront, batch, file, cleared)
                progress("jobs removed", cleared.jobs + len(cleared.busy), len(jobs))
            file.write([{"table": "end", "orders": cleared.orders, "jobs": cleared.jobs}], at=file.place)
        return cleared

    def _clear(self, storefront: str, batch: _Batch, file: Export, cleared: Cleared) -> None:
        at = file.place
        for _ in range(_TRIES):
            found = self._desk.store.read(lambda tx: self._export(tx, storefront, batch, file, at))
            if self._desk.store.write(lambda tx, found=found: self._remove(tx, storefront, batch, found)):  # type: ignore[misc] # the default binds it
                for job in found.jobs:
                    self._folders.remove(job.id)
                cleared.orders += len(found.owned[rows.Owner.ORDER])
                cleared.jobs += len(found.jobs)
                cleared.events += len(found.owned[rows.Owner.EVENT])
                cleared.busy += found.busy
                return
        file.write([], at=at)  # it was not removed
        if len(batch.jobs) > 1:
            for half in batch.halves():
                self._clear(storefront, half, file, cleared)
        else:
            cleared.busy += [job.number for job in batch.jobs]

    def _export(self, tx: Tx, storefront: str, batch: _Batch, file: Export, at: int) -> _Found:
        found = self._find(tx, storefront, batch)
        file.write((_line(table, row) for table, row in rows.rows(tx, found.owned)), at=at)
        return found

    def _remove(self, tx: Tx, storefront: str, batch: _Batch, exported: _Found) -> bool:
        """Remove exactly what was exported; False, and nothing is removed, when it is not that any more."""
        orders = {order.id for order in batch.orders} | {job.order_id for job in batch.jobs if job.order_id}
        rows.lock(tx, orders, [job.id for job in batch.jobs])
        if self._find(tx, storefront, batch) != exported:
            return False
        rows.remove(tx, exported.owned)
        return True

    def _find(self, tx: Tx, storefront: str, batch: _Batch) -> _Found:
        busy = rows.busy(tx, [job.id for job in batch.jobs])
        going = [job for job in batch.jobs if job.id not in busy]
        gone = [job.id for job in going]
        emptied = set(rows.emptied(tx, [order.id for order in batch.orders], gone))
        orders = [order.number for order in batch.orders if order.id in emptied]
        said = rows.events(tx, storefront, orders, [job.number for job in going])
        said |= self._waiting(tx, storefront, going)
        owned = rows.owned(tx, list(emptied), gone, said)
        left = [job.number for job in batch.jobs if job.id in busy]
        return _Found(going, left, owned, rows.state(tx, owned))

    def _waiting(self, tx: Tx, storefront: str, jobs: Sequence[Named]) -> set[UUID]:
        """What partners said that has led to no job yet, but would lead to one of these or names no other."""
        leads = [commit.waits_for_reference(*named) for named in rows.references(tx, [job.id for job in jobs])]
        found = {record.id for record in events.waiting_for(tx, leads)}
        numbers = {job.number for job in jobs} - rows.elsewhere(tx, storefront, [job.number for job in jobs])
        instances = self._desk.rules.settings.instances
        names = [commit.waits_for_reference(name, number) for name in instances for number in numbers]
        for record in events.waiting_for(tx, names):
            if record.payload_id and _job(events.body(tx, record.payload_id)) in numbers:
                found.add(record.id)
        return found


def _job(body: bytes | None) -> str | None:
    """The job that a partner's word names."""
    try:
        data = read_event(body).data if body else None
    except EventRefused:
        return None
    named = data.get("job") if isinstance(data, Mapping) else None
    return named if isinstance(named, str) else None


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
