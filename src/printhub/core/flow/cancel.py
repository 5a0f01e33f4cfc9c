"""Station: ends the pending production work of a cancelled job, and tells those who were told of it."""

from dataclasses import replace
from uuid import UUID

from printhub.core.channels.channel import Occasion, Turn
from printhub.core.flow import chain, history, planning
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Instance, Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier
from printhub.core.model.verbs import Verb

PENDING = (DeliveryState.HELD, DeliveryState.READY, DeliveryState.RETRYING)
"""What can be cancelled here, because the partner knows nothing of it."""
_OPEN_THERE = (DeliveryState.ACCEPTED, DeliveryState.WAITING_ACTION)
_UNCERTAIN = (DeliveryState.RUNNING, DeliveryState.UNKNOWN)


def recheck(dossier: Dossier, rules: Rules, *, event_id: UUID | None = None) -> None:
    """Carry the cancellation of a job as far as it goes now; called after everything that changes its deliveries.

    What is pending ends here. What the partner was told of is withdrawn by a cancel delivery; while a call is running
    or unknown that delivery waits in the lane, and it becomes obsolete if nothing turns out to have been told.
    """
    if not dossier.job.cancelled:
        return
    for instance in _involved(dossier, rules):
        channel = rules.channel(instance.kind)
        for member in list(dossier.deliveries.values()):
            here = member.instance == instance.name and channel.held
            if here and member.verb is not Verb.CANCEL and member.state in PENDING:
                end(dossier, member, "the job is cancelled")
        if Verb.CANCEL in channel.verbs:
            _withdraw(dossier, rules, instance, event_id)


def confirmed(dossier: Dossier, cancel: Delivery, rules: Rules) -> None:
    """The partner confirmed a cancellation: what it still had open is cancelled."""
    held = rules.channel(cancel.kind).held
    for member in dossier.at(cancel.instance):
        if member.verb in held and member.state in _OPEN_THERE:
            end(dossier, member, "the partner cancelled it")


def end(dossier: Dossier, delivery: Delivery, why: str) -> Delivery:
    """Cancel a delivery that nothing was sent of, or that the partner gave up."""
    dossier.drop_timers(delivery)
    return dossier.put(
        replace(delivery, state=DeliveryState.CANCELLED, obstacles=(), reason=why, next_at=None, asking=False)
    )


def _withdraw(dossier: Dossier, rules: Rules, instance: Instance, event_id: UUID | None) -> None:
    held = rules.channel(instance.kind).held
    here = [d for d in dossier.deliveries.values() if d.instance == instance.name]
    told = [d for d in here if d.verb in held and chain.may_be_there(d)]  # of every run, also of those sent again
    planned = [d for d in here if d.verb is Verb.CANCEL]
    if not told:
        for delivery in planned:
            if delivery.state in PENDING:
                why = "the partner was never told"
                dossier.put(replace(delivery, state=DeliveryState.OBSOLETE, obstacles=(), reason=why, next_at=None))
    elif Verb.CANCEL in instance.declared.verbs:
        if not planned:
            planning.plan_at(dossier, rules, instance, Occasion.CANCELLED, "cancelled", event_id=event_id)
    elif any(delivery.state not in _UNCERTAIN for delivery in told):
        _refused(dossier, rules, instance)


def _refused(dossier: Dossier, rules: Rules, instance: Instance) -> None:
    # Told once per instance: the source's id makes a second entry a repeated one.
    origin = Origin(by=f"instance:{instance.name}", source_id=f"no-cancel:{instance.name}", at=rules.now())
    why = f"{instance.name} has no way to cancel"
    for told in rules.channel(instance.kind).statuses(Verb.CANCEL, Turn.FAILED, why):
        history.append(dossier, rules, told, origin)


def _involved(dossier: Dossier, rules: Rules) -> list[Instance]:
    names = dict.fromkeys(delivery.instance for delivery in dossier.deliveries.values())
    return [rules.instances[name] for name in names if name in rules.instances]
