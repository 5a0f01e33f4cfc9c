"""The daily look: whether a hub serves, which instances have trouble, and how much waits for somebody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from printhub.core.flow.lease import LEASE
from printhub.core.flow.rules import Rules
from printhub.core.flow.waiting import PATIENCE
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.store import counting, failures, instances, search
from printhub.core.store.events import EventState
from printhub.core.store.instances import Cause, Stop
from printhub.core.store.search import Worker
from printhub.core.store.store import Tx

DAY = timedelta(days=1)
SLOW = timedelta(minutes=15)
"""How long something may be ready at an instance that nothing stops before that is trouble."""


@dataclass(frozen=True, slots=True)
class Heap:
    """Things of one sort that wait: how many, what they are, and the command that lists them."""

    what: str
    count: int
    words: str
    command: str
    needs_person: bool = True

    @property
    def is_counted_out(self) -> bool:
        """Whether there are not more of them than were counted."""
        return self.count < counting.MOST


@dataclass(frozen=True, slots=True)
class Standing:
    """How an instance stands: what stops it, how much is ready there and since when, how much is tried again."""

    name: str
    ready: int
    oldest: datetime | None
    retrying: int
    trouble: tuple[str, ...]
    needs_person: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The daily look, as things stood at `now`."""

    now: datetime
    workers: tuple[Worker, ...]
    instances: tuple[Standing, ...]
    heaps: tuple[Heap, ...]

    @property
    def needs_person(self) -> bool:
        """Whether anything here does not mend itself."""
        heaps = any(heap.count and heap.needs_person for heap in self.heaps)
        return not self.workers or heaps or any(one.needs_person for one in self.instances)


def overview(tx: Tx, rules: Rules) -> Overview:
    """Look at everything that may want somebody."""
    now = rules.now()
    workers = tuple(search.workers(tx, now - LEASE))
    return Overview(now, workers, tuple(_instances(tx, rules, now)), tuple(_heaps(tx, now)))


def _heaps(tx: Tx, now: datetime) -> Iterator[Heap]:
    groups = failures.groups(tx)
    count, sorts = sum(group.count for group in groups), len(groups)
    words = f"failed for good, in {sorts} {'group' if sorts == 1 else 'groups'}"
    yield Heap("failed", count, words, "printhub failures list")
    nowhere = counting.unplanned(tx)
    words = "ordered, and no route leads them to a MIS or a hot folder"
    yield Heap("unplanned", nowhere, words, "printhub jobs list --unplanned")
    lost = counting.for_a_person(tx)
    yield Heap("unknown", lost, "unknown: somebody has to settle them", _listed("unknown"))
    asked = counting.in_state(tx, DeliveryState.UNKNOWN) - lost
    yield Heap("asked", asked, "unknown: the hub asks after them", _listed("unknown"), needs_person=False)
    waiting = counting.in_state(tx, DeliveryState.WAITING_ACTION)
    yield Heap("waiting_action", waiting, "waiting for what the partner wants first", _listed("waiting_action"))
    late = counting.overdue(tx)
    yield Heap("overdue", late, "overdue: the partner has said nothing", "printhub deliveries list --overdue")
    early = counting.waiting_since(tx, EventState.EARLY, now - PATIENCE)
    yield Heap(
        "early", early, "early for more than a day: their order or job was never stated", "printhub events list --early"
    )
    astray = counting.waiting_since(tx, EventState.UNATTRIBUTED, now - PATIENCE)
    words = "unattributed for more than a day: nothing here leads to what they are about"
    yield Heap("unattributed", astray, words, "printhub events list --unattributed")
    refused = counting.refused_since(tx, now - DAY)
    yield Heap("refused", refused, "refused at the door in the last day", "printhub events list --refused")
    strange = counting.unknown_since(tx, now - DAY)
    words = "of an unknown type, in the last day"
    yield Heap("unknown_type", strange, words, "printhub events list --unknown", needs_person=False)
    files = counting.failed_files(tx)
    yield Heap("files_failed", files, "files that could not be fetched", "printhub failures files")


def _listed(state: str) -> str:
    return f"printhub deliveries list --state {state}"


def _instances(tx: Tx, rules: Rules, now: datetime) -> Iterator[Standing]:
    known = rules.settings.instances
    stops = [stop for stop in instances.stops(tx) if stop.stands]
    running = counting.running(tx)
    for name in known:
        mine = [stop for stop in stops if stop.name == name]
        yield _instance(tx, rules, name, mine, [d for d in running if d.instance == name], now)
    for name in counting.instances_besides(tx, known):
        ready = counting.queue(tx, name)
        if ready.count:
            text = f"it is not in the configuration any more; write [instances.{name}] again"
            yield Standing(name, ready.count, _since(ready.oldest), 0, (text,), needs_person=True)


def _instance(tx: Tx, rules: Rules, name: str, stops: list[Stop], running: list[Delivery], now: datetime) -> Standing:
    section, ready = rules.settings.instances[name], counting.queue(tx, name)
    trouble = [f"set aside: {section.set_aside}"] if section.set_aside else []
    trouble += [] if section.enabled else ["turned off by enabled = false"]
    trouble += [_stop(stop) for stop in stops if stop.cause is not Cause.OFF]
    wrong = section.set_aside is not None or any(stop.cause is Cause.MISCONFIGURED for stop in stops)
    hanging = [d for d in running if d.since is not None and now - d.since > section.timeout + LEASE]
    trouble += [f"{len(hanging)} of its calls do not come back after {section.timeout}"] if hanging else []
    since = _since(ready.oldest)
    stuck = not trouble and since is not None and now - since > SLOW
    trouble += ["it does not keep up with what is ready"] if stuck else []
    again = counting.retrying(tx, name)
    return Standing(name, ready.count, since, again, tuple(trouble), needs_person=wrong or stuck or bool(hanging))


def _stop(stop: Stop) -> str:
    whom = f"for {stop.storefront} " if stop.storefront else ""
    return f"{whom}{'' if stop.cause is Cause.PAUSED else f'{stop.cause}: '}{stop.detail}"


def _since(delivery: Delivery | None) -> datetime | None:
    return (delivery.since or delivery.created_at) if delivery else None
