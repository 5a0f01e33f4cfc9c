"""The rules between the deliveries of one job at one instance: what comes first, what settles what, when all rest."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from printhub.core.channels.channel import Told
from printhub.core.flow import history
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, Obstacle, ObstacleKind, newest_runs, reopened
from printhub.core.model.dossier import Dossier
from printhub.core.model.verbs import Verb

Rest = tuple[tuple[Verb, int, DeliveryState], ...] | None
"""How a chain lies at rest; None while something in it can still move by itself."""

_FULFILLED = (DeliveryState.DONE, DeliveryState.SKIPPED)
_THERE = (
    DeliveryState.DONE,
    DeliveryState.ACCEPTED,
    DeliveryState.WAITING_ACTION,
    DeliveryState.RUNNING,
    DeliveryState.UNKNOWN,
)
NOT_GONE = (DeliveryState.HELD, DeliveryState.READY, DeliveryState.RETRYING)
_PASSED_ON = (DeliveryState.CANCELLED, DeliveryState.OBSOLETE)


def predecessors(dossier: Dossier, delivery: Delivery) -> list[Delivery]:
    """The deliveries that have to come first, as far as they were planned at all."""
    found = (dossier.of(delivery.instance, verb) for verb in delivery.after)
    return [predecessor for predecessor in found if predecessor is not None]


def inherited_end(dossier: Dossier, delivery: Delivery, rules: Rules) -> DeliveryState | None:
    """The end that others hand on: cancelled ends what comes after; an update of what was never told is obsolete."""
    if delivery.verb is Verb.UPDATE:
        held = rules.channel(delivery.kind).held
        known = any(may_be_there(member) for member in dossier.at(delivery.instance) if member.verb in held)
        return None if known else DeliveryState.OBSOLETE
    return next((p.state for p in predecessors(dossier, delivery) if p.state in _PASSED_ON), None)


def compose_anew(dossier: Dossier, member: Delivery) -> None:
    """Have a call that nothing can have come of yet say what is known now, under a key of its own."""
    anew = reopened(member, anew=True)
    dossier.put(replace(anew, state=member.state, obstacles=member.obstacles, next_at=member.next_at))


def say_it_in_the_call(dossier: Dossier, update: Delivery, rules: Rules) -> None:
    """An update has lost its use, because nobody was told: what it would have said, the calls still to go say."""
    held = rules.channel(update.kind).held
    for member in list(dossier.at(update.instance)):
        if member.verb in held and member.harmless and member.message_id and member.state in NOT_GONE:
            compose_anew(dossier, member)


def may_be_there(delivery: Delivery) -> bool:
    """Whether the partner may know of a delivery: it was told, or an attempt may have had its effect."""
    if delivery.state in _THERE:
        return True
    perhaps = not delivery.harmless or delivery.reference is not None
    return perhaps and delivery.state not in (DeliveryState.FAILED, DeliveryState.OBSOLETE)


def obstacles(dossier: Dossier, delivery: Delivery, rules: Rules) -> list[Obstacle]:
    """One obstacle for each predecessor that has not let this delivery go."""
    instance = rules.instances.get(delivery.instance)
    waits = instance is not None and instance.settings.waits_for_accepted
    lets_go = _FULFILLED if waits else (*_FULFILLED, DeliveryState.ACCEPTED)
    return [
        Obstacle(
            ObstacleKind.PREDECESSOR, predecessor.verb, f"{predecessor.verb} comes first and is {predecessor.state}"
        )
        for predecessor in predecessors(dossier, delivery)
        if predecessor.state not in lets_go
    ]


def in_doubt(dossier: Dossier, update: Delivery) -> list[Obstacle]:
    """What an update must not overtake: a call that may have told the partner of the job and is to go again."""
    notify = dossier.of(update.instance, Verb.NOTIFY)
    if notify is None or notify.harmless or notify.state not in NOT_GONE:
        return []
    detail = f"{notify.verb} may have arrived, and goes again first; it is {notify.state}"
    return [Obstacle(ObstacleKind.PREDECESSOR, notify.verb, detail)]


def covered(dossier: Dossier, delivery: Delivery, verbs: frozenset[Verb], rules: Rules) -> list[Delivery]:
    """The siblings that a report covers and that can still be settled by it, in the order of their statuses."""
    free = (
        DeliveryState.HELD,
        DeliveryState.READY,
        DeliveryState.RETRYING,
        DeliveryState.ACCEPTED,
        DeliveryState.WAITING_ACTION,
    )
    siblings = (dossier.of(delivery.instance, verb) for verb in rules.channel(delivery.kind).verbs if verb in verbs)
    return [sibling for sibling in siblings if sibling and sibling.id != delivery.id and sibling.state in free]


def settled_with(dossier: Dossier, delivery: Delivery, rules: Rules) -> list[Delivery]:
    """The siblings that an earlier report of this delivery covered, in the order of their statuses."""
    order = rules.channel(delivery.kind).verbs
    found = [d for d in dossier.deliveries.values() if d.settled_by == delivery.id]
    return sorted(found, key=lambda d: order.index(d.verb))


def rest(deliveries: Iterable[Delivery], instance: str, rules: Rules) -> Rest:
    """How the chain at an instance lies at rest; None while it can still move by itself."""
    newest = newest_runs(d for d in deliveries if d.instance == instance)
    members = {d.verb: d for d in newest.values() if d.verb in rules.channel(d.kind).held}
    if not members or not all(_rests(members, member) for member in members.values()):
        return None
    return tuple(sorted((member.verb, member.run, member.state) for member in members.values()))


def note_partial_failures(dossier: Dossier, rules: Rules) -> None:
    """Write a kind's partial failure for every chain that came to rest with some of it done and some of it failed.

    Called when a transaction is about to be saved, so that it does not matter what brought the chain to rest.
    """
    for instance in dict.fromkeys(
        dossier.deliveries[id_].instance for id_ in dossier.touched if id_ in dossier.deliveries
    ):
        after = rest(dossier.deliveries.values(), instance, rules)
        if after is None or after == rest(dossier.loaded_deliveries.values(), instance, rules):
            continue
        members = [d for d in dossier.at(instance) if d.verb in rules.channel(d.kind).held]
        failed = [d.verb for d in members if d.state is DeliveryState.FAILED]
        done = [d.verb for d in members if d.state is DeliveryState.DONE or d.parts]
        status = rules.channel(members[0].kind).partial
        if failed and done and status is not None:
            detail = f"done: {', '.join(done)}; failed: {', '.join(failed)}"
            history.append(dossier, rules, Told(status, detail=detail), Origin(by=f"instance:{instance}"))


def settle_sibling(dossier: Dossier, sibling: Delivery, state: DeliveryState, by: Delivery) -> Delivery:
    """Give a covered sibling the state that the covering delivery came to."""
    return dossier.put(
        replace(
            sibling,
            state=state,
            settled_by=by.id,
            obstacles=(),
            reason=f"settled by {by.verb}",
            next_at=None,
            asking=False,
        )
    )


def _rests(members: Mapping[Verb, Delivery], delivery: Delivery) -> bool:
    if delivery.state.is_end:
        return True
    if delivery.state is not DeliveryState.HELD:
        return False
    # Held only by a failed predecessor: nothing but an act moves it.
    if any(obstacle.kind is not ObstacleKind.PREDECESSOR for obstacle in delivery.obstacles):
        return False
    first = [members[verb] for verb in delivery.after if verb in members]
    return all(p.state in (DeliveryState.FAILED, *_FULFILLED) or _rests(members, p) for p in first)
