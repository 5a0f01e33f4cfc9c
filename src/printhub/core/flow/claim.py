"""Station: takes due deliveries of one instance into a worker's hands, checking once more that nothing holds them."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from printhub.core.channels.channel import Turn
from printhub.core.flow import bounces, cancel, commit, compose, doubts, drafting, holds, messages, planning, stops
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Instance, Rules
from printhub.core.model.call import Earlier
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.errors import StoreUnavailable, TemplateInvalid
from printhub.core.model.failpoints import Failpoint
from printhub.core.model.verbs import Verb
from printhub.core.store import deliveries as rows
from printhub.core.store import dossiers, due, events, instances, pace
from printhub.core.store.due import Whom
from printhub.core.store.instances import Cause, Stop
from printhub.core.store.pace import Pace
from printhub.core.store.serial import has_many_writers
from printhub.core.store.store import Tx

log = logging.getLogger(__name__)

_SOON = timedelta(milliseconds=20)
"""After this, what another transaction was about is looked at again."""


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
    body: bytes | None = field(default=None, repr=False)
    """Its message, where it was composed by this very claim."""
    fault: str | None = None
    """Why its message cannot be composed."""
    cause: UUID | None = None
    """The event that the delivery follows from."""
    traceparent: str | None = None
    """The trace of that event."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A misconfigured instance is checked again, to see whether it may go on.

    A check says nothing of one storefront at it: there the next call shows whether it is mended.
    """

    stops: tuple[Stop, ...]


@dataclass(slots=True)
class Turns:
    """Whom an instance served last, so that claims go round."""

    last: str = ""
    """The storefront that the last call was for."""
    asked: str = ""
    """The storefront that the last lookup was for."""
    lookups: bool = True
    """Whether, of an odd number of places, lookups get the greater half this time."""
    again: timedelta | None = None
    """How soon to look again, though nobody will say so; None where the last claim left nothing out."""


def claim(tx: Tx, rules: Rules, instance: Instance, worker: UUID, limit: int, turns: Turns) -> "list[Claim] | Probe":
    """Claim up to `limit` deliveries, storefront after storefront; lookups get half the places while calls wait too.

    A misconfigured instance whose time has come is to be checked first.
    """
    now = rules.now()
    turns.again = None
    limit = _places(tx, instance, limit)
    known = instances.stops(tx, instance.name) if limit else []
    stopped = {stop.storefront for stop in stops.standing(known, now)}
    if not limit or not instance.settings.enabled or any(_is_paused(stop) for stop in known):
        return []
    probed = [stop for stop in stops.on_trial(known, now) if stop.cause is Cause.MISCONFIGURED and not stop.storefront]
    if probed and instance.can_check:
        stops.begin_trial(tx, rules, instance, probed)
        return Probe(tuple(probed))
    if "" in stopped:
        return []
    trials = stops.on_trial(known, now)
    whole = [stop for stop in trials if stop.storefront == ""]
    limit, limited = _paced(tx, instance, 1 if whole else limit, turns, now)
    wanted = _next(tx, rules, instance, limit, turns, stopped) if limit else []
    wanted = _one_a_trial(wanted, {stop.storefront for stop in trials} - {""})
    served = {"", *(d.storefront for d in wanted)}
    begun = [stop for stop in trials if wanted and stop.storefront in served]
    if begun:
        stops.begin_trial(tx, rules, instance, begun)
    # What another transaction is about is left out rather than waited for; its turn comes when that has ended.
    held = messages.loaded(tx, wanted, free=True)
    loose = rows.free(tx, [d.id for d in wanted if d.job_id is None])
    gone = dossiers.without_job(tx, {d.job_id for d in wanted if d.job_id} - set(held))
    _end(tx, [delivery for delivery in wanted if delivery.job_id in gone])
    taken = []
    for delivery in wanted:
        if delivery.job_id in gone:
            continue
        dossier = held.get(delivery.job_id) if delivery.job_id else None
        if (dossier is None and delivery.id not in loose) or not messages.is_whole(tx, dossier, delivery):
            turns.again = _SOON
            continue
        taken.append(_take(tx, rules, dossier, delivery, worker))
    claims = _composed(tx, rules, _traced(tx, [made for made in taken if made is not None]))
    commit.save(tx, rules, held.values())
    if claims and limited is not None:
        pace.spend(tx, instance.name, limited, len(claims), now)
    if claims:
        rules.reached(Failpoint.CLAIM_BEFORE_COMMIT)
    return claims


def _end(tx: Tx, orphans: list[Delivery]) -> None:
    """End those whose job is not there any more, or they would be found again for ever; many went with their job."""
    there = rows.free(tx, [delivery.id for delivery in orphans])
    why = "its job is not there any more"
    for delivery in orphans:
        if delivery.id in there:
            rows.save(tx, replace(delivery, state=DeliveryState.OBSOLETE, reason=why, asking=False, next_at=None))


def _traced(tx: Tx, taken: list[Claim]) -> list[Claim]:
    traces = events.traceparents(tx, {made.cause for made in taken if made.cause})
    return [replace(made, traceparent=traces[made.cause]) if made.cause in traces else made for made in taken]


def _composed(tx: Tx, rules: Rules, taken: list[Claim]) -> list[Claim]:
    """Compose what was not composed before, and freeze it together with the claim."""
    made, frozen = [], []
    for one in taken:
        if one.dossier is None or one.delivery.message_id is not None:
            made.append(one)
            continue
        try:
            body = compose.composed(tx, rules, one.delivery, one.dossier, one.traceparent)
        except TemplateInvalid as error:
            made.append(replace(one, fault=str(error)))
            continue
        except StoreUnavailable:
            raise
        except Exception as error:  # one message that the hub cannot make must not stop those of all others
            log.exception("a message could not be composed", extra={"delivery_id": str(one.delivery.id)})
            made.append(replace(one, fault=f"the hub cannot compose it: {type(error).__name__}; its log says more"))
            continue
        delivery = one.dossier.put(replace(one.delivery, message_id=rules.new_id()))
        frozen.append((delivery.message_id, body))
        made.append(replace(one, delivery=delivery, body=body))
    if frozen:
        now = rules.now()
        events.keep_all(tx, [(id_, body, "", now) for id_, body in frozen if id_ is not None])
    return made


def lost(tx: Tx, worker: UUID, instance: Instance, in_hand: Collection[UUID]) -> list[Claim]:
    """What the store says this worker has in hand, and it has not: claims that it never learned to be committed."""
    found = rows.in_hand(tx, worker, instance.name)
    return [
        Claim(delivery, Purpose.CALL if delivery.state is DeliveryState.RUNNING else Purpose.LOOKUP, delivery.fence)
        for delivery in found
        if delivery.id not in in_hand
    ]


def abandon(tx: Tx, made: Claim) -> None:
    """Leave a call to a person, and touch nothing else of its job: what that would take has failed."""
    known = rows.get(tx, made.delivery.id)
    if known is None or (known.worker, known.fence) != (made.delivery.worker, made.fence):
        return
    state = known.state if made.purpose is Purpose.LOOKUP else DeliveryState.UNKNOWN
    reason = "the hub could not apply what became of it; its log says why"
    rows.save(tx, replace(known, state=state, worker=None, asking=False, harmless=False, next_at=None, reason=reason))


def give_back(tx: Tx, rules: Rules, made: Claim) -> None:
    """Undo a claim whose call was not made."""
    job = made.delivery.job_id
    held = dossiers.load(tx, [job] if job else [])
    dossier = held.get(job) if job else None
    known = dossier.deliveries.get(made.delivery.id) if dossier else rows.get(tx, made.delivery.id)
    if known is None or known.fence != made.fence or known.worker != made.delivery.worker:
        return
    free = replace(known, worker=None, announced_at=None)
    if made.purpose is Purpose.CALL and known.state is DeliveryState.RUNNING:
        first = None if known.attempts == 1 else known.first_attempt_at
        free = replace(free, state=DeliveryState.READY, attempts=known.attempts - 1, first_attempt_at=first)
    if dossier is None:
        rows.save(tx, free)
        return
    dossier.put(free)
    holds.recheck(dossier, rules)
    commit.save(tx, rules, [dossier])


def _places(tx: Tx, instance: Instance, limit: int) -> int:
    """How many may be claimed: the slots of an instance are those of the hub, whichever process uses them."""
    if not has_many_writers(tx):
        return limit  # one process, which counts its own
    stops.decide_alone(tx, instance.name)
    return max(0, min(limit, instance.settings.slots - rows.at_work(tx, instance.name)))


def _paced(tx: Tx, instance: Instance, limit: int, turns: Turns, now: datetime) -> tuple[int, Pace | None]:
    """How many calls may begin now by the limit of the instance, if it has one."""
    a_minute = instance.settings.max_per_minute
    if a_minute is None:
        return limit, None
    limited = pace.of(tx, instance.name, a_minute)
    allowed = limited.allowed(now)
    if allowed < limit:
        turns.again = max(_SOON, limited.wait_after(allowed, now))
    return min(limit, allowed), limited


def _next(
    tx: Tx, rules: Rules, instance: Instance, limit: int, turns: Turns, without: Collection[str]
) -> list[Delivery]:
    ordered = rules.channel(instance.kind).ordered_lane
    asked = due.to_ask(tx, instance.name, Whom(turns.asked, without), limit=limit)
    found = due.candidates(tx, instance.name, Whom(turns.last, without), limit=limit, ordered=ordered)
    if len(asked) + len(found) > limit:
        half = (limit + turns.lookups) // 2
        turns.lookups = not turns.lookups
        asked = asked[: max(half, limit - len(found))]
        found = found[: limit - len(asked)]
    turns.asked = asked[-1].storefront if asked else turns.asked
    turns.last = found[-1].storefront if found else turns.last
    return [*asked, *found]


def _one_a_trial(wanted: list[Delivery], storefronts: Collection[str]) -> list[Delivery]:
    left = set(storefronts)
    kept = []
    for delivery in wanted:
        if delivery.storefront in left or delivery.storefront not in storefronts:
            kept.append(delivery)
            left.discard(delivery.storefront)
    return kept


def _take(tx: Tx, rules: Rules, dossier: Dossier | None, candidate: Delivery, worker: UUID) -> Claim | None:
    delivery = dossier.deliveries.get(candidate.id, candidate) if dossier else candidate
    if delivery.worker is not None:
        return None  # another took it since it was read
    if delivery.asking:
        if dossier is not None and holds.of_other_mode(dossier, delivery, rules):
            # Its answer would be about another job, or none: "absent" would make the call be made again.
            later = rules.now() + planning.PLAN_AGAIN
            dossier.put(replace(delivery, asking=False, next_at=later))
            dossier.timers[(TimerKind.ASK, str(delivery.id))] = later
            return None
        asked = replace(delivery, worker=worker, fence=delivery.fence + 1)
        return _claimed(tx, dossier, asked, Purpose.LOOKUP)
    if dossier is not None:
        cancel.recheck(dossier, rules)  # the job may have been cancelled while this instance's plugin was set aside
        delivery = dossier.deliveries[delivery.id]
        if delivery.state is not DeliveryState.READY or _lane_is_occupied(dossier, delivery):
            return None
        looked_at = drafting.look_at(tx, dossier, holds.look_at(dossier, delivery, rules), rules)
        if looked_at.state is not DeliveryState.READY:
            bounces.go_on(dossier, dossier.put(looked_at), rules)
            return None
        if delivery.doubted:
            doubts.ask_first(tx, dossier, delivery, rules)
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
            origin = Origin(by=f"instance:{running.instance}", delivery_id=running.id)
            messages.tell(dossier, running, rules, told, origin)
    return _claimed(tx, dossier, running, Purpose.CALL)


def _lane_is_occupied(dossier: Dossier, delivery: Delivery) -> bool:
    others = (other for other in dossier.deliveries.values() if other.id != delivery.id)
    return any(other.lane == delivery.lane and other.state.occupies_lane for other in others)


def _claimed(tx: Tx, dossier: Dossier | None, delivery: Delivery, purpose: Purpose) -> Claim:
    if dossier is None:
        rows.save(tx, delivery)
        return Claim(delivery, purpose, delivery.fence, cause=delivery.event_id)
    dossier.put(delivery)
    earlier = {
        other.verb: Earlier(other.reference, other.memo, other.parts)
        for other in dossier.at(delivery.instance)
        if other.reference or other.memo is not None or other.parts
    }
    return Claim(delivery, purpose, delivery.fence, earlier, dossier, cause=dossier.cause(delivery))


def _is_paused(stop: Stop) -> bool:
    return stop.cause is Cause.PAUSED and not stop.storefront
