"""What somebody can do about a job now: commands that are possible as it stands, the most sensible first."""

from collections.abc import Iterator
from dataclasses import dataclass

from printhub.core.flow.cancel import PENDING
from printhub.core.flow.explain.obstacles import in_the_way
from printhub.core.flow.explain.report import JobReport
from printhub.core.flow.retrigger import REOPENABLE
from printhub.core.model.deliveries import Delivery, DeliveryState, ObstacleKind
from printhub.core.model.known import FileState
from printhub.core.model.verbs import Verb
from printhub.core.store.instances import Cause

_WHY = '--why "…"'


@dataclass(frozen=True, slots=True)
class Remedy:
    """A command, and what it does."""

    command: str
    does: str


def remedies(report: JobReport) -> list[Remedy]:
    """All that can be done, each once: first what makes something go, then what gives something up."""
    concerned = [d for d in report.newest if report.focus in (None, d.id)]
    found = [*_hub(report), *_job(report)]
    found += [remedy for delivery in concerned for remedy in _mend(report, delivery)]
    found += [remedy for delivery in concerned for remedy in _give_up(report, delivery)]
    return list(dict.fromkeys(found))


def _hub(report: JobReport) -> Iterator[Remedy]:
    whats = {one.what for one in in_the_way(report)}
    if "not_served" in whats:
        yield Remedy("printhub serve", "runs the hub, without which nothing goes")
    waiting = {d.instance for d in report.newest if not d.state.is_end}
    for stop in report.stops:
        if stop.name not in waiting or stop.storefront not in ("", report.dossier.job.storefront):
            continue
        if stop.cause is Cause.PAUSED:
            place = f"{stop.name} --storefront {stop.storefront}" if stop.storefront else stop.name
            yield Remedy(f"printhub resume {place} {_WHY}", f"lets {stop.name} make calls again")
        elif stop.cause is Cause.MISCONFIGURED:
            yield Remedy(f"printhub check {stop.name}", "tells whether the configuration is right, once it is mended")
            yield Remedy(f"printhub resume {stop.name} {_WHY}", "has it tried at once, instead of at its next check")


def _job(report: JobReport) -> Iterator[Remedy]:
    name = report.name
    obstacles = {obstacle for d in report.newest for obstacle in d.obstacles}
    kinds = {obstacle.kind for obstacle in obstacles}
    if report.dossier.job.blocked and (ObstacleKind.BLOCKED in kinds or report.focus is None):
        yield Remedy(f"printhub release {name} {_WHY}", "removes what blocks the job")
    if "no_route" in {one.what for one in in_the_way(report)}:
        yield Remedy(f"printhub plan {name} {_WHY}", "plans it, once there is a rule for it in [[routes]]")
    if any(obstacle.word == "cleared" for obstacle in obstacles):
        yield Remedy(f"printhub reopen {name} {_WHY}", "begins its life anew, and asks the storefront for its files")
    elif ObstacleKind.FILES in kinds or ObstacleKind.NO_OUTPUT in kinds:
        yield from _files(report)


def _files(report: JobReport) -> Iterator[Remedy]:
    name = report.name
    if any(file.state is FileState.FAILED for file in report.dossier.standing_files()):
        yield Remedy(f"printhub files fetch --job {name} {_WHY}", "fetches again what could not be fetched")
    yield Remedy(f"printhub recreate {name} {_WHY}", "asks the storefront to make the output again")
    yield Remedy(f"printhub files upload {name} PATH --role output {_WHY}", "supplies the output by hand")


def _mend(report: JobReport, delivery: Delivery) -> Iterator[Remedy]:
    place = f"{delivery.verb} at {delivery.instance}"
    channel = report.rules.channel(delivery.kind)
    withdrawn = report.dossier.job.cancelled and channel.held and delivery.verb is not Verb.CANCEL
    asked_of_person = delivery.state is DeliveryState.UNKNOWN and not delivery.next_at and not delivery.asking
    if asked_of_person or delivery.overdue_since is not None or delivery.state is DeliveryState.WAITING_ACTION:
        yield from _settle(delivery, place)
    if delivery.state in REOPENABLE and not withdrawn:
        first = "at once, before its time" if delivery.state is DeliveryState.RETRYING else "again"
        yield Remedy(f"printhub retrigger --delivery {delivery.id} {_WHY}", f"makes {place} go {first}")
    if delivery.state in (DeliveryState.UNKNOWN, DeliveryState.ACCEPTED):
        yield from _settle(delivery, place)


def _settle(delivery: Delivery, place: str) -> Iterator[Remedy]:
    if delivery.state is DeliveryState.DONE:
        return
    done, not_done = f"if {delivery.instance} has it: {place} is done", f"if {delivery.instance} certainly has it not"
    yield Remedy(f"printhub settle {delivery.id} --done REF {_WHY}", f"{done}, under that reference")
    yield Remedy(f"printhub settle {delivery.id} --not-done {_WHY}", f"{not_done}: it fails, and can be retriggered")


def _give_up(report: JobReport, delivery: Delivery) -> Iterator[Remedy]:
    place = f"{delivery.verb} at {delivery.instance}"
    if delivery.state in (DeliveryState.FAILED, DeliveryState.WAITING_ACTION):
        yield Remedy(f"printhub skip {delivery.id} {_WHY}", f"does without {place}: what comes after it goes")
    elif delivery.state in PENDING and not any(o.kind is ObstacleKind.PREDECESSOR for o in delivery.obstacles):
        yield Remedy(f"printhub cancel {delivery.id} {_WHY}", f"gives {place} up, and what comes after it")
    elif delivery.state is DeliveryState.DONE and report.focus is not None:
        yield Remedy(f"printhub send-again {delivery.id} {_WHY}", f"makes a new run of {place}, as a second call")
