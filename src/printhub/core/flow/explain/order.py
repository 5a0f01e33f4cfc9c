"""Everything that is known of one order, read from the store in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from printhub.core.flow.acts.desk import find_order
from printhub.core.flow.explain.obstacles import InTheWay, in_the_way
from printhub.core.flow.explain.report import read_report
from printhub.core.flow.rules import Rules
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

    @property
    def time_zone(self) -> str:
        """The zone of its storefront; UTC for one that was taken out of the configuration."""
        storefront = self.settings.storefronts.get(self.order.storefront)
        return storefront.time_zone if storefront else "UTC"


def report_on_order(tx: Tx, rules: Rules, reference: str, *, personal: bool) -> OrderReport:
    """Read all about one order, by its number or as storefront/number; raises NotFound."""
    return read_order_report(tx, rules, find_order(tx, reference), personal=personal)


def read_order_report(tx: Tx, rules: Rules, order: OrderRecord, *, personal: bool) -> OrderReport:
    """Read all about an order that is there."""
    _, members = dossiers.load_order(tx, order.storefront, order.number)
    reports = [read_report(tx, rules, id_) for id_ in sorted(member.job.id for member in members)]
    jobs = [JobOfOrder(r.dossier.job, r.current, next(iter(in_the_way(r)), None)) for r in reports]
    asked = people.personal(tx, order.person_id) if personal else None
    return OrderReport(order, jobs, notes.listed(tx, order.id), rules.settings, rules.now(), asked)
