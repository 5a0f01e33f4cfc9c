"""Station: takes due deliveries of one instance into a worker's hands, checking once more that nothing holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from printhub.core.channels.channel import Turn
from printhub.core.flow import cancel, commit, history, holds, stops
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Instance, Rules
from printhub.core.model.call import Earlier
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier
from printhub.core.model.verbs import Verb
from printhub.core.store import deliveries as rows
from printhub.core.store import dossiers
from printhub.core.store.instances import Cause, Stop
from printhub.core.store.store import Tx


class Purpose(StrEnum):
    """What a worker does with what it claimed."""

    CALL = "call"
    LOOKUP = "lookup"


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery in a worker's hands. `fence` marks this very claim; an outcome with another one is stale."""

    delivery: Delivery
    purpose: Purpose
    fence: int
    earlier: Mapping[Verb, Earlier] = field(default_factory=dict, repr=False)
    dossier: Dossier | None = field(default=None, repr=False)
    """What was known of the job when it was claimed; read-only from then on."""


@dataclass(slots=True)
class Turns:
    """Which storefront an instance served last, so that claims go round."""

    last: str = ""


def claim(tx: Tx, rules: Rules, instance: Instance, worker: UUID, limit: int, turns: Turns) -> list[Claim]:
    """Claim up to `limit` deliveries: lookups that are due first, then calls, storefront after storefront."""
    now = rules.now()
    if not instance.settings.enabled or any(stop.storefront == "" for stop in stops.standing(tx, instance.name, now)):
        return []
    trials = [stop for stop in stops.on_trial(tx, instance.name, now) if stop.storefront == ""]
    if any(stop.cause is Cause.MISCONFIGURED for stop in trials) and instance.can_check:
        return []  # its check decides, not a job
    limit = 1 if trials else limit
    stopped = {stop.storefront for stop in stops.standing(tx, instance.name, now)}
    asked = rows.to_ask(tx, instance.name, limit, without=stopped)
    ordered = rules.channel(instance.kind).ordered_lane
    left = limit - len(asked)
    found = rows.candidates(tx, instance.name, after=turns.last, limit=left, ordered=ordered, without=stopped)
    if trials and (asked or found):
        stops.begin_trial(tx, rules, instance, trials)
    wanted = [*asked, *found]
    held = dossiers.load(tx, {d.job_id for d in wanted if d.job_id})
    taken = [_take(tx, rules, held.get(d.job_id) if d.job_id else None, d, worker) for d in wanted]
    commit.save(tx, rules, held.values())
    if found:
        turns.last = found[-1].storefront
    return [made for made in taken if made is not None]


def _take(tx: Tx, rules: Rules, dossier: Dossier | None, candidate: Delivery, worker: UUID) -> Claim | None:
    delivery = dossier.deliveries.get(candidate.id, candidate) if dossier else candidate
    if delivery.asking:
        asked = replace(delivery, worker=worker, fence=delivery.fence + 1)
        return _claimed(tx, dossier, asked, Purpose.LOOKUP)
    if dossier is not None:
        cancel.recheck(dossier, rules)  # the job may have been cancelled while this instance's plugin was set aside
        delivery = dossier.deliveries[delivery.id]
        if delivery.state is not DeliveryState.READY:
            return None
        looked_at = holds.look_at(dossier, delivery, rules)
        if looked_at.state is not DeliveryState.READY:
            dossier.put(looked_at)
            return None
    now = rules.now()
    running = replace(
        delivery,
        state=DeliveryState.RUNNING,
        worker=worker,
        fence=delivery.fence + 1,
        attempts=delivery.attempts + 1,
        first_attempt_at=delivery.first_attempt_at or now,
        next_at=None,
        reason="",
    )
    if dossier is not None:
        for told in rules.channel(running.kind).statuses(running.verb, Turn.STARTED, ""):
            history.append(dossier, rules, told, Origin(by=f"instance:{running.instance}", delivery_id=running.id))
    return _claimed(tx, dossier, running, Purpose.CALL)


def _claimed(tx: Tx, dossier: Dossier | None, delivery: Delivery, purpose: Purpose) -> Claim:
    if dossier is None:
        rows.save(tx, delivery)
        return Claim(delivery, purpose, delivery.fence)
    dossier.put(delivery)
    earlier = {
        other.verb: Earlier(other.reference, other.memo, other.parts)
        for other in dossier.at(delivery.instance)
        if other.reference or other.memo is not None or other.parts
    }
    return Claim(delivery, purpose, delivery.fence, earlier, dossier)


def probe_due(tx: Tx, rules: Rules, instance: Instance) -> list[Stop]:
    """Misconfigurations of a whole instance whose time to be checked again has come.

    A check says nothing of one storefront at it: there the next call shows whether it is mended.
    """
    found = stops.on_trial(tx, instance.name, rules.now())
    return [stop for stop in found if stop.cause is Cause.MISCONFIGURED and not stop.storefront]
