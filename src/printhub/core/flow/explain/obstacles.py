"""What keeps a job from going on, each reason with who can lift it and how."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from printhub.core.flow import planning
from printhub.core.flow.explain.report import JobReport
from printhub.core.model.deliveries import Delivery, DeliveryState, Obstacle, ObstacleKind
from printhub.core.model.dossier import TimerKind
from printhub.core.model.jobs import JobApproval, ProductType
from printhub.core.model.known import FileState, OutputState
from printhub.core.model.verbs import Kind
from printhub.core.notifications.subject import called
from printhub.core.store.instances import Cause, Stop


@dataclass(frozen=True, slots=True)
class InTheWay:
    """One reason: `what` is a word for programs, `who` says who can lift it, `holds` what waits for it."""

    what: str
    detail: str
    who: str
    holds: tuple[str, ...] = ()
    until: datetime | None = None
    """When it ends or is tried again by itself."""
    concerns: tuple[UUID, ...] = ()
    """The deliveries that wait for it."""
    commands: tuple[str, ...] = ()
    """The commands that lift it, one of which is enough."""
    is_usual: bool = False
    """Whether nothing is wrong: others lift it in their time, and nobody here need do anything."""

    @property
    def lift(self) -> str:
        """Who lifts it and how, in one text."""
        return f"{self.who}: {', or '.join(self.commands)}" if self.commands else self.who


_LIFT: Mapping[ObstacleKind, str] = MappingProxyType(
    {
        ObstacleKind.BLOCKED: "an operator",
        ObstacleKind.UNPAID: "the storefront, by printhub.order.payment_changed",
        ObstacleKind.UNAPPROVED: "the approver",
        ObstacleKind.FUTURE: "its date, by itself",
        ObstacleKind.AWAITING: "the storefront, by printhub.job.awaited naming the {word}",
        ObstacleKind.NO_OUTPUT: "the storefront, by printhub.job.output_created",
        ObstacleKind.PREDECESSOR: "the {word} before it; see there",
        ObstacleKind.FILES: "the storefront, by printhub.job.output_created with files that can be fetched",
        ObstacleKind.TEST_LIVE: "nobody for this job: it has to be placed again, in the mode of the instance",
        ObstacleKind.CONSENT: "a second person's consent",
        ObstacleKind.NOT_BEFORE: "its time, by itself",
    }
)
_LIFT_WORD: Mapping[tuple[ObstacleKind, str], str] = MappingProxyType(
    {
        (ObstacleKind.AWAITING, "proof"): "the customer's approval, by printhub.job.approved with matter=proof",
        (ObstacleKind.AWAITING, "data"): "the storefront, by printhub.job.verified",
        (ObstacleKind.AWAITING, "validation"): "the storefront, by printhub.job.validation_finished",
        (ObstacleKind.FILES, "expected"): "the hub, when the file is there",
        (ObstacleKind.FILES, "failed"): "an operator, once what is wrong is put right",
        (ObstacleKind.FILES, "cleared"): "an operator",
    }
)
_USUAL = (
    ObstacleKind.UNPAID,
    ObstacleKind.UNAPPROVED,
    ObstacleKind.FUTURE,
    ObstacleKind.AWAITING,
    ObstacleKind.NO_OUTPUT,
    ObstacleKind.PREDECESSOR,
    ObstacleKind.NOT_BEFORE,
)
_COMMANDS: Mapping[tuple[ObstacleKind, str], str] = MappingProxyType(
    {
        (ObstacleKind.BLOCKED, ""): 'printhub release {job} --why "…"',
        (ObstacleKind.FILES, "failed"): 'printhub files fetch --job {job} --why "…"',
        (ObstacleKind.FILES, "cleared"): 'printhub reopen {job} --why "…"',
    }
)
_STOPPED = (DeliveryState.HELD, DeliveryState.READY, DeliveryState.RETRYING)


def in_the_way(report: JobReport) -> list[InTheWay]:
    """Everything that keeps the job from going on, holds first, and last what only waits for another."""
    found = [*_held(report), *_waiting(report), *_instances(report), *_unserved(report), *_unplanned(report)]
    return sorted(found, key=lambda way: way.what.startswith(ObstacleKind.PREDECESSOR))


def _held(report: JobReport) -> Iterator[InTheWay]:
    holds: defaultdict[Obstacle, list[Delivery]] = defaultdict(list)
    for delivery in report.newest:
        for obstacle in delivery.obstacles:
            if obstacle.kind is not ObstacleKind.PREDECESSOR or _goes(report, delivery, obstacle):
                holds[obstacle].append(delivery)
    order = report.dossier.order
    for obstacle, held in sorted(holds.items(), key=lambda pair: list(ObstacleKind).index(pair[0].kind)):
        lift = _LIFT_WORD.get((obstacle.kind, obstacle.word), _LIFT[obstacle.kind])
        until = order.release_at if order and obstacle.kind is ObstacleKind.FUTURE else None
        if obstacle.kind is ObstacleKind.NOT_BEFORE:
            hours = (report.timers.get((TimerKind.RETRY, str(delivery.id))) for delivery in held)
            until = min((hour for hour in hours if hour is not None), default=None)
        command = _COMMANDS.get((obstacle.kind, obstacle.word))
        commands = (command.format(job=report.name),) if command else ()
        who = _approver(report) if obstacle.kind is ObstacleKind.UNAPPROVED else lift.format(word=obstacle.word)
        if (obstacle.kind, obstacle.word) == (ObstacleKind.FILES, "expected"):
            until = _next_fetch(report)
        failed = obstacle.kind is ObstacleKind.NO_OUTPUT and report.dossier.job.output is OutputState.FAILED
        way = _holding(held, str(obstacle), obstacle.detail, who, until, commands)
        yield replace(way, is_usual=obstacle.kind in _USUAL and not failed)


def _approver(report: JobReport) -> str:
    job, order = report.dossier.job, report.dossier.order
    of_job, of_order = "printhub.job.approved", "printhub.order.approval_changed"
    if order is None:
        return f"the approver, by {of_job}"
    of_job_itself = job.approval in (JobApproval.AWAITING, JobApproval.REJECTED)
    first, second = (of_job, of_order) if of_job_itself else (of_order, of_job)
    return f"the approver, by {first} or {second}"


def _next_fetch(report: JobReport) -> datetime | None:
    """When a file that could not be fetched yet is tried again."""
    tried = [file for file in report.dossier.standing_files() if file.state is FileState.FETCHING]
    times = [report.timers.get((TimerKind.FETCH, str(file.id))) for file in tried]
    return min(filter(None, times), default=None)


def _goes(report: JobReport, delivery: Delivery, obstacle: Obstacle) -> bool:
    """Whether a predecessor is on its way; one that is not has its own reason, which is told instead."""
    going = (DeliveryState.READY, DeliveryState.RUNNING)
    return any(
        (one.instance, one.verb) == (delivery.instance, obstacle.word) and one.state in going for one in report.newest
    )


def _waiting(report: JobReport) -> Iterator[InTheWay]:
    for delivery in report.newest:
        who, commands = _lift(delivery)
        if delivery.overdue_since is not None:
            since = f"{delivery.since:%Y-%m-%d %H:%M} UTC" if delivery.since else "then"
            text = f"{delivery.instance} took {delivery.verb} and has said nothing of the job since {since}"
            ask = f"{delivery.instance}, by telling what became of it: ask there"
            yield _holding([delivery], "overdue", text, f"{ask}; or {who}" if who else ask, delivery.next_at, commands)
        elif who:
            yield _holding([delivery], delivery.state, delivery.reason, who, delivery.next_at, commands)


def _lift(delivery: Delivery) -> tuple[str, tuple[str, ...]]:
    """Who lifts what a delivery itself waits for, and the commands for it; nobody where it waits for nothing."""
    settle = f"printhub settle {delivery.id}"
    by_hand = (f'{settle} --done REF --why "…"', f'{settle} --not-done --why "…"')
    again = (f'printhub retrigger --delivery {delivery.id} --why "…"',)
    match delivery.state:
        case DeliveryState.FAILED:
            return "an operator", again
        case DeliveryState.WAITING_ACTION:
            return f"whoever can give {delivery.instance} what it asks for; then an operator", again
        case DeliveryState.UNKNOWN:
            asks = delivery.next_at is not None or delivery.asking
            how = "by sending it once more" if delivery.kind is Kind.EMAIL else f"by asking {delivery.instance}"
            return (f"the hub, {how}", ()) if asks else ("an operator", by_hand)
        case DeliveryState.ACCEPTED:
            told = "" if delivery.overdue_since else f"{delivery.instance}, by telling what became of it; or "
            return f"{told}an operator", by_hand
        case DeliveryState.RETRYING:
            return "the hub, by trying again", ()
        case _:
            return "", ()


def _instances(report: JobReport) -> Iterator[InTheWay]:
    waiting: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in report.newest:
        if delivery.state in _STOPPED:
            waiting[delivery.instance].append(delivery)
    for name, stopped in waiting.items():
        section = report.settings.instances.get(name)
        if section is None:
            text = f"there is no instance {name} in the configuration any more"
            yield _holding(stopped, "no_instance", text, f"the operator, by writing [instances.{name}] again")
            continue
        if section.set_aside is not None:
            yield _holding(stopped, "set_aside", section.set_aside, "the operator, by mending the plugin")
        if not section.enabled:
            text, lift = f"the instance {name} is turned off", f"the operator: [instances.{name}] enabled = true"
            yield _holding(stopped, "turned_off", text, lift)
        yield from _stops(report, name, stopped)
        ready = [delivery for delivery in stopped if delivery.state is DeliveryState.READY]
        if ready and section.max_per_minute is not None:
            text = f"no more than {section.max_per_minute} calls begin at {name} in a minute"
            yield replace(_holding(ready, "pace", text, "the hub, when its turn comes"), is_usual=True)


def _stops(report: JobReport, name: str, stopped: Sequence[Delivery]) -> Iterator[InTheWay]:
    for stop in stops_at(report, name):
        who, *commands = _lift_stop(stop)
        yield _holding(stopped, stop.cause, _stop_words(stop), who, stop.until, tuple(commands))


def stops_at(report: JobReport, name: str) -> list[Stop]:
    """What stops the job's calls at an instance, but for what the configuration itself tells."""
    return [
        stop
        for stop in report.stops
        if stop.name == name
        and stop.storefront in ("", report.dossier.job.storefront)
        and stop.stands
        and stop.cause is not Cause.OFF
    ]


def _stop_words(stop: Stop) -> str:
    match stop.cause:
        case Cause.BREAKER:
            return f"{stop.name} rests, because it did not answer: {stop.detail}"
        case Cause.MISCONFIGURED:
            return f"{stop.name} is misconfigured: {stop.detail.removeprefix('misconfigured: ')}"
        case _:  # a pause says by whom
            return f"{stop.name} is {stop.detail}"


def _lift_stop(stop: Stop) -> tuple[str, ...]:
    """Who lifts a stop, and the commands for it."""
    match stop.cause:
        case Cause.BREAKER:
            return (f"{stop.name}, by answering; the hub tries",)
        case Cause.PAUSED:
            place = f"{stop.name} --storefront {stop.storefront}" if stop.storefront else stop.name
            return "an operator", f'printhub resume {place} --why "…"'
        case _:
            return (f"the operator, by mending the configuration; `printhub check {stop.name}` tries it",)


def _unserved(report: JobReport) -> Iterator[InTheWay]:
    going = (DeliveryState.READY, DeliveryState.RETRYING)
    by_hub = {(ObstacleKind.FILES, "expected"), (ObstacleKind.FUTURE, "")}
    waiting = [d for d in report.newest if d.state in going or any((o.kind, o.word) in by_hub for o in d.obstacles)]
    if waiting and not report.served:
        yield _holding(waiting, "not_served", "no hub serves this store now", "the operator", None, ("printhub serve",))


def _unplanned(report: JobReport) -> Iterator[InTheWay]:
    job = report.dossier.job
    if job.cancelled or any(delivery.kind.produces for delivery in report.deliveries):
        return
    if report.deliveries and report.focus is not None:
        return
    aside = report.settings.set_aside_for(job.storefront, job.product_type, job.mode)
    if not job.delivered:
        yield InTheWay("kit", *_never_produced(report), is_usual=True)
    elif not job.ordered:
        yield InTheWay("not_ordered", "it is not ordered yet", "the customer, by placing the order", is_usual=True)
    elif aside:
        text = f"nobody knows what to plan at {', '.join(aside)}: {report.settings.instances[aside[0]].set_aside}"
        yield InTheWay("set_aside", text, "the operator, by mending the plugin")
    else:
        yield _no_route(report)


def _never_produced(report: JobReport) -> tuple[str, str]:
    """Why a job that holds others together is not produced, and who produces what it stands for."""
    job = report.dossier.job
    if report.children:
        text = "it is the parent of a kit, which is never delivered itself"
        return text, f"nobody: its children are produced ({', '.join(report.children)})"
    if job.product_type is ProductType.CUSTOM:
        text = "its type is Custom, for the parent of a kit: it is never delivered itself; no job names it as parent"
        return text, "nobody: a job that is to be produced has to be placed with another product type"
    return "it is the parent of other jobs, and never delivered itself", "nobody: those are produced"


def _no_route(report: JobReport) -> InTheWay:
    job, order = report.dossier.job, report.dossier.order
    led = [instance.name for instance in planning.missing(report.dossier, report.rules)]
    if led:
        text = f"no route led it anywhere when it was ordered; now the routes lead it to {', '.join(led)}"
        return InTheWay("no_route", text, "an operator", commands=(f'printhub plan {report.name} --why "…"',))
    mode = order.mode if order else job.mode
    text = f"no route leads a {mode} job of {job.storefront} and type {job.product_type} to a {mode} MIS or hot folder"
    return InTheWay("no_route", text, "the operator, by a rule in [[routes]] that leads to one")


def _holding(
    waiting: Sequence[Delivery],
    what: str,
    detail: str,
    who: str,
    until: datetime | None = None,
    commands: tuple[str, ...] = (),
) -> InTheWay:
    return InTheWay(what, detail, who, _places(waiting), until, tuple(delivery.id for delivery in waiting), commands)


def _places(waiting: Sequence[Delivery]) -> tuple[str, ...]:
    """Name deliveries by instance: `notify, manifest at press`; what is there several times is counted."""
    instances = dict.fromkeys(delivery.instance for delivery in waiting)
    return tuple(
        f"{', '.join(_counted(called(d) for d in waiting if d.instance == name))} at {name}" for name in instances
    )


def _counted(names: Iterable[str]) -> Iterator[str]:
    return (name if many == 1 else f"{name} ({many} times)" for name, many in Counter(names).items())
