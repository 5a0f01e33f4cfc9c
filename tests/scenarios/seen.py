"""What is seen of a world, and how it differs from what a row expects; every difference is one sentence."""

import re
from collections.abc import Iterator, Sequence

from printhub.core.channels.mis.messages import JobTicket
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.errors import NotFound
from printhub.core.model.history import StatusChange
from printhub.core.model.verbs import Kind
from printhub.core.notifications.subject import To, read_subject
from printhub.testing.script import Asked
from tests.scenarios.row import Row
from tests.scenarios.words import status_named
from tests.scenarios.world import JOB, World

_EXPECTED_STATUS = re.compile(r"(?P<status>\w+)(?: (?P<label>\w+))?(?: \((?P<detail>.*)\))?")


class Before:
    """How far things had gone when `when` began."""

    def __init__(self, world: World) -> None:
        """Count what there is."""
        self.history = len(history(world))
        self.notices = len(world.hub.notices())
        self.asked = {name: len(partner.script.calls) for name, partner in world.partners.items()}


def differences(world: World, row: Row, before: Before) -> list[str]:
    """Compare all that the row names with what is seen."""
    return [
        *world.faults,
        *_deliveries(world, row),
        *_statuses(world, row, before),
        *_asks(world, row, before),
        *_files(world, row),
        *_keys(world, row),
        *_kept(world, row, before),
        *_messages(world, row),
    ]


def history(world: World) -> Sequence[StatusChange]:
    """The history of J1, empty before it is known."""
    try:
        return world.hub.history(JOB)
    except NotFound:
        return ()


# --- deliveries -------------------------------------------------------------------------------------------------------


def shown(delivery: Delivery) -> str:
    """A delivery's state as a row writes it: `held: unpaid, predecessor(notify)`."""
    if delivery.state is not DeliveryState.HELD:
        return str(delivery.state)
    return f"held: {', '.join(map(str, delivery.obstacles))}"


def meets(expected: str, found: str) -> bool:
    """Whether a state is one of those that a row allows; `held` alone leaves the obstacles open."""
    return any(
        found.partition(":")[0] == one if one == "held" else _unordered(one) == _unordered(found)
        for one in expected.split(" | ")
    )


def _unordered(state: str) -> tuple[str, frozenset[str]]:
    name, _, obstacles = state.partition(": ")
    return name, frozenset(obstacles.split(", ")) if obstacles else frozenset()


def _deliveries(world: World, row: Row) -> Iterator[str]:
    if row.messages is not None and not row.deliveries:
        return
    jobs = {JOB, *(place.split()[0] for place in row.deliveries if place.startswith("J"))}
    found = {place: state for job in sorted(jobs) for place, state in _placed(world, job)}
    for place, expected in row.deliveries.items():
        state = found.get(place, "none")
        if not meets(expected, state):
            yield f"{place} is {state}, expected {expected}"
    for place, state in found.items():
        if place not in row.deliveries and not place.startswith("J"):
            yield f"{place} is {state}, expected no such delivery"
    if row.published is not None:
        told = [shown(one).split(":")[0] for one in world.deliveries() if one.kind is Kind.STATUS]
        if len(told) != len(row.published) or not all(map(meets, row.published, told)):
            yield f"published are {told}, expected {list(row.published)}"


def _placed(world: World, job: str) -> Iterator[tuple[str, str]]:
    """Each delivery into production under the name that rows give it: `notify`, `update 2`, `folder place`."""
    seen: dict[str, int] = {}
    for delivery in world.deliveries(job):
        if delivery.kind not in (Kind.MIS, Kind.FILE):
            continue
        place = delivery.verb if delivery.instance == "mis" else f"{delivery.instance} {delivery.verb}"
        seen[place] = seen.get(place, 0) + 1
        if seen[place] > 1:
            place = f"{place} {seen[place]}"
        yield (place if job == JOB else f"{job} {place}"), shown(delivery)


# --- statuses ---------------------------------------------------------------------------------------------------------


def _statuses(world: World, row: Row, before: Before) -> Iterator[str]:
    entries = history(world)[before.history :]
    if row.statuses is not None:
        fits = len(entries) == len(row.statuses) and all(map(_is, entries, row.statuses))
        if not fits:
            yield f"written were {list(map(_written, entries))}, expected {list(row.statuses)}"
    if row.current is not None and (current := world.hub.current(JOB)) is not row.current:
        yield f"the current status is {current}, expected {row.current}"


def _is(entry: StatusChange, expected: str) -> bool:
    found = _EXPECTED_STATUS.fullmatch(expected)
    if found is None:
        raise ValueError(f"expected a status such as `CustomStatus MisCancelled` or `ActionRun (why)`: {expected!r}")
    status, label, detail = found.groups()
    return (
        entry.status is status_named(status)
        and (label is None or entry.label == label)
        and (detail is None or entry.detail == detail)
    )


def _written(entry: StatusChange) -> str:
    return f"{entry.status}{f' {entry.label}' if entry.label else ''}{f' ({entry.detail})' if entry.detail else ''}"


# --- what partners saw ------------------------------------------------------------------------------------------------


def _asks(world: World, row: Row, before: Before) -> Iterator[str]:
    if row.asks is None:
        return
    calls = [
        (name, call) for name, partner in world.partners.items() for call in partner.script.calls[before.asked[name] :]
    ]
    if len(calls) != len(row.asks) or not all(map(_was_asked, calls, row.asks)):
        yield f"partners were asked {[_ask(name, call) for name, call in calls]}, expected {list(row.asks)}"


def _was_asked(found: tuple[str, Asked], expected: str) -> bool:
    name, call = found
    words = expected.split()
    facts = dict(word.split("=", 1) for word in words if "=" in word)
    return " ".join(word for word in words if "=" not in word) == _named(name, call) and all(
        _fact(call, fact) == value for fact, value in facts.items()
    )


def _ask(name: str, call: Asked) -> str:
    facts = ("arrived", "quantity", "po")
    return " ".join([_named(name, call), *(f"{fact}={_fact(call, fact)}" for fact in facts if _fact(call, fact))])


def _named(name: str, call: Asked) -> str:
    verb = f"lookup {call.about}" if call.verb == "lookup" else call.verb
    return verb if name == "mis" else f"{name} {verb}"


def _fact(call: Asked, fact: str) -> str:
    """One thing that a call told: which parts have arrived, the quantity, the order's own number."""
    if fact == "arrived":
        earlier = call.earlier.get(call.about)
        return ",".join(sorted(earlier.parts)) if earlier else ""
    if not isinstance(call.message, JobTicket):
        return ""
    if fact == "quantity":
        return str(call.message.job.quantity)
    return (call.message.order.po_number or "") if call.message.order else ""


def _files(world: World, row: Row) -> Iterator[str]:
    found = {file.name: file for file in world.files_of(JOB)}
    for name, expected in row.files.items():
        file = found.get(name)
        state = f"{'superseded ' if file.superseded else ''}{file.state}" if file else "none"
        if state != expected:
            yield f"the file {name} is {state}, expected {expected}"


def _keys(world: World, row: Row) -> Iterator[str]:
    for verb, expected in row.keys.items():
        keys = [call.key for _, call in world.asked() if call.verb == verb]
        wanted = 1 if expected == "same" else len(keys)
        if len(keys) < 2 or len(set(keys)) != wanted:
            yield f"the calls of {verb} had the keys {keys}, expected at least two and {expected} ones"


# --- what was kept aside, and what staff were told --------------------------------------------------------------------


def _kept(world: World, row: Row, before: Before) -> Iterator[str]:
    if row.notice is not None and (len(world.hub.notices()) > before.notices) is not row.notice:
        yield f"staff were {'not ' if row.notice else ''}told something"
    for name, expected, kept in (
        ("early", row.early, world.hub.early()),
        ("refused", row.refused, world.hub.refused()),
        ("unattributed", row.unattributed, world.hub.unattributed()),
    ):
        if expected is not None and len(kept) != expected:
            yield f"{len(kept)} kept as {name}, expected {expected}"
    overdue = tuple(str(one.verb) for one in world.deliveries() if one.overdue_since is not None)
    if row.overdue is not None and overdue != row.overdue:
        yield f"overdue are {list(overdue)}, expected {list(row.overdue)}"


# --- messages to people -----------------------------------------------------------------------------------------------


def _messages(world: World, row: Row) -> Iterator[str]:
    if row.messages is None:
        return
    found: dict[str, list[str]] = {}
    for delivery in world.deliveries():
        if delivery.kind in (Kind.EMAIL, Kind.SMS):
            subject = read_subject(delivery.subject)
            kind = "sms " if delivery.kind is Kind.SMS else ""
            to = f" to {subject.to}" if subject.to not in (To.CUSTOMER, To.STAFF) else ""
            found.setdefault(f"{kind}{subject.notification}{to}", []).append(str(delivery.state))
    seen = {name: ", ".join(states) for name, states in found.items()}
    if seen != row.messages:
        yield f"messages are {seen}, expected {row.messages}"
