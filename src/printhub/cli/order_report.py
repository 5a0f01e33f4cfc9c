"""Everything that is known of one order, read from the store in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from printhub.core.flow.acts.desk import find_order
from printhub.core.flow.explain.obstacles import InTheWay, in_the_way
from printhub.core.flow.explain.report import read_report
from printhub.core.hub import Hub
from printhub.core.model.history import StatusChange
from printhub.core.model.known import JobRecord, OrderRecord, Personal
from printhub.core.settings import Settings
from printhub.core.store import dossiers, notes, people
from printhub.core.store.notes import NoteRecord
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class JobOfOrder:
    """One job of an order: the entry that is its current status, and the first thing in its way."""

    job: JobRecord
    current: StatusChange | None
    first: InTheWay | None


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One order as it stood at `now`; `personal` is None unless it was asked for."""

    order: OrderRecord
    jobs: Sequence[JobOfOrder]
    notes: Sequence[NoteRecord]
    settings: Settings
    now: datetime
    personal: Personal | None = field(default=None, repr=False)


def report_on_order(hub: Hub, reference: str, *, personal: bool) -> OrderReport:
    """Read all about one order, by its number or as storefront/number; raises NotFound."""

    def read(tx: Tx) -> OrderReport:
        order = find_order(tx, reference)
        _, members = dossiers.load_order(tx, order.storefront, order.number)
        reports = [read_report(tx, hub.rules, id_) for id_ in sorted(member.job.id for member in members)]
        jobs = [JobOfOrder(r.dossier.job, r.current, next(iter(in_the_way(r)), None)) for r in reports]
        asked = people.personal(tx, order.person_id) if personal else None
        return OrderReport(order, jobs, notes.listed(tx, order.id), hub.settings, hub.rules.now(), asked)

    return hub.store.read(read)
