"""The account of one job: its history with the calls behind it, its deliveries, and what the MIS's own books say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from printhub.cli.demo.stage import Stage
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.envelope import read_event
from printhub.core.model.events.job import JobReleased
from printhub.core.model.known import JobRecord
from printhub.core.model.statuses import JobStatus
from printhub.core.store import deliveries as rows
from printhub.core.store import events
from printhub.core.store.events import EventState
from printhub.core.store.store import Tx
from printhub.testing.mis_simulator import MisJob


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a job's history; `kind` is status, event, call, act or restart."""

    at: datetime
    kind: str
    what: str
    by: str
    detail: str
    meaning: str = ""
    """What the status says in general."""


@dataclass(frozen=True, slots=True)
class Account:
    """Everything about one job at the end."""

    job: JobRecord
    order: str
    statuses: tuple[JobStatus, ...]
    lines: tuple[Line, ...]
    deliveries: tuple[Delivery, ...]
    instance: str
    books: tuple[MisJob, ...]
    """The entries that the MIS has of this job: more than one if it was told more than once."""

    @property
    def tickets(self) -> int:
        """How often the MIS will print the job."""
        return sum(entry.tickets for entry in self.books)


def account_of(stage: Stage, job: str) -> Account:
    """Draw up the account of a job from the hub's store and the MISs' books."""
    dossier = stage.dossier(job)
    deliveries = tuple(dossier.deliveries.values())
    attempts = {
        delivery.id: stage.hub.store.read(lambda tx, id_=delivery.id: rows.attempts(tx, id_))  # type: ignore[misc] # the default binds the delivery
        for delivery in deliveries
    }
    lines = [*_entries(dossier)]
    for delivery in deliveries:
        lines += _calls(delivery, attempts[delivery.id])
    lines += stage.hub.store.read(lambda tx: list(_silent_events(tx, dossier)))
    restart = stage.restarted_at
    if restart is not None and any(line.at < restart for line in lines) and any(line.at > restart for line in lines):
        lines.append(Line(restart, "restart", "hub started again", "", "The open work was in its store."))
    instance = deliveries[0].instance if deliveries else ""
    return Account(
        job=dossier.job,
        order=dossier.order.number if dossier.order else "",
        statuses=tuple(entry.status for entry in dossier.history),
        lines=tuple(sorted(lines, key=lambda line: line.at)),
        deliveries=deliveries,
        instance=instance,
        books=tuple(stage.books(job)),
    )


def _entries(dossier: Dossier) -> Iterator[Line]:
    for entry in dossier.history:
        what = f"{entry.status} ({entry.label})" if entry.label else str(entry.status)
        yield Line(entry.time, "status", what, entry.by, entry.detail, entry.status.meaning)
        if entry.removed_at is not None:
            yield Line(entry.removed_at, "act", "released", entry.removed_by or "", entry.removed_why or "")


def _silent_events(tx: Tx, dossier: Dossier) -> Iterator[Line]:
    """What the storefront stated of the job or its order without a status of its own, such as a payment."""
    told = {entry.event_id for entry in dossier.history}
    subjects = {dossier.job.number, dossier.order.number if dossier.order else ""}
    for record in events.listed(tx, EventState.APPLIED, 1000):
        body = events.body(tx, record.payload_id) if record.payload_id else None
        # A release is told by the Blocked entry that it removes.
        if record.subject not in subjects or record.id in told or record.type == JobReleased.type or body is None:
            continue
        stated = read_event(body).data
        facts = stated.items() if isinstance(stated, dict) else ()
        detail = ", ".join(f"{name}: {value}" for name, value in facts if name not in ("order", "job"))
        by = f"storefront:{record.storefront}"
        yield Line(record.time or record.received_at, "event", record.type.removeprefix("printhub."), by, detail)


_WORDS = {
    "outcome_unknown": "Outcome unknown. ",
    "unavailable": "Not done, to be made again. ",
    "cannot_tell": "It cannot tell. ",
    "absent": "It never arrived.",
}


def _calls(delivery: Delivery, attempts: list[dict[str, object]]) -> Iterator[Line]:
    """The calls that no status tells of: those of unknown outcome or to be made again, and all lookups."""
    for attempt in attempts:
        purpose, outcome, detail = (str(attempt[name] or "") for name in ("purpose", "outcome", "detail"))
        if purpose == "call" and outcome in ("done", "rejected"):
            continue
        what = f"lookup of {delivery.verb}" if purpose == "lookup" else str(delivery.verb)
        told = f"The MIS has it, as {delivery.reference}." if outcome == "found" else _WORDS.get(outcome, "") + detail
        yield Line(cast("datetime", attempt["ended_at"]), "call", what, f"instance:{delivery.instance}", told)


def as_json(account: Account, began: datetime) -> Mapping[str, object]:
    """The account as plain data."""
    return {
        "job": account.job.number,
        "order": account.order,
        "product": account.job.product,
        "product_type": account.job.product_type,
        "quantity": account.job.quantity,
        "instance": account.instance,
        "status": account.job.status,
        "history": [
            {
                "at": line.at,
                "seconds": round((line.at - began).total_seconds(), 3),
                "kind": line.kind,
                "what": line.what,
                "by": line.by,
                "detail": line.detail,
            }
            for line in account.lines
        ],
        "deliveries": [
            {
                "id": delivery.id,
                "verb": delivery.verb,
                "state": delivery.state,
                "reason": delivery.reason,
                "attempts": delivery.attempts,
                "reference": delivery.reference,
            }
            for delivery in account.deliveries
        ],
        "mis": [
            {
                "reference": entry.reference,
                "tickets": entry.tickets,
                "manifests": entry.manifests,
                "state": entry.state,
                "artwork": [{"name": name, **file._asdict()} for name, file in entry.artwork.items()],
            }
            for entry in account.books
        ],
    }
