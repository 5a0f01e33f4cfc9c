"""Plays a few hundred orders through a real hub whose partners are made up: a store to be copied many times over."""

import heapq
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from printhub.core.channels.channel import Told
from printhub.core.flow import commit, history
from printhub.core.flow.dispatcher import Workbench
from printhub.core.flow.history import Origin
from printhub.core.model.adapter import Adapter
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.reports import Progress, Report
from printhub.core.model.statuses import JobStatus, Label
from printhub.core.model.verbs import Kind
from printhub.core.settings import Settings
from printhub.core.store import dossiers
from printhub.core.store.deliveries import unannounced
from printhub.core.store.store import Tx
from printhub.testing import scripted
from printhub.testing.clock import FakeClock
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script, after_sending
from printhub.testing.seed.ids import SeededIds
from printhub.testing.seed.life import MARK, Life, Step, live

BEGINS = datetime(2020, 1, 6, 8, tzinfo=UTC)
"""When the first order of a sample is placed."""
EVERY = timedelta(minutes=2)
"""How long after each other its orders are placed."""

_MAKERS: Mapping[Kind, Callable[..., type[Adapter[Any]]]] = {
    Kind.MIS: scripted.scripted_mis,
    Kind.EMAIL: scripted.scripted_email,
    Kind.SMS: scripted.scripted_sms,
    Kind.PAYMENT: scripted.scripted_payment,
    Kind.FILE: scripted.scripted_file,
    Kind.STATUS: scripted.scripted_status,
}
_TOLD = (
    JobStatus.IN_BASKET,
    JobStatus.SENT_EMAIL,
    JobStatus.SENT_EMAIL_FAILED,
    JobStatus.EMAIL_BOUNCED,
    JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED,
    JobStatus.NO_EMAIL_BOUNCE_ACTION_REQUIRED,
    JobStatus.SMS_DISPATCHING,
    JobStatus.SMS_DISPATCHED,
    JobStatus.ACTION_RUN,
    JobStatus.OUTPUT_DELETE,
    JobStatus.CLEAN_UP,
    JobStatus.JOB_DATA_DELETED,
)
"""Statuses that no event of a storefront brings."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A played sample: its store, and how much it holds."""

    hub: MemoryHub
    jobs: int
    span: timedelta
    """How long after the first the next sample's first order may be placed."""
    length: timedelta
    """How long after it the last happened that the sample tells of."""


@contextmanager
def played(
    settings: Settings, kinds: Mapping[str, Kind], random: Random, jobs: int, *, settled: bool
) -> Iterator[Sample]:
    """Play orders, of `jobs` jobs together, of the storefronts and at the instances of `settings`.

    The store goes with the context. `kinds` tells each instance's kind. The partners answer as partners do: most calls
    succeed, a few fail, hang or want something first.
    """
    script, clock = Script(), FakeClock(BEGINS)
    adapters = [_MAKERS[kind](script, name=name) for name, kind in kinds.items()]
    ids = SeededIds(Random(random.random()), clock)  # noqa: S311 - ids of made-up rows guard no secret
    with MemoryHub(_as_written(settings, kinds), adapters, clock, ids) as hub:
        storefronts = sorted(settings.storefronts)
        lives = _lives(random, jobs, settled=settled)
        for life in lives:
            _write_down(random, script, life)
        steps: list[tuple[datetime, int, Step]] = []
        for place, life in enumerate(lives):
            for step in life.steps:
                heapq.heappush(steps, (BEGINS + place * EVERY + step.after, len(steps), step))
        homes = {life.jobs[0].partition("-")[0]: random.choice(storefronts) for life in lives}
        while steps:
            moment, _, step = heapq.heappop(steps)
            clock.set(max(moment, clock()))
            hub.emit(step.type, step.data, storefront=homes[_order(step)], id=f"{MARK}{hub.hub.rules.new_id()}")
            _work(hub)
        for life in lives:
            clock.advance(timedelta(seconds=1))
            _tell(random, hub, life, homes)
        yield Sample(hub, jobs, len(lives) * EVERY, clock() - BEGINS)


def _lives(random: Random, jobs: int, *, settled: bool) -> list[Life]:
    lives: list[Life] = []
    while jobs:
        life = live(random, f"W{len(lives):03}{MARK}", settled=settled)
        if len(life.jobs) <= jobs:  # an order of fewer comes soon
            lives.append(life)
            jobs -= len(life.jobs)
    return lives


def _as_written(settings: Settings, kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """The settings with partners that are made up, files that stay where they are, and nothing left to chance."""
    instances = {
        name: settings.instances[name].model_dump(mode="json", exclude={"config", "set_aside", "enabled"})
        | {"adapter": name, "retry": {"jitter": 0.0}, "breaker_after": 1_000_000}
        for name in kinds
    }
    storefronts = {
        name: storefront.model_dump(mode="json") | {"files_stay_put": True}
        for name, storefront in settings.storefronts.items()
    }
    routes = [
        route.model_dump(mode="json") | {"instances": [name for name in route.instances if name in kinds]}
        for route in settings.routes
    ]
    return {
        "storefronts": storefronts,
        "instances": instances,
        "routes": [route for route in routes if route["instances"]],
    }


def _order(step: Step) -> str:
    named = step.data.get("job") or step.data["order"]
    return str(named if isinstance(named, str) else named["id"]).partition("-")[0]


def _write_down(random: Random, script: Script, life: Life) -> None:
    for job in life.jobs:
        verb = random.choice(("notify", "manifest", "assets"))
        match random.choices(
            ("done", "rejected", "unavailable", "unknown", "action", "accepted"), (950, 12, 14, 6, 6, 12)
        )[0]:
            case "rejected":
                script.answer(verb, Rejected(random.choice(("no such paper", "the quantity is too small"))), job=job)
            case "unavailable":
                script.answer(verb, *[Unavailable("the server is busy")] * random.choice((1, 1, 2, 12)), job=job)
            case "unknown":
                script.answer(verb, after_sending(OutcomeUnknown("the connection broke")), job=job)
            case "action":
                script.answer(verb, Report.action_required("the delivery date is missing"), job=job)
            case "accepted":
                script.answer(verb, Report.accepted(f"ACC-{job}"), job=job)
            case _:
                pass  # done, as a script answers by itself
        if random.random() < 0.2:
            processed = Progress(status=JobStatus.MIS_ORDER_PROCESSED)
            script.answer("manifest", Report.done(f"REF-{job}", progress=(processed,)), job=job)


def _work(hub: MemoryHub) -> None:
    """Let everything happen that can happen now; benches without work are left alone, which is most of them."""
    while True:
        fired = hub.hub.timers.step()
        due = {instance for _, instance in hub.hub.store.read(lambda tx: unannounced(tx, 100))}
        if not fired + sum(_turn(bench) for bench in hub.hub.benches if bench.instance.name in due):
            return


def _turn(bench: Workbench) -> int:
    taken = bench.take(bench.instance.settings.slots)
    if taken:
        caller = bench.caller()
        for work in taken:
            attempted = bench.work(work, caller)
            if attempted is not None:
                bench.conclude(attempted)
        caller.close()
    return len(taken)


def _tell(random: Random, hub: MemoryHub, life: Life, homes: Mapping[str, str]) -> None:
    """What later parts of a hub write: messages sent, folders cleared, signs of life that did not come."""
    rules = hub.hub.rules
    storefront = homes[life.jobs[0].partition("-")[0]]

    def write(tx: Tx) -> None:
        for number in life.jobs:
            dossier = dossiers.load_job(tx, storefront, number)
            if dossier is None:
                continue
            for status in _statuses(random, dossier):
                history.append(dossier, rules, status, Origin(by="hub"))
            for delivery in list(dossier.deliveries.values()):
                if delivery.state is DeliveryState.ACCEPTED and random.random() < 0.5:
                    dossier.put(replace(delivery, overdue_since=rules.now()))
            commit.save(tx, rules, [dossier])

    hub.hub.store.write(write)


def _statuses(random: Random, dossier: Dossier) -> Iterator[Told]:
    if random.random() < 0.8:
        yield Told(JobStatus.SENT_EMAIL)
    if random.random() < 0.05:
        yield Told(random.choice(_TOLD))
    if random.random() < 0.01:
        yield Told(JobStatus.CUSTOM_STATUS, label=random.choice([*Label]))
    if dossier.job.status is JobStatus.SHIPPED and random.random() < 0.9:
        yield Told(JobStatus.CLEAN_UP)
