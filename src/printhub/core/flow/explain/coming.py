"""What happens next to a job by itself, and when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from printhub.core.flow.chain import predecessors
from printhub.core.flow.explain.obstacles import stops_at
from printhub.core.flow.explain.report import MANY, JobReport
from printhub.core.model.deliveries import Delivery, DeliveryState, ObstacleKind
from printhub.core.model.dossier import TimerKind
from printhub.core.model.verbs import Kind
from printhub.core.notifications.subject import called
from printhub.core.store.instances import Cause

_GOES_ON: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.PAUSED: "is resumed",
        Cause.MISCONFIGURED: "is put right",
        Cause.BREAKER: "answers again",
        Cause.SET_ASIDE: "is there again",
    }
)


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that comes; `at` is None where no time is set for it."""

    at: datetime | None
    what: str


def coming(report: JobReport) -> list[Coming]:
    """What comes, soonest first, then what has no time of its own."""
    found = [*_timers(report), *_going(report), *_following(report)]
    return sorted(found, key=lambda item: (item.at is None, item.at or report.now))


def _timers(report: JobReport) -> Iterator[Coming]:
    for (kind, subject), at in report.timers.items():
        delivery = report.dossier.deliveries.get(UUID(subject))
        if report.focus is not None and (delivery is None or delivery.id != report.focus):
            continue
        text = _about(delivery, kind) if delivery else _about_job(report, kind, UUID(subject))
        if text is not None:
            due = at <= report.now and not report.served
            yield Coming(at, f"{text}; it is due, and waits for `printhub serve`" if due else text)


def _about(delivery: Delivery, kind: TimerKind) -> str | None:
    place = f"{called(delivery)} at {delivery.instance}"
    match kind:
        case TimerKind.RETRY:
            return f"{place} {'goes' if delivery.state is DeliveryState.HELD else 'is tried again'}"
        case TimerKind.ASK if delivery.kind is Kind.EMAIL:
            return f"{place} goes once more, with the same Message-ID: the customer may get it twice"
        case TimerKind.ASK:
            return f"{delivery.instance} is asked what became of {called(delivery)}"
        case TimerKind.SIGN:
            return f"the next word of {delivery.instance} after {called(delivery)} is due; without it, it is overdue"
        case _:
            return None


def _about_job(report: JobReport, kind: TimerKind, id_: UUID) -> str | None:
    file = report.dossier.files.get(id_)
    match kind:
        case TimerKind.FETCH if file is not None:
            return f"{file.name} is fetched"
        case TimerKind.RECHECK:
            return "the order's date comes, and what only waited for it goes"
        case TimerKind.PLAN:
            return "it is planned again, in case the plugin that is set aside is there"
        case TimerKind.CLEAN:
            return "its working folder is cleared, unless something still needs it"
        case _:
            return None


def _going(report: JobReport) -> Iterator[Coming]:
    for delivery in report.newest:
        if report.focus not in (None, delivery.id):
            continue
        place = f"{called(delivery)} at {delivery.instance}"
        if delivery.state is DeliveryState.RUNNING:
            yield Coming(None, f"{place} is being made right now, and ends within the instance's timeout")
        elif delivery.asking:
            yield Coming(
                None, f"{delivery.instance} is asked what became of {called(delivery)}, as soon as it has a slot"
            )
        elif delivery.state is DeliveryState.READY:
            count = report.queued.get(delivery.id, 0)
            before = f"more than {count - 1}" if count >= MANY else str(count)
            queue = f"; {before} others of that instance are ready before it" if count else ""
            yield Coming(None, f"{place} goes {_when(report, delivery.instance)}{queue}")


def _when(report: JobReport, instance: str) -> str:
    """When what is ready at an instance goes."""
    section = report.settings.instances.get(instance)
    if section is None or section.set_aside is not None or not section.enabled:
        return f"when {instance} is there again"
    stops = stops_at(report, instance)
    if stops:
        return f"when {instance} {' and '.join(dict.fromkeys(_GOES_ON[stop.cause] for stop in stops))}"
    return f"as soon as {instance} has a slot" if report.served else "as soon as a hub serves this store"


def _following(report: JobReport) -> Iterator[Coming]:
    for delivery in report.newest:
        kinds = {obstacle.kind for obstacle in delivery.obstacles}
        failed = any(first.state is DeliveryState.FAILED for first in predecessors(report.dossier, delivery))
        if kinds == {ObstacleKind.PREDECESSOR} and not failed and report.focus in (None, delivery.id):
            first = " and ".join(obstacle.word for obstacle in delivery.obstacles)
            yield Coming(None, f"{called(delivery)} at {delivery.instance} follows {first}")
