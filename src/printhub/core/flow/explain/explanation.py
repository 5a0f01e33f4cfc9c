"""The whole explanation of a job, or of one delivery: typed values for the command line, the console and the API."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from printhub.core.channels.channel import Declared, Occasion
from printhub.core.flow import planning
from printhub.core.flow.acts.desk import find_delivery, find_job
from printhub.core.flow.explain.coming import Coming, coming
from printhub.core.flow.explain.obstacles import InTheWay, in_the_way
from printhub.core.flow.explain.remedies import Remedy, advice, remedies
from printhub.core.flow.explain.report import Attempt, JobReport, read_report
from printhub.core.flow.explain.story import Happened, story
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.errors import ActRefused, NotFound
from printhub.core.model.verbs import Verb
from printhub.core.notifications.subject import called
from printhub.core.store.store import Tx

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]*|[0-9a-f]{20,32}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Explained:
    """One delivery: the rule that planned it, what is ahead of it in its lane, and what it has to do with others."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]
    ahead: tuple[str, ...]
    """What has to go first in its lane."""
    predecessors: tuple[str, ...]
    settled_by: str | None
    """The delivery whose answer settled it."""
    covers: tuple[str, ...]
    """The deliveries that its answer settled."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a job stands where it stands. `summary` is the whole of it in one sentence."""

    report: JobReport
    summary: str
    is_through: bool
    """Whether all is done, and nothing is left to explain."""
    story: tuple[Happened, ...]
    in_the_way: tuple[InTheWay, ...]
    deliveries: tuple[Explained, ...]
    unrouted: tuple[str, ...]
    """What no route led to."""
    coming: tuple[Coming, ...]
    advice: tuple[str, ...]
    """What to know before any of the remedies."""
    remedies: tuple[Remedy, ...]


def explain(tx: Tx, rules: Rules, reference: str) -> Explanation:
    """Explain a job by its number or as storefront/number, or a delivery by its id or the beginning of it.

    Raises NotFound when there is neither; `strangers` tells more of what is not there.
    """
    return explain_report(_read(tx, rules, reference))


def looks_like_id(reference: str) -> bool:
    """Whether somebody has most likely typed the id of a delivery, or its beginning."""
    return _ID.fullmatch(reference) is not None


def _read(tx: Tx, rules: Rules, reference: str) -> JobReport:
    try:
        return read_report(tx, rules, find_job(tx, reference).id)
    except NotFound as unknown_job:
        try:
            delivery = find_delivery(tx, reference)
        except NotFound as unknown_delivery:
            raise (unknown_delivery if looks_like_id(reference) else unknown_job) from None
    if delivery.job_id is None:
        raise ActRefused(f"delivery {delivery.id} belongs to no job; `printhub deliveries list` shows it")
    return read_report(tx, rules, delivery.job_id, focus=delivery.id)


def explain_report(report: JobReport) -> Explanation:
    """Explain a job as it was read."""
    ways = tuple(one for one in in_the_way(report) if report.focus is None or report.focus in one.concerns)
    shown = [d for d in report.deliveries if report.focus in (None, d.id)]
    through = not ways and bool(shown) and all(d.state.is_end for d in report.newest if report.focus in (None, d.id))
    return Explanation(
        report=report,
        summary=_summary(report, ways, through=through),
        is_through=through,
        story=tuple(story(report)),
        in_the_way=ways,
        deliveries=tuple(_one(report, delivery) for delivery in shown),
        unrouted=tuple(_unrouted(report)) if report.focus is None else (),
        coming=tuple(coming(report)),
        advice=() if through else tuple(advice(report)),
        remedies=tuple(remedies(report)),
    )


def _summary(report: JobReport, ways: tuple[InTheWay, ...], *, through: bool) -> str:
    job, order = report.dossier.job, report.dossier.order
    one = report.dossier.deliveries[report.focus] if report.focus else None
    name = f"{called(one)} of job {job.number} at {one.instance}" if one else f"Job {job.number}"
    gone = "; its order was deleted in the storefront" if order is not None and order.deleted else ""
    if job.cancelled:
        gone = f"{gone}; the job is cancelled"
    if through:
        return f"{name} is {f'{one.state}' if one else 'through'}{_known_as(report)}{gone}."
    if not ways:
        running = ", ".join(f"{called(d)} at {d.instance} is {d.state}" for d in report.newest if not d.state.is_end)
        return f"{name} is on its way{f': {running}' if running else ', with nothing planned for it'}{gone}."
    first, more = ways[0], len(ways) - 1
    also = f" (and {more} more {'reason' if more == 1 else 'reasons'})" if more else ""
    place = f"{'; '.join(first.holds)}: " if first.holds and one is None else ""
    how = "waits" if first.until is not None else "does not go on"
    return f"{name} {how}: {place}{(first.detail or first.what).rstrip('.')}{also}{gone}."


def _known_as(report: JobReport) -> str:
    """Under which references partners know what was done."""
    found: dict[str, list[str]] = {}
    for delivery in report.newest:
        if delivery.reference and delivery.verb is not Verb.SEND and report.focus in (None, delivery.id):
            names = found.setdefault(delivery.instance, [])
            names += [] if delivery.reference in names else [delivery.reference]
    known = "; ".join(f"{instance} has it as {', '.join(names)}" for instance, names in found.items())
    left_out = [
        f"{called(d)} at {d.instance} was {d.state}{f' ({d.reason})' if d.verb is Verb.SEND and d.reason else ''}"
        for d in report.newest
        if d.state in (DeliveryState.CANCELLED, DeliveryState.SKIPPED, DeliveryState.OBSOLETE) and report.focus is None
    ]
    return "".join(f"; {part}" for part in (known, ", ".join(left_out)) if part)


def _one(report: JobReport, delivery: Delivery) -> Explained:
    known = report.dossier.deliveries
    by = known.get(delivery.settled_by) if delivery.settled_by else None
    first = (report.dossier.of(delivery.instance, verb) for verb in delivery.after)
    return Explained(
        delivery=delivery,
        attempts=tuple(report.attempts[delivery.id]),
        ahead=tuple(_stands(other) for other in _ahead(report, delivery)),
        predecessors=tuple(_stands(predecessor) for predecessor in first if predecessor is not None),
        settled_by=_stands(by) if by else None,
        covers=tuple(_stands(d) for d in report.deliveries if d.settled_by == delivery.id),
    )


def _stands(delivery: Delivery) -> str:
    return f"{called(delivery)}, which is {delivery.state}"


def _ahead(report: JobReport, delivery: Delivery) -> Iterator[Delivery]:
    """What of its lane goes before a delivery that has not gone: the rules of the claim."""
    if delivery.state.is_end or delivery.state.occupies_lane:
        return
    ordered = report.rules.channel(delivery.kind).ordered_lane
    for other in report.deliveries:
        if other.lane != delivery.lane or other.id == delivery.id:
            continue
        earlier = other.seq < delivery.seq
        waits = not other.state.is_end if ordered else other.state is DeliveryState.READY
        if other.state.occupies_lane or (earlier and waits):
            yield other


def _unrouted(report: JobReport) -> Iterator[str]:
    """The kinds with an instance that would do something for such a job, and that no rule leads it to."""
    dossier, rules = report.dossier, report.rules
    job = dossier.job
    if not job.ordered or not job.delivered or not report.deliveries:  # without any, that no route led it is told
        return
    for kind, channel in rules.channels.items():
        anything = Declared(instance=kind, kind=kind, mode=job.mode, verbs=frozenset(Verb))
        there = any(instance.kind is kind for instance in rules.instances.values())
        wanted = there and any(
            channel.plan(each, job, "", anything) for each in (Occasion.ORDERED, Occasion.STATUS_WRITTEN)
        )
        if wanted and not planning.has_route(dossier, rules, kind):
            yield f"no route leads to {kind.partner}"
