"""Everything that is known of one job, read from the store in one go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from printhub.core.flow.acts.desk import find_job
from printhub.core.flow.sweeper import LEASE
from printhub.core.hub import Hub
from printhub.core.model.deliveries import Delivery, newest_runs
from printhub.core.model.dossier import Dossier
from printhub.core.model.history import StatusChange, current
from printhub.core.settings import Settings
from printhub.core.store import deliveries, dossiers, instances, search
from printhub.core.store.instances import Stop
from printhub.core.store.store import Tx

Attempt = dict[str, Any]
"""A row of the table `attempt`."""


@dataclass(frozen=True, slots=True)
class JobReport:
    """One job as it stood at `now`, without personal data."""

    dossier: Dossier
    attempts: dict[UUID, list[Attempt]]
    stops: list[Stop]
    served: bool
    """Whether some process makes calls for this store."""
    settings: Settings
    now: datetime

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


def report_on(hub: Hub, reference: str) -> JobReport:
    """Read all about one job, by its number or as storefront/number; raises NotFound."""

    def read(tx: Tx) -> JobReport:
        job = find_job(tx, reference)
        return report_of(tx, hub, dossiers.load(tx, [job.id])[job.id])

    return hub.store.read(read)


def report_of(tx: Tx, hub: Hub, dossier: Dossier) -> JobReport:
    """All about one job whose dossier is read already."""
    attempts = {id_: deliveries.attempts(tx, id_) for id_ in dossier.deliveries}
    now = hub.rules.now()
    served = bool(search.workers(tx, now - LEASE))
    return JobReport(dossier, attempts, instances.stops(tx), served, hub.settings, now)
