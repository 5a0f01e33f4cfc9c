"""Station: makes a failed delivery go again, sends a done one once more, or begins a whole chain anew."""

from dataclasses import replace

from printhub.core.channels.channel import Told, Turn
from printhub.core.flow import closing, history, holds, messages
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, Obstacle, newest_runs, reopened
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused
from printhub.core.model.history import EpochReason
from printhub.core.model.statuses import JobStatus, Label
from printhub.core.model.verbs import Kind, Verb

REOPENABLE = (DeliveryState.FAILED, DeliveryState.WAITING_ACTION, DeliveryState.RETRYING)
"""The states that a retrigger reopens."""

_WHY_NOT = {
    DeliveryState.UNKNOWN: "settle it first: it may have had its effect",
    DeliveryState.ACCEPTED: "settle it first: the partner has it",
    DeliveryState.DONE: "it is done; send it again instead",
    DeliveryState.HELD: "it goes by itself when its obstacles are gone",
    DeliveryState.READY: "it goes by itself",
    DeliveryState.RUNNING: "it is being made right now",
    DeliveryState.SKIPPED: "there was nothing to do",
    DeliveryState.CANCELLED: "it was cancelled",
    DeliveryState.OBSOLETE: "it lost its use",
}
_ENDED = (DeliveryState.DONE, DeliveryState.FAILED, DeliveryState.SKIPPED, DeliveryState.CANCELLED)


def retrigger(dossier: Dossier, delivery: Delivery, rules: Rules, *, by: str, why: str) -> Delivery:
    """Reopen a delivery that failed, waits for an action or is retrying; raises ActRefused for any other.

    Composed anew where every earlier attempt certainly had no effect, else with the same ticket and key.
    """
    if delivery.state not in REOPENABLE:
        raise ActRefused(_refusal(delivery))
    require_newest(dossier, delivery)
    closing.require_data(dossier)
    if dossier.job.cancelled and production(delivery, rules):
        raise ActRefused(f"job {dossier.job.number} is cancelled; it has to be ordered again")
    _open_epoch(dossier, delivery, rules, f"{delivery.verb} retriggered", by, why)
    origin = Origin(by=by, delivery_id=delivery.id)
    for told in rules.channel(delivery.kind).statuses(delivery.verb, Turn.RETRIGGERED, ""):
        messages.tell(dossier, delivery, rules, told, origin)
    dossier.drop_timers(delivery)
    again = replace(reopened(delivery, anew=delivery.harmless), epoch=dossier.job.epoch)
    dossier.put(holds.look_at(dossier, again, rules))
    holds.recheck(dossier, rules)
    return dossier.deliveries[delivery.id]


def production(delivery: Delivery, rules: Rules) -> bool:
    """Whether a delivery leads a job into production, so that it does not go once the job is cancelled."""
    return bool(rules.channel(delivery.kind).held) and delivery.verb is not Verb.CANCEL


def why_not_in_bulk(delivery: Delivery, rules: Rules, *, cancelled: bool, replaced: bool) -> str:
    """Why a delivery cannot be retriggered along with others; empty when it can.

    The words are the same for all of a sort, so that they can be counted. `cancelled` tells whether its job is,
    `replaced` whether a newer run took its place.
    """
    if delivery.kind is Kind.PAYMENT:
        return "refunds are retriggered one by one"
    if delivery.job_id is None:
        return "it belongs to no job"
    if delivery.state not in REOPENABLE:
        return why_not(delivery.state)
    if replaced:
        return "it was sent again since"
    if cancelled and production(delivery, rules):
        return "its job is cancelled"
    return ""


def why_not(state: DeliveryState) -> str:
    """Why what is in this state cannot be retriggered."""
    return f"{state}: {_WHY_NOT[state]}"


def can_be_sent_again(delivery: Delivery) -> bool:
    """Whether a new run of it can be made: of what is done, and of a message that went to nobody."""
    went_nowhere = delivery.verb is Verb.SEND and delivery.state is DeliveryState.SKIPPED
    return delivery.state is DeliveryState.DONE or went_nowhere


def send_again(dossier: Dossier, delivery: Delivery, rules: Rules, *, by: str, why: str) -> Delivery:
    """Make a new run of a delivery that ended done, or of a message that was skipped; raises ActRefused else."""
    if not can_be_sent_again(delivery):
        raise ActRefused(
            f"delivery {delivery.id} is {delivery.state}: only what is done can be sent again. {_tell(delivery)}"
        )
    require_newest(dossier, delivery)
    closing.require_data(dossier)
    _open_epoch(dossier, delivery, rules, f"{delivery.verb} sent again", by, why)
    run = dossier.put(_new_run(dossier, delivery, rules))
    holds.recheck(dossier, rules)
    return dossier.deliveries[run.id]


def chains(dossier: Dossier, rules: Rules) -> list[str]:
    """The instances at which the job has a chain."""
    found = (d.instance for d in dossier.deliveries.values() if d.verb in rules.channel(d.kind).held)
    return list(dict.fromkeys(found))


def reprint(dossier: Dossier, instance: str, rules: Rules, *, by: str, why: str) -> list[Delivery]:
    """Send the whole chain of a job again; raises ActRefused while any of it has not ended."""
    members = [d for d in dossier.at(instance) if d.verb in rules.channel(d.kind).held]
    open_ = [d for d in members if d.state not in _ENDED]
    if not members or open_:
        names = ", ".join(f"{d.verb} is {d.state}" for d in open_) or "nothing was ever planned"
        raise ActRefused(
            f"job {dossier.job.number} cannot be reprinted at {instance}: {names}. "
            f"`printhub jobs explain {dossier.job.number}` tells what can be done"
        )
    if dossier.job.cancelled:
        raise ActRefused(f"job {dossier.job.number} is cancelled; it has to be ordered again")
    closing.require_data(dossier)
    origin = Origin(by=by)
    history.open_epoch(dossier, rules, EpochReason.REPRINT, f"reprint: {why}", origin)
    label = Told(JobStatus.CUSTOM_STATUS, Label.MIS_REPRINTED, why)
    history.append(dossier, rules, label, origin)
    runs = [dossier.put(_new_run(dossier, member, rules)) for member in members]
    holds.recheck(dossier, rules)
    return [dossier.deliveries[run.id] for run in runs]


def cancel_delivery(dossier: Dossier, delivery: Delivery, rules: Rules, *, by: str, why: str) -> Delivery:
    """End a delivery that has not gone; raises ActRefused for one that the partner may know of."""
    if delivery.state not in (DeliveryState.HELD, DeliveryState.READY, DeliveryState.RETRYING):
        raise ActRefused(
            f"delivery {delivery.id} is {delivery.state}: the partner may know of it already. {_tell(delivery)}"
        )
    ended = replace(
        delivery, state=DeliveryState.CANCELLED, obstacles=(), reason=f"cancelled by {by}: {why}", next_at=None
    )
    dossier.drop_timers(delivery)
    dossier.put(ended)
    holds.recheck(dossier, rules)
    return ended


def require_newest(dossier: Dossier, delivery: Delivery) -> None:
    """Raise ActRefused for a delivery that a newer run has replaced."""
    newest = newest_runs(dossier.deliveries.values())[delivery.instance, delivery.verb, delivery.subject]
    if newest.id != delivery.id:
        raise ActRefused(f"delivery {delivery.id} was sent again since, as {newest.id}: act on that one")


def _open_epoch(dossier: Dossier, delivery: Delivery, rules: Rules, detail: str, by: str, why: str) -> None:
    if rules.channel(delivery.kind).held:
        history.open_epoch(dossier, rules, EpochReason.RETRIGGER, f"{detail}: {why}", Origin(by=by))


def _new_run(dossier: Dossier, delivery: Delivery, rules: Rules) -> Delivery:
    return Delivery(
        id=rules.new_id(),
        seq=0,
        storefront=delivery.storefront,
        instance=delivery.instance,
        kind=delivery.kind,
        verb=delivery.verb,
        subject=delivery.subject,
        run=delivery.run + 1,
        lane=delivery.lane,
        state=DeliveryState.READY,
        created_at=rules.now(),
        order_id=delivery.order_id,
        job_id=delivery.job_id,
        event_id=delivery.event_id,
        epoch=dossier.job.epoch,
        after=delivery.after,
        rule=delivery.rule,
    )


def _refusal(delivery: Delivery) -> str:
    if delivery.state is DeliveryState.HELD:
        held = f"delivery {delivery.id} is held: {_named(delivery.obstacles)}; it goes by itself when that is over"
        return f"{held}. {_tell(delivery)}"
    why = _WHY_NOT[DeliveryState.DONE] if can_be_sent_again(delivery) else _WHY_NOT[delivery.state]
    return f"delivery {delivery.id} is {delivery.state}: {why}. {_tell(delivery)}"


def _tell(delivery: Delivery) -> str:
    return f"`printhub jobs explain {delivery.id}` tells what can be done"


def _named(obstacles: tuple[Obstacle, ...]) -> str:
    return "; ".join(obstacle.detail for obstacle in obstacles)
