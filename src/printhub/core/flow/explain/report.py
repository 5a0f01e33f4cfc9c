"""Everything that is known of one job, read from the store in one go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from printhub.core.flow.acts.desk import find_job
from printhub.core.flow.lease import LEASE
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, newest_runs
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.history import StatusChange, current
from printhub.core.settings import Settings
from printhub.core.store import acts, deliveries, dossiers, instances, search, timers
from printhub.core.store.acts import Act
from printhub.core.store.instances import Stop
from printhub.core.store.store import Tx

Attempt = Mapping[str, Any]
"""A row of the table `attempt`."""
MANY = 1000
"""More than this is not counted out."""


@dataclass(frozen=True, slots=True)
class JobReport:
    """One job as it stood at `now`, without personal data."""

    dossier: Dossier
    attempts: Mapping[UUID, list[Attempt]]
    stops: list[Stop]
    served: bool
    """Whether some process makes calls for this store."""
    rules: Rules
    now: datetime
    timers: Mapping[tuple[TimerKind, str], datetime] = field(default_factory=dict)
    """What is to happen later to the job, its deliveries and its files."""
    acts: tuple[Act, ...] = ()
    """What operators did to the job and its deliveries, oldest first."""
    queued: Mapping[UUID, int] = field(default_factory=dict)
    """For each ready delivery, how many of its instance were ready before it; `MANY` at the most."""
    name: str = ""
    """What commands call the job: its number, or storefront/number where another storefront has one of that number."""
    focus: UUID | None = None
    """The one delivery that was asked about, if it was one."""
    children: tuple[str, ...] = ()
    """The jobs of the same order that belong to this one."""

    @property
    def settings(self) -> Settings:
        """The configuration."""
        return self.rules.settings

    @property
    def deliveries(self) -> list[Delivery]:
        """All runs of all deliveries, in the order in which they were planned."""
        return sorted(self.dossier.deliveries.values(), key=lambda delivery: delivery.seq)

    @property
    def newest(self) -> list[Delivery]:
        """The newest run of each delivery: what counts now."""
        return sorted(newest_runs(self.deliveries).values(), key=lambda delivery: delivery.seq)

    @property
    def history(self) -> list[StatusChange]:
        """The history in the order in which it was written."""
        return self.dossier.history

    @property
    def current(self) -> StatusChange | None:
        """The entry that is the current status."""
        return current(self.dossier.history)


def report_on(tx: Tx, rules: Rules, reference: str) -> JobReport:
    """Read all about one job, by its number or as storefront/number; raises NotFound."""
    return read_report(tx, rules, find_job(tx, reference).id)


def read_report(tx: Tx, rules: Rules, job_id: UUID, *, focus: UUID | None = None) -> JobReport:
    """Read all about a job that is there, perhaps for the sake of one delivery."""
    dossier, now = dossiers.load(tx, [job_id])[job_id], rules.now()
    names = _names(tx, dossier)
    known = dossier.deliveries
    ready = [d for d in known.values() if d.state is DeliveryState.READY]
    return JobReport(
        dossier=dossier,
        attempts=deliveries.attempts_of(tx, known),
        stops=instances.stops(tx),
        served=bool(search.workers(tx, now - LEASE)),
        rules=rules,
        now=now,
        timers=timers.of(tx, [str(id_) for id_ in (job_id, *known, *dossier.files)]),
        acts=tuple(acts.about(tx, [*names, *map(str, known)])),
        queued={d.id: deliveries.ready_before(tx, d, MANY) for d in ready},
        name=names[-1],
        focus=focus,
        children=_children(tx, dossier),
    )


def _children(tx: Tx, dossier: Dossier) -> tuple[str, ...]:
    job, order = dossier.job, dossier.order
    if job.delivered or order is None:
        return ()
    _, of_order = dossiers.load_order(tx, order.storefront, order.number)
    return tuple(other.job.number for other in of_order if other.job.parent == job.number)


def _names(tx: Tx, dossier: Dossier) -> list[str]:
    """What acts call the job; its bare number only where no other storefront has a job of that number."""
    job = dossier.job
    alone = len(dossiers.find_jobs(tx, job.number)) == 1
    return [job.full_number, *([job.number] if alone else [])]
