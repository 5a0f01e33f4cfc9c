"""What one event is about - an order with its jobs, or one job - loaded under lock, and changed by stating facts."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from printhub.core.flow.history import Origin
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.events.partner import PartnerFact
from printhub.core.model.known import JobRecord, OrderRecord, Personal
from printhub.core.model.orders import Note

_AHEAD = timedelta(minutes=5)
"""How far a source's clock may run ahead before it is believed no more: else one wrong date would freeze a field."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The envelope of a fact, as far as it matters for what the fact changes."""

    event_id: UUID
    storefront: str
    source: str
    source_id: str
    time: datetime | None
    received_at: datetime
    by: str
    traceparent: str | None = None

    @property
    def stamp(self) -> tuple[datetime, str]:
        """What decides between two facts about the same thing: the later wins, whichever came first."""
        moment = self.received_at if self.time is None else min(self.time, self.received_at + _AHEAD)
        return (moment, self.source_id)

    def origin(self, number: int = 0) -> Origin:
        """Where the entries come from that this event writes; `number` tells several of one event apart."""
        return Origin(
            by=self.by,
            source=self.source,
            # Always with a number: else the event "a/1" would pass for the first entry of the event "a".
            source_id=f"{self.source_id}/{number}",
            at=self.time,
            received_at=self.received_at,
            event_id=self.event_id,
        )

    def told_by(self, fact: PartnerFact, delivery: Delivery, epoch: int | None = None) -> Origin:
        """Where the entries come from that a partner's word writes about a delivery, or about an `epoch` of it."""
        return Origin(
            by=f"instance:{fact.instance}",
            source=self.source,
            source_id=self.source_id,
            at=fact.told_at or self.time,
            received_at=self.received_at,
            event_id=self.event_id,
            delivery_id=delivery.id,
            epoch=epoch,
        )


@dataclass(slots=True)
class Case:
    """An order and the dossiers of its jobs; for a job's event just the one dossier."""

    order: OrderRecord | None = None
    dossiers: list[Dossier] = field(default_factory=list)
    personal: Personal | None = None
    """Personal data to write."""
    is_new: bool = False
    loaded_order: OrderRecord | None = None
    notes: list[Note] = field(default_factory=list)
    """Notes to keep with the order."""

    @property
    def anchor(self) -> Dossier | None:
        """The first of the jobs, with which is kept what is about the whole order; None for an order without jobs."""
        return min(self.dossiers, key=lambda dossier: dossier.job.id, default=None)

    def set_order(self, order: OrderRecord) -> None:
        """Change the order, for all its jobs."""
        self.order = order
        for dossier in self.dossiers:
            dossier.order = order

    def dossier(self, number: str) -> Dossier | None:
        """The dossier of one job."""
        return next((dossier for dossier in self.dossiers if dossier.job.number == number), None)


def newer(record: OrderRecord | JobRecord, group: str, statement: Statement) -> bool:
    """Whether a statement is the newest one about a group of fields."""
    whole = group.partition(".")[0]  # what was said of all details at once counts for each of them
    known = [stamp for name in (group, whole) if (stamp := record.stamps.get(name)) is not None]
    return all(statement.stamp >= stamp for stamp in known)


def stamped_order(order: OrderRecord, group: str, statement: Statement) -> OrderRecord:
    """The order, knowing when a group of its fields was last stated."""
    return replace(order, stamps={**order.stamps, group: statement.stamp})


def stamped_job(job: JobRecord, group: str, statement: Statement) -> JobRecord:
    """The job, knowing when a group of its fields was last stated."""
    return replace(job, stamps={**job.stamps, group: statement.stamp})
