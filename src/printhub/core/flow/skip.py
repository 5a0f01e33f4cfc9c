"""Station: ends a delivery on an operator's word that there is nothing to do, and takes such an end back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from printhub.core.channels.channel import Told, Turn
from printhub.core.flow import chain, holds, messages, retrigger
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.errors import ActRefused
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind

SKIPPABLE = (
    DeliveryState.HELD,
    DeliveryState.READY,
    DeliveryState.RETRYING,
    DeliveryState.FAILED,
    DeliveryState.WAITING_ACTION,
)
"""The states in which an operator may say that there is nothing to do."""

_WHY_NOT = {
    DeliveryState.UNKNOWN: "settle it first: it may have had its effect",
    DeliveryState.ACCEPTED: "settle it first: the partner has it",
    DeliveryState.RUNNING: "it is being made right now; wait until that has ended",
}
_TAKEN_BACK = (DeliveryState.CANCELLED, DeliveryState.SKIPPED)
_NOT_GONE = (DeliveryState.HELD, DeliveryState.READY, DeliveryState.CANCELLED, DeliveryState.SKIPPED)


def skip(dossier: Dossier, delivery: Delivery, rules: Rules, *, by: str, why: str) -> Delivery:
    """End a delivery as skipped, so that what comes after it goes; raises ActRefused for what cannot be skipped.

    Writes what the kind writes of a skipped delivery, or else an ActionRun entry.
    """
    if delivery.kind is Kind.PAYMENT:
        raise ActRefused("a refund is never skipped: the ledger says what became of it")
    if delivery.state not in SKIPPABLE:
        why_not = _WHY_NOT.get(delivery.state, "it has come to its end already")
        raise ActRefused(f"delivery {delivery.id} is {delivery.state}: {why_not}")
    retrigger.require_newest(dossier, delivery)
    dossier.drop_timers(delivery)
    reason = f"skipped by {by}: {why}"
    skipped = replace(delivery, state=DeliveryState.SKIPPED, obstacles=(), reason=reason, next_at=None)
    if delivery.state is DeliveryState.WAITING_ACTION:
        skipped = replace(skipped, harmless=False)  # the partner knows of it, and is told when the job is cancelled
    dossier.put(skipped)
    detail = f"{delivery.verb} skipped: {why}"
    own = rules.channel(delivery.kind).statuses(delivery.verb, Turn.SKIPPED, detail)
    _note(dossier, skipped, rules, own or [Told(JobStatus.ACTION_RUN, detail=detail)], by)
    holds.recheck(dossier, rules)
    return skipped


def remembered(dossier: Dossier, delivery: Delivery) -> dict[str, JsonValue]:
    """What taking back the end of a delivery needs: how all stood that ended with it, and which successors had gone."""
    before = dossier.loaded_deliveries
    with_it = [
        before[id_]
        for id_, now in dossier.deliveries.items()
        if id_ in before and id_ != delivery.id and now.state in _TAKEN_BACK and not before[id_].state.is_end
    ]
    gone = [str(d.id) for d in _successors(dossier, delivery) if _has_gone(d)]
    return {"ended": [_standing(was) for was in (before[delivery.id], *with_it)], "gone": [*gone]}


def reopen(
    dossier: Dossier, facts: Mapping[str, Any], rules: Rules, *, ended_at: datetime, by: str, why: str
) -> list[Delivery]:
    """Put back what an operator cancelled or skipped at that moment; raises ActRefused once something depends on it."""
    if dossier.job.cancelled:
        raise ActRefused(f"job {dossier.job.number} is cancelled since; nothing of it is reopened")
    reopened = []
    for was in facts["ended"]:
        delivery = dossier.deliveries[UUID(was["id"])]
        if delivery.state not in _TAKEN_BACK:
            raise ActRefused(f"delivery {delivery.id} is {delivery.state} since; act on it as it is now")
        retrigger.require_newest(dossier, delivery)
        went = [d for d in _successors(dossier, delivery) if _has_gone(d) and str(d.id) not in facts["gone"]]
        if went:
            names = ", ".join(d.verb for d in went)
            raise ActRefused(f"because {delivery.verb} was {delivery.state}, other calls were made since: {names}")
        reopened.append(_put_back(dossier, delivery, was, rules, ended_at))
    first = dossier.deliveries[UUID(facts["ended"][0]["id"])]
    _note(dossier, first, rules, [Told(JobStatus.ACTION_RUN, detail=f"{first.verb} reopened: {why}")], by)
    holds.recheck(dossier, rules)
    return [dossier.deliveries[delivery.id] for delivery in reopened]


def _put_back(
    dossier: Dossier, delivery: Delivery, was: Mapping[str, Any], rules: Rules, ended_at: datetime
) -> Delivery:
    now = rules.now()
    state = DeliveryState(was["state"])
    next_at = datetime.fromisoformat(was["next_at"]) if was["next_at"] else None
    if state is DeliveryState.RETRYING:
        next_at = max(next_at or now, now)
        dossier.timers[(TimerKind.RETRY, str(delivery.id))] = next_at
    return dossier.put(
        replace(
            delivery,
            state=DeliveryState.READY if state is DeliveryState.HELD else state,  # the recheck holds it again
            reason=was["reason"],
            harmless=was.get("harmless", delivery.harmless),
            next_at=next_at,
            # The time in which it was ended does not count.
            give_up_at=delivery.give_up_at and delivery.give_up_at + (now - ended_at),
            announced_at=None,
        )
    )


def _standing(delivery: Delivery) -> dict[str, JsonValue]:
    next_at = delivery.next_at.isoformat() if delivery.next_at else None
    return {
        "id": str(delivery.id),
        "state": str(delivery.state),
        "reason": delivery.reason,
        "harmless": delivery.harmless,
        "next_at": next_at,
    }


def _successors(dossier: Dossier, delivery: Delivery) -> list[Delivery]:
    return [d for d in dossier.at(delivery.instance) if delivery.id in {p.id for p in chain.predecessors(dossier, d)}]


def _has_gone(delivery: Delivery) -> bool:
    return delivery.attempts > 0 or delivery.state not in _NOT_GONE


def _note(dossier: Dossier, delivery: Delivery, rules: Rules, entries: Sequence[Told], by: str) -> None:
    # A kind that writes nothing even of a failure stays silent here too: telling must not give rise to telling.
    if rules.channel(delivery.kind).statuses(delivery.verb, Turn.FAILED, ""):
        for told in entries:
            messages.tell(dossier, delivery, rules, told, Origin(by=by, delivery_id=delivery.id))
