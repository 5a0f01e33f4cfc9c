"""The rules between the deliveries of one job at one instance: what comes first, what settles what, when all rest."""

from dataclasses import replace

from printhub.core.channels.channel import Told
from printhub.core.flow import history
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, Obstacle, ObstacleKind
from printhub.core.model.dossier import Dossier
from printhub.core.model.verbs import Verb

Rest = tuple[tuple[Verb, int, DeliveryState], ...] | None
"""How a chain lies at rest; None while something in it can still move by itself."""

_FULFILLED = (DeliveryState.DONE, DeliveryState.SKIPPED)
_PASSED_ON = (DeliveryState.CANCELLED, DeliveryState.OBSOLETE)


def predecessors(dossier: Dossier, delivery: Delivery) -> list[Delivery]:
    """The deliveries that have to come first, as far as they were planned at all."""
    found = (dossier.of(delivery.instance, verb) for verb in delivery.after)
    return [predecessor for predecessor in found if predecessor is not None]


def inherited_end(dossier: Dossier, delivery: Delivery) -> DeliveryState | None:
    """The end that a predecessor hands on: cancelled and obsolete end what comes after as well."""
    return next((p.state for p in predecessors(dossier, delivery) if p.state in _PASSED_ON), None)


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


def rest(dossier: Dossier, instance: str, rules: Rules) -> Rest:
    """How the chain at an instance lies at rest; None while it can still move by itself."""
    members = [d for d in dossier.at(instance) if d.verb in rules.channel(d.kind).held]
    if not members or not all(_rests(dossier, member) for member in members):
        return None
    return tuple(sorted((member.verb, member.run, member.state) for member in members))


def note_partial_failure(dossier: Dossier, instance: str, before: Rest, rules: Rules) -> None:
    """Write the kind's partial failure when the chain has come to rest with some of it done and some of it failed."""
    after = rest(dossier, instance, rules)
    if after is None or after == before:
        return
    members = [d for d in dossier.at(instance) if d.verb in rules.channel(d.kind).held]
    failed = [d.verb for d in members if d.state is DeliveryState.FAILED]
    done = [d.verb for d in members if d.state is DeliveryState.DONE or d.parts]
    status = rules.channel(members[0].kind).partial
    if failed and done and status is not None:
        detail = f"done: {', '.join(done)}; failed: {', '.join(failed)}"
        origin = Origin(by=f"instance:{instance}")
        history.append(dossier, rules, Told(status, detail=detail), origin)


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


def _rests(dossier: Dossier, delivery: Delivery) -> bool:
    if delivery.state.is_end:
        return True
    if delivery.state is not DeliveryState.HELD:
        return False
    # Held only by a failed predecessor: nothing but an act moves it.
    if any(obstacle.kind is not ObstacleKind.PREDECESSOR for obstacle in delivery.obstacles):
        return False
    return all(p.state is DeliveryState.FAILED or _rests(dossier, p) for p in predecessors(dossier, delivery))
