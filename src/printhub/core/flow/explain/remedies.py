"""What somebody can do about a job now: commands that are possible as it stands, the most sensible first."""

from collections.abc import Iterator
from dataclasses import dataclass

from printhub.core.flow.cancel import PENDING
from printhub.core.flow.explain.obstacles import in_the_way
from printhub.core.flow.explain.report import JobReport
from printhub.core.flow.retrigger import REOPENABLE, can_be_sent_again
from printhub.core.model.deliveries import Delivery, DeliveryState, ObstacleKind
from printhub.core.model.known import FileState, OutputState
from printhub.core.model.verbs import Verb
from printhub.core.notifications.subject import called
from printhub.core.store.instances import Cause

_WHY = '--why "…"'


@dataclass(frozen=True, slots=True)
class Remedy:
    """A command, and what it does; `gives_up` says that it does without something that was wanted."""

    command: str
    does: str
    gives_up: bool = False


def remedies(report: JobReport) -> list[Remedy]:
    """All that can be done, each once: first what makes something go, then what gives something up."""
    concerned = _concerned(report)
    found = [*_hub(report), *_job(report)]
    found += [remedy for delivery in concerned for remedy in _mend(report, delivery)]
    found += [remedy for delivery in concerned for remedy in _give_up(report, delivery)]
    return list(dict.fromkeys(found))


def advice(report: JobReport) -> list[str]:
    """What there is to know before any command: that nothing is to be done here, or what to do elsewhere first."""
    ways = [one for one in in_the_way(report) if report.focus is None or report.focus in one.concerns]
    if any(one.what == "no_route" and not one.commands for one in ways):
        rule = "first write a rule into [[routes]] that leads such a job to an instance"
        then = f"then `printhub plan {report.name} {_WHY}` plans it"
        read = "that reads the configuration itself: `printhub serve` is started anew only for jobs to come"
        return [f"{rule}; {then}. {read[0].upper()}{read[1:]}, or for an instance that is new to it"]
    if ways and all(one.is_usual for one in ways):
        others = [one for one in ways if not one.what.startswith(ObstacleKind.PREDECESSOR)]
        lifted = dict.fromkeys(f"{one.what} is lifted by {one.who}" for one in others)
        return [f"nothing is to be done here: {'; '.join(lifted) or 'it goes on by itself'}"]
    if not ways and any(not d.state.is_end for d in _concerned(report)):
        return ["nothing is to be done here: it goes on by itself"]
    return []


def _concerned(report: JobReport) -> list[Delivery]:
    return [d for d in report.newest if report.focus in (None, d.id)]


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
    if any(one.what == "no_route" and one.commands for one in in_the_way(report)):
        yield Remedy(f"printhub plan {name} {_WHY}", "plans it where the routes lead it now")
    if any(obstacle.word == "cleared" for obstacle in obstacles):
        yield Remedy(f"printhub reopen {name} {_WHY}", "begins its life anew, and asks the storefront for its files")
    elif ObstacleKind.FILES in kinds or report.dossier.job.output is OutputState.FAILED:
        yield from _files(report)


def _files(report: JobReport) -> Iterator[Remedy]:
    name = report.name
    if any(file.state in (FileState.FAILED, FileState.FETCHING) for file in report.dossier.standing_files()):
        yield Remedy(f"printhub files fetch --job {name} {_WHY}", "fetches at once what could not be fetched")
    yield Remedy(f"printhub recreate {name} {_WHY}", "asks the storefront to make the output again")
    yield Remedy(f"printhub files upload {name} PATH --role output {_WHY}", "supplies the output by hand")


def _mend(report: JobReport, delivery: Delivery) -> Iterator[Remedy]:
    place = f"{called(delivery)} at {delivery.instance}"
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
    place = f"{called(delivery)} at {delivery.instance}"
    if delivery.state in (DeliveryState.FAILED, DeliveryState.WAITING_ACTION):
        yield Remedy(f"printhub skip {delivery.id} {_WHY}", f"does without {place}: what comes after it goes", True)
    elif delivery.state in PENDING and _is_wrong(report) and not _follows(delivery):
        yield Remedy(f"printhub cancel {delivery.id} {_WHY}", f"gives {place} up, and what comes after it", True)
    if can_be_sent_again(delivery) and report.focus is not None:
        what = "a second call" if delivery.state is DeliveryState.DONE else "something that goes after all"
        yield Remedy(f"printhub send-again {delivery.id} {_WHY}", f"makes a new run of {place}, as {what}")


def _is_wrong(report: JobReport) -> bool:
    """Whether anything is in the way that others do not lift in their time."""
    return not all(one.is_usual or one.what == "not_served" for one in in_the_way(report))


def _follows(delivery: Delivery) -> bool:
    return any(obstacle.kind is ObstacleKind.PREDECESSOR for obstacle in delivery.obstacles)
