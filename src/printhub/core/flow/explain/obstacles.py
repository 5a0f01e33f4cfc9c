"""What keeps a job from going on, each reason with who can lift it and how."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from printhub.core.flow.explain.report import JobReport
from printhub.core.model.deliveries import Delivery, DeliveryState, Obstacle, ObstacleKind
from printhub.core.model.verbs import Mode
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

    @property
    def lift(self) -> str:
        """Who lifts it and how, in one text."""
        return f"{self.who}: {', or '.join(self.commands)}" if self.commands else self.who


_LIFT: Mapping[ObstacleKind, str] = MappingProxyType(
    {
        ObstacleKind.BLOCKED: "an operator",
        ObstacleKind.UNPAID: "the storefront, by printhub.order.payment_changed",
        ObstacleKind.UNAPPROVED: "the approver, by printhub.job.approved",
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
        command = _COMMANDS.get((obstacle.kind, obstacle.word))
        commands = (command.format(job=report.name),) if command else ()
        who = lift.format(word=obstacle.word)
        yield _holding(held, str(obstacle), obstacle.detail, who, until, commands)


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
            return (f"the hub, by asking {delivery.instance}", ()) if asks else ("an operator", by_hand)
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


def _stops(report: JobReport, name: str, stopped: Sequence[Delivery]) -> Iterator[InTheWay]:
    for stop in report.stops:
        concerns = stop.name == name and stop.storefront in ("", report.dossier.job.storefront)
        if concerns and stop.stands and stop.cause is not Cause.OFF:  # that one is told by the configuration itself
            who, *commands = _lift_stop(stop)
            yield _holding(stopped, stop.cause, _stop_words(stop), who, stop.until, tuple(commands))


def _stop_words(stop: Stop) -> str:
    match stop.cause:
        case Cause.BREAKER:
            return f"{stop.name} rests, because it did not answer: {stop.detail}"
        case Cause.MISCONFIGURED:
            return f"{stop.name} is misconfigured: {stop.detail}"
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
    job, order = report.dossier.job, report.dossier.order
    if report.deliveries or job.cancelled:
        return
    aside = report.settings.set_aside_for(job.storefront, job.product_type, job.mode)
    if not job.delivered:
        yield InTheWay("kit", "it is the parent of a kit, which is never delivered itself", "nobody: see its children")
    elif not job.ordered:
        yield InTheWay("not_ordered", "it is not ordered yet", "the customer, by placing the order")
    elif aside:
        text = f"nobody knows what to plan at {', '.join(aside)}: {report.settings.instances[aside[0]].set_aside}"
        yield InTheWay("set_aside", text, "the operator, by mending the plugin")
    else:
        mode = order.mode if order else job.mode
        other = Mode.LIVE if mode is Mode.TEST else Mode.TEST
        text = f"no route leads a {mode} job of {job.storefront} and type {job.product_type} to an instance"
        lift = f"the operator, by a rule in [[routes]]; a {other} instance does not count. It is for jobs to come"
        yield InTheWay("no_route", text, lift)


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
    """Name deliveries by instance: `notify, manifest at press`."""
    instances = dict.fromkeys(delivery.instance for delivery in waiting)
    return tuple(f"{', '.join(d.verb for d in waiting if d.instance == name)} at {name}" for name in instances)
