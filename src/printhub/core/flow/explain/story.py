"""What happened to a job, in order and in short sentences: from its history, the attempts, and what operators did."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from printhub.core.flow.explain.report import Attempt, JobReport
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.history import StatusChange
from printhub.core.notifications.subject import called

_TOGETHER = timedelta(seconds=2)
"""Things so near to each other that say the same are one."""

_CALLED: Mapping[str, str] = MappingProxyType(
    {
        "done": "was done",
        "accepted": "was taken, to be judged later",
        "action_required": "was taken, and something is wanted first",
        "partial": "arrived in part",
        "skipped": "had nothing to do",
        "rejected": "was refused",
        "unavailable": "could not be taken for now",
        "misconfigured": "could not be made as it is configured",
        "outcome_unknown": "may or may not have had its effect",
        "crash": "broke off by a fault of the adapter or the hub",
    }
)
_ASKED: Mapping[str, str] = MappingProxyType(
    {
        "found": "it had arrived",
        "absent": "it had never arrived, or there is nothing to say yet",
        "cannot_tell": "the partner cannot tell",
    }
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened, as a sentence; `by` is who it came from."""

    at: datetime
    what: str
    by: str


def story(report: JobReport) -> list[Happened]:
    """All that happened, oldest first; of one delivery alone where that was asked about."""
    stated = [one for one in report.history if not _by_partner(one)]
    answered = [one for one in report.history if _by_partner(one)]
    # What happened in one moment is told as one thing led to the other.
    told = [*_entries(report, stated), *_planned(report), *_attempts(report), *_entries(report, answered)]
    return sorted([*told, *_acts(report)], key=lambda item: item.at)


def who(by: str) -> str:
    """Who said or did something, in words."""
    kind, _, name = by.partition(":")
    match kind:
        case "storefront":
            return f"the storefront {name}"
        case "instance" | "operator":
            return name
        case _:
            return by


def attempt_words(attempt: Attempt) -> str:
    """How an attempt ended, in words: `was refused: no such sheet`."""
    outcome, detail = str(attempt["outcome"]), f": {attempt['detail']}" if attempt["detail"] else ""
    if attempt["purpose"] == "lookup":
        return f"{_ASKED.get(outcome, _CALLED.get(outcome, outcome))}{detail}"
    return f"{_CALLED.get(outcome, outcome)}{detail}"


def _by_partner(entry: StatusChange) -> bool:
    return entry.by.startswith("instance:")


def _entries(report: JobReport, entries: Iterable[StatusChange]) -> Iterator[Happened]:
    for entry in entries:
        if not _concerns(report, entry):
            continue
        name = f"{entry.status}: {entry.label}" if entry.label else str(entry.status)
        detail = f", {entry.detail}" if entry.detail else ""
        yield Happened(entry.time, f"{name}{detail}", who(entry.by))
        if entry.removed_at is not None and entry.removed_by is not None:
            why = f": {entry.removed_why}" if entry.removed_why else ""
            yield Happened(entry.removed_at, f"the entry {name} was removed{why}", who(entry.removed_by))


def _concerns(report: JobReport, entry: StatusChange) -> bool:
    return report.focus is None or entry.delivery_id == report.focus or entry.opens is not None


def _planned(report: JobReport) -> Iterator[Happened]:
    together: defaultdict[tuple[str, str], list[list[Delivery]]] = defaultdict(list)
    for delivery in _told_of(report):
        groups = together[delivery.instance, delivery.rule]
        if not groups or delivery.created_at - groups[-1][0].created_at > _TOGETHER:
            groups.append([])
        groups[-1].append(delivery)
    for (instance, rule), groups in together.items():
        for planned in groups:
            verbs = ", ".join(f"{called(d)}{f' (run {d.run})' if d.run > 1 else ''}" for d in planned)
            text = f"{verbs} at {instance} planned{f' by {rule}' if rule else ''}"
            yield Happened(planned[0].created_at, text, "the hub")


def _attempts(report: JobReport) -> Iterator[Happened]:
    for delivery in _told_of(report):
        for attempt in report.attempts[delivery.id]:
            if _is_written(report, delivery, attempt):
                continue
            place = f"{called(delivery)} at {delivery.instance}"
            if attempt["purpose"] == "lookup":
                text = f"asked what became of {place}: {attempt_words(attempt)}"
            else:
                text = f"{place}, attempt {attempt['number']}, {attempt_words(attempt)}"
            late = "; it came too late to count" if attempt["stale"] else ""
            yield Happened(attempt["ended_at"], f"{text}{late}", delivery.instance)


def _is_written(report: JobReport, delivery: Delivery, attempt: Attempt) -> bool:
    """Whether the history says the same of it."""
    return attempt["purpose"] == "call" and any(
        entry.delivery_id == delivery.id
        and entry.detail == attempt["detail"]
        and abs(entry.received_at - attempt["ended_at"]) < _TOGETHER
        for entry in report.history
    )


def _acts(report: JobReport) -> Iterator[Happened]:
    deliveries = {str(delivery.id): delivery for delivery in report.deliveries}
    for act in report.acts:
        if report.focus is not None and act.subject != str(report.focus):
            continue
        about = deliveries.get(act.subject)
        place = f" of {called(about)} at {about.instance}" if about else ""
        if any(
            e.by == act.by and act.why in e.detail and abs(e.received_at - act.at) < _TOGETHER for e in report.history
        ):
            continue
        yield Happened(act.at, f"{act.act}{place}: {act.why}", who(act.by))


def _told_of(report: JobReport) -> list[Delivery]:
    """The deliveries that the story is about: what merely tells others of it, and did so, is left out."""
    if report.focus is not None:
        return [report.dossier.deliveries[report.focus]]
    return [d for d in report.deliveries if report.rules.channel(d.kind).held or d.state is not DeliveryState.DONE]
