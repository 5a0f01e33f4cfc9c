"""What the engine asks of a kind: what to plan, what to send, and which statuses an ending writes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from printhub.core.model.envelope import Event
from printhub.core.model.history import StatusChange
from printhub.core.model.known import FileRecord, JobRecord, OrderRecord, Personal
from printhub.core.model.record import Message
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Mode, Verb
from printhub.core.notifications.draft import Draft
from printhub.core.templates.rendered import Rendered


class Occasion(StrEnum):
    """What can give rise to deliveries about a job."""

    ORDERED = "ordered"
    """The job became known as ordered."""
    CHANGED = "changed"
    """The job or its order changed after production was told."""
    CANCELLED = "cancelled"
    """The job was cancelled after production was told."""
    STATUS_WRITTEN = "status_written"
    """An entry was added to the job's history."""
    REQUESTED = "requested"
    """The storefront is asked for something."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What planning may know of an instance: its name, the verbs its adapter has, and how its chain is ordered."""

    instance: str
    kind: Kind
    mode: Mode
    verbs: frozenset[Verb]
    assets_first: bool = False
    assets_after_manifest: bool = False
    waits_for_accepted: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery to be made: its verb, what it is about, its lane, and the verbs that have to come first."""

    verb: Verb
    subject: str
    lane: str
    after: tuple[Verb, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """All that a message is composed of.

    `change` and `current` are there for messages about a status change, `stated` for those that pass on an event of
    the hub's own.
    """

    storefront: str
    mode: Mode
    job: JobRecord | None = None
    order: OrderRecord | None = None
    personal: Personal = field(default=Personal(), repr=False)
    files: tuple[FileRecord, ...] = ()
    change: StatusChange | None = None
    stated: Event | None = field(default=None, repr=False)
    current: JobStatus | None = None
    draft: Draft | None = field(default=None, repr=False)
    """Of a message to people: to whom, and made of what."""
    words: Rendered | None = field(default=None, repr=False)
    """And its words, as its template has them."""
    cause_depth: int = 0
    """How many events of the hub's own stand behind the event that caused the change."""
    traceparent: str | None = None
    """The trace that all of this belongs to."""


class Turn(StrEnum):
    """The turns of a delivery that may write a status."""

    STARTED = "started"
    DONE = "done"
    ACCEPTED = "accepted"
    ACTION_REQUIRED = "action_required"
    SKIPPED = "skipped"
    FAILED = "failed"
    BOUNCED = "bounced"
    """The recipient refused it for good."""
    RETRYING = "retrying"
    """The retry schedule began: the first failure that is not for good."""
    RETRIGGERED = "retriggered"


@dataclass(frozen=True, slots=True)
class Told:
    """A status to write, and whether people of the print shop are told as well."""

    status: JobStatus
    label: str | None = None
    detail: str = ""
    staff: bool = False
    at: datetime | None = None


class Channel(Protocol):
    """The rules of one kind. All pure: the engine hands facts in and carries out what comes back."""

    @property
    def kind(self) -> Kind:
        """The kind that these rules are of."""

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """All verbs of the kind, in the order in which their statuses are written."""

    @property
    def held(self) -> frozenset[Verb]:
        """The verbs that bring a job into production: they wait for its holds and end when it is cancelled."""

    @property
    def once(self) -> frozenset[Verb]:
        """The verbs whose second call would be a second effect: another print, another message, other money."""

    @property
    def ordered_lane(self) -> bool:
        """Whether an earlier delivery of a lane that has not ended holds the later ones."""

    @property
    def partial(self) -> JobStatus | None:
        """The status that says that some of a job's chain was done and some failed; None where that cannot be."""

    @property
    def reportable(self) -> frozenset[JobStatus]:
        """The statuses that adapters of this kind may report by themselves."""

    @property
    def message(self) -> type[Message]:
        """The model of what adapters of this kind are handed."""

    def plan(self, occasion: Occasion, job: JobRecord, cause: str, declared: Declared) -> Sequence[Planned]:
        """Which deliveries `occasion` gives rise to at an instance; `cause` identifies the change behind it."""

    def compose(self, verb: Verb, material: Material) -> Message:
        """Build the message that every attempt of a delivery sends."""

    def statuses(self, verb: Verb, turn: Turn, detail: str) -> Sequence[Told]:
        """Which statuses a turn of a delivery writes."""
