"""A delivery: one thing that one instance is asked to do about one subject, and all that can stand in its way."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import JsonValue

from printhub.core.model.verbs import Kind, Verb


class DeliveryState(StrEnum):
    """Where a delivery stands; the last five are ends."""

    HELD = "held"
    """Something of its own stands in the way; the obstacles say what."""
    READY = "ready"
    """Nothing of its own stands in the way; it goes when its instance has a slot."""
    RUNNING = "running"
    """A worker is making the call."""
    RETRYING = "retrying"
    """The call had no effect and will be made again at a known time."""
    ACCEPTED = "accepted"
    """The partner took it and will say later what became of it."""
    WAITING_ACTION = "waiting_action"
    """The partner wants something first."""
    UNKNOWN = "unknown"
    """The call may or may not have had its effect."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    OBSOLETE = "obsolete"
    """It lost its use before it went."""

    @property
    def is_end(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in _ENDS

    @property
    def occupies_lane(self) -> bool:
        """Whether no other delivery of the same lane may run."""
        return self in (DeliveryState.RUNNING, DeliveryState.UNKNOWN)


_ENDS = frozenset(
    {
        DeliveryState.DONE,
        DeliveryState.FAILED,
        DeliveryState.CANCELLED,
        DeliveryState.SKIPPED,
        DeliveryState.OBSOLETE,
    }
)


class ObstacleKind(StrEnum):
    """Why a delivery cannot go: six holds of the job, and what is the delivery's own."""

    BLOCKED = "blocked"
    UNPAID = "unpaid"
    UNAPPROVED = "unapproved"
    FUTURE = "future"
    AWAITING = "awaiting"
    NO_OUTPUT = "no_output"
    PREDECESSOR = "predecessor"
    FILES = "files"
    TEST_LIVE = "test_live"
    CONSENT = "consent"
    NOT_BEFORE = "not_before"

    @property
    def is_hold(self) -> bool:
        """Whether it is one of the six holds that keep a whole job in the house."""
        return self in _HOLDS


_HOLDS = frozenset(
    {
        ObstacleKind.BLOCKED,
        ObstacleKind.UNPAID,
        ObstacleKind.UNAPPROVED,
        ObstacleKind.FUTURE,
        ObstacleKind.AWAITING,
        ObstacleKind.NO_OUTPUT,
    }
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why a delivery is held; `word` tells obstacles of one kind apart, `detail` is for people."""

    kind: ObstacleKind
    word: str = ""
    detail: str = ""

    def __str__(self) -> str:
        """The obstacle's name in lists and scenario tables: `awaiting(proof)`."""
        return f"{self.kind}({self.word})" if self.word else str(self.kind)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of work, from planning to its end; retries, lookups and retriggers reuse it.

    `subject` is what it is about: the storefront's job id for a chain, the causing change for update and cancel, a
    status change for publish. `lane` names what excludes it from running beside others. `after` are the verbs of the
    same job and instance that have to come first. `fence` counts claims: an outcome that carries an older one is
    stale. `give_up_at` is when retrying ends. `harmless` tells that no attempt can have had an effect so far, so that
    a retrigger may compose anew. `sent` holds the digests of the requests that were sent under this key.
    `rule` says in words which rule planned it. `since` is when it came to its present state. `sign_due_at` is when the
    partner's next sign is due, `overdue_since` when it was found not to have come. `doubted` tells that a hub which a
    restored backup replaced may have made the call: the partner is asked first.
    """

    id: UUID
    seq: int
    storefront: str
    instance: str
    kind: Kind
    verb: Verb
    subject: str
    run: int
    lane: str
    state: DeliveryState
    created_at: datetime
    order_id: UUID | None = None
    job_id: UUID | None = None
    event_id: UUID | None = None
    epoch: int = 1
    after: tuple[Verb, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    reason: str = ""
    next_at: datetime | None = None
    asking: bool = False
    settled_by: UUID | None = None
    composition: int = 0
    message_id: UUID | None = None
    sent: tuple[str, ...] = ()
    attempts: int = 0
    schedule_step: int = 0
    asked: int = 0
    first_attempt_at: datetime | None = None
    give_up_at: datetime | None = None
    harmless: bool = True
    retry_told: bool = False
    announced_at: datetime | None = None
    fence: int = 0
    worker: UUID | None = None
    reference: str | None = None
    memo: JsonValue = None
    parts: frozenset[str] = frozenset()
    fingerprint: str | None = None
    rule: str = ""
    since: datetime | None = None
    sign_due_at: datetime | None = None
    overdue_since: datetime | None = None
    doubted: bool = False

    @property
    def may_go(self) -> bool:
        """Whether a worker may take it now: to make the call, or to ask what became of it."""
        return (self.state is DeliveryState.READY or self.asking) and self.worker is None

    @property
    def key(self) -> str:
        """What the partner is given as idempotency key: the id, and which composition if it was composed anew."""
        return str(self.id) if self.composition == 0 else f"{self.id}.{self.composition}"


def reopened(delivery: Delivery, *, anew: bool) -> Delivery:
    """The delivery, ready to go again with all its patience; composed `anew`, it gets a new key and a new message."""
    again = replace(
        delivery,
        state=DeliveryState.READY,
        obstacles=(),
        reason="",
        next_at=None,
        asking=False,
        announced_at=None,
        schedule_step=0,
        give_up_at=None,
        settled_by=None,
        fingerprint=None,
    )
    if not anew:
        # What is left of a partial delivery makes other requests than the whole did.
        return replace(again, sent=() if delivery.parts else delivery.sent)
    return replace(again, composition=delivery.composition + 1, message_id=None, sent=(), first_attempt_at=None)


def newest_runs(deliveries: Iterable[Delivery]) -> dict[tuple[str, Verb, str], Delivery]:
    """The newest run of each (instance, verb, subject): what send again replaced no longer counts."""
    newest: dict[tuple[str, Verb, str], Delivery] = {}
    for delivery in deliveries:
        place = (delivery.instance, delivery.verb, delivery.subject)
        if place not in newest or newest[place].run < delivery.run:
            newest[place] = delivery
    return newest
