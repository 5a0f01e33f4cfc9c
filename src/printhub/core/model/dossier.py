"""All that the hub knows of one job while a transaction holds it, and what the transaction changes of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from printhub.core.model.deliveries import Delivery, newest_runs
from printhub.core.model.events.partner import StaffNotice
from printhub.core.model.events.request import RequestFact
from printhub.core.model.findable import Findable
from printhub.core.model.history import StatusChange
from printhub.core.model.known import FileRecord, JobRecord, OrderRecord
from printhub.core.model.verbs import Verb


class TimerKind(StrEnum):
    """What happens when a timer is due."""

    RETRY = "retry"
    """A delivery's next attempt."""
    ASK = "ask"
    """An unknown or accepted delivery is looked up."""
    RECHECK = "recheck"
    """A job's holds are looked at again: its date has come."""
    FETCH = "fetch"
    """A file is fetched."""
    PLAN = "plan"
    """A job is planned again: when it was ordered, a plugin that its routes lead to was set aside."""
    RESUME = "resume"
    """A stopped instance is tried again."""
    SIGN = "sign"
    """A delivery's next sign of life from the partner is due."""
    EARLY = "early"
    """An event has waited for its order or job so long that people are told."""
    CALLBACK = "callback"
    """What was read from a partner's callback is taken in."""
    POLL = "poll"
    """An instance asks its partner for news."""
    REMIND = "remind"
    """The customer of an unpaid order is reminded."""
    WANTED = "wanted"
    """An event's messages are planned: when it came, a plugin that may send them was set aside."""
    BOUNCE = "bounce"
    """What follows after a message was refused for good."""
    LETTER = "letter"
    """A letter is made of a message that did not arrive."""
    CLEAN = "clean"
    """A job's working folder is cleared, unless something still needs it."""


@dataclass(slots=True)
class Dossier:
    """A job with its order, files, deliveries and history, loaded under the job's lock.

    Stations change it through its methods; the store saves exactly what was changed.
    """

    job: JobRecord
    order: OrderRecord | None
    files: dict[UUID, FileRecord] = field(default_factory=dict)
    deliveries: dict[UUID, Delivery] = field(default_factory=dict)
    history: list[StatusChange] = field(default_factory=list)
    timers: dict[tuple[TimerKind, str], datetime | None] = field(default_factory=dict)
    """Timers to set, or with None to take away."""
    notices: list[StaffNotice] = field(default_factory=list)
    requests: list[tuple[UUID, RequestFact]] = field(default_factory=list)
    """What the storefront is asked for, each under the id of its event."""
    references: list[tuple[str, str, UUID, int]] = field(default_factory=list)
    """(instance, reference, delivery, epoch) that partners gave."""
    touched: set[UUID] = field(default_factory=set)
    added: list[StatusChange] = field(default_factory=list)
    removed: list[StatusChange] = field(default_factory=list)
    loaded_job: JobRecord | None = None
    loaded_deliveries: dict[UUID, Delivery] = field(default_factory=dict)
    findable: Findable | None = None
    """What it could be found by when it was loaded; None for a new job."""
    beside: "list[Dossier]" = field(default_factory=list, repr=False, compare=False)
    """The other jobs of the order, where what happens to one is told in all; in the same transaction."""
    dropped: list[UUID] = field(default_factory=list)
    """Messages that will never be sent: their bodies hold personal data and go."""

    def copied(self) -> "Dossier":
        """One that stands as this one does, with nothing changed yet, and that may be changed without changing it."""
        return Dossier(
            self.job,
            self.order,
            files=dict(self.files),
            deliveries=dict(self.deliveries),
            history=list(self.history),
            loaded_job=self.job,
            loaded_deliveries=dict(self.deliveries),
            findable=self.findable,
        )

    def put(self, delivery: Delivery) -> Delivery:
        """Add a delivery, or replace the one with its id."""
        before = self.deliveries.get(delivery.id)
        if before is not None and before.message_id is not None and delivery.message_id is None:
            self.dropped.append(before.message_id)
        self.deliveries[delivery.id] = delivery
        self.touched.add(delivery.id)
        return delivery

    def drop_timers(self, delivery: Delivery) -> None:
        """Take away what was to happen later to a delivery: it moves now, or never again."""
        self.timers[(TimerKind.RETRY, str(delivery.id))] = None
        self.timers[(TimerKind.ASK, str(delivery.id))] = None

    def put_file(self, file: FileRecord) -> FileRecord:
        """Add a file, or replace the one with its id."""
        self.files[file.id] = file
        self.touched.add(file.id)
        return file

    def append(self, change: StatusChange) -> None:
        """Add an entry to the history."""
        self.history.append(change)
        self.added.append(change)

    def remove(self, change: StatusChange) -> None:
        """Put the removal of a Blocked entry in its place."""
        self.history = [change if entry.id == change.id else entry for entry in self.history]
        self.removed.append(change)

    def at(self, instance: str) -> Iterator[Delivery]:
        """The newest run of each delivery at an instance, as they were planned."""
        yield from newest_runs(d for d in self.deliveries.values() if d.instance == instance).values()

    def of(self, instance: str, verb: Verb) -> Delivery | None:
        """The newest run of a chain's verb at an instance."""
        found = [
            d for d in self.deliveries.values() if (d.instance, d.verb, d.subject) == (instance, verb, self.job.number)
        ]
        return max(found, key=lambda d: d.run, default=None)

    def cause(self, delivery: Delivery) -> UUID | None:
        """The event that a delivery follows from: of what tells of a status, the one behind the call that led to it."""
        if delivery.event_id is not None:
            return delivery.event_id
        change = next((entry for entry in self.history if str(entry.id) == delivery.subject), None)
        behind = self.deliveries.get(change.delivery_id) if change and change.delivery_id else None
        return behind.event_id if behind else None

    def standing_files(self) -> list[FileRecord]:
        """The files that nothing has superseded."""
        return [file for file in self.files.values() if not file.superseded]

    def has_entry(self, source: str, source_id: str) -> bool:
        """Whether the history holds this very report already."""
        return any((entry.source, entry.source_id) == (source, source_id) for entry in self.history)

    def delivery_changes(self) -> Iterable[Delivery]:
        """The deliveries that were added or replaced, in the order in which they were planned."""
        return [delivery for id_, delivery in self.deliveries.items() if id_ in self.touched]

    def file_changes(self) -> Iterable[FileRecord]:
        """The files that were added or replaced."""
        return [self.files[id_] for id_ in self.touched if id_ in self.files]
