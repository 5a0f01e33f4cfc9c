"""Station: decides which deliveries an occasion gives rise to, at which instances."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from printhub.core.channels.channel import Occasion, Planned
from printhub.core.flow.rules import Instance, Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.ids import id_of
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Verb

PLAN_AGAIN = timedelta(minutes=1)
"""How often a job is planned again while a plugin that it needs is set aside."""
_LONGEST_RULE = 300
_OCCASIONS = {
    Occasion.ORDERED: "",
    Occasion.CHANGED: "the job changed after production was told",
    Occasion.CANCELLED: "the job was cancelled after production was told",
    Occasion.STATUS_WRITTEN: "an entry was added to the history",
    Occasion.REQUESTED: "the storefront is asked for something",
}
"""What a delivery owes its being to, besides the route; an ordered job's chain nothing else."""


def plan(
    dossier: Dossier, rules: Rules, occasion: Occasion, cause: str, *, event_id: UUID | None = None
) -> list[Delivery]:
    """Plan everything that `occasion` gives rise to along the job's routes; what is planned already stays as it is."""
    ask_again(dossier, rules)
    return [
        delivery
        for number, instance in _led(dossier, rules)
        for delivery in plan_at(dossier, rules, instance, occasion, cause, event_id=event_id, route=number)
    ]


def plan_at(
    dossier: Dossier,
    rules: Rules,
    instance: Instance,
    occasion: Occasion,
    cause: str,
    *,
    event_id: UUID | None = None,
    route: int | None = None,
) -> list[Delivery]:
    """Plan what `occasion` gives rise to at one instance, to which the rule number `route` led where one did.

    New deliveries are ready until a hold is found.
    """
    asked = rules.channel(instance.kind).plan(occasion, dossier.job, cause, instance.declared)
    rule = "; ".join(filter(None, [_OCCASIONS[occasion], rules.settings.rule(route) if route else ""]))
    return [
        dossier.put(replace(_delivery(dossier, rules, instance, planned, event_id), rule=rule[:_LONGEST_RULE]))
        for planned in asked
        if not _is_planned(dossier, instance, planned)
    ]


def plan_message(
    dossier: Dossier, rules: Rules, kind: Kind, subject: str, *, event_id: UUID | None = None
) -> Delivery | None:
    """Plan a message to one recipient at the first instance of its kind that the routes lead to; None without any.

    The others that the rule names are there for when that one certainly did not send it.
    """
    found = _of_kind(dossier, rules, kind)
    if not found:
        return None
    number, instance = found[0]
    delivery = _delivery(dossier, rules, instance, _message(dossier, instance, subject), event_id)
    return dossier.put(replace(delivery, rule=rules.settings.rule(number)[:_LONGEST_RULE]))


def plan_elsewhere(dossier: Dossier, rules: Rules, failed: Delivery) -> Delivery | None:
    """Plan a message at the next instance of its kind that the routes lead to and that has not tried it yet."""
    same = (failed.verb, failed.subject)
    tried = {d.instance for d in dossier.deliveries.values() if (d.verb, d.subject) == same}
    for number, instance in _of_kind(dossier, rules, failed.kind):
        if instance.name not in tried:
            planned = _message(dossier, instance, failed.subject)
            rule = f"{rules.settings.rule(number)}, after {failed.instance}"[:_LONGEST_RULE]
            return dossier.put(replace(_delivery(dossier, rules, instance, planned, failed.event_id), rule=rule))
    return None


def plan_again(dossier: Dossier, rules: Rules) -> None:
    """Plan what could not be planned while a plugin was set aside: the order, and each entry since it was placed.

    What is in production at an instance that the routes no longer lead to is not planned at another beside it: that
    would print it twice.
    """
    ask_again(dossier, rules)
    elsewhere = _kinds_elsewhere(dossier, rules)
    for number, instance in _led(dossier, rules):
        if instance.kind not in elsewhere:
            plan_at(dossier, rules, instance, Occasion.ORDERED, dossier.job.number, route=number)
    ordered = False
    for entry in list(dossier.history):
        ordered = ordered or entry.status is JobStatus.ORDERED  # what was written in the basket is not published
        if ordered:
            plan(dossier, rules, Occasion.STATUS_WRITTEN, str(entry.id), event_id=entry.event_id)


def plan_missing(dossier: Dossier, rules: Rules) -> list[Delivery]:
    """Plan production of an ordered job of the kinds that it has none of yet, as the routes are now.

    What goes into production at one instance is never planned at another beside it: that would print it twice.
    """
    return [
        delivery
        for instance in missing(dossier, rules)
        for delivery in plan_at(dossier, rules, instance, Occasion.ORDERED, dossier.job.number)
    ]


def missing(dossier: Dossier, rules: Rules) -> list[Instance]:
    """The instances at which `plan_missing` plans production."""
    planned = {d.kind for d in dossier.deliveries.values() if d.verb in rules.channel(d.kind).held}
    return [
        instance
        for instance in routed(dossier, rules)
        if rules.channel(instance.kind).held
        and instance.kind not in planned
        and rules.channel(instance.kind).plan(Occasion.ORDERED, dossier.job, dossier.job.number, instance.declared)
    ]


def ask_again(dossier: Dossier, rules: Rules) -> None:
    """Have the job planned again before long if a plugin that it needs is set aside."""
    if waits_for_plugin(dossier, rules):
        dossier.timers[(TimerKind.PLAN, str(dossier.job.id))] = rules.now() + PLAN_AGAIN


def waits_for_plugin(dossier: Dossier, rules: Rules) -> bool:
    """Whether the job has to do with an instance whose plugin is set aside, so that nobody knows what to plan."""
    job, known = dossier.job, rules.settings.instances
    if not job.ordered or not job.delivered:
        return False
    there = {delivery.instance for delivery in dossier.deliveries.values()}
    return bool(rules.settings.set_aside_for(job.storefront, job.product_type, job.mode)) or any(
        known[name].set_aside for name in there if name in known
    )


def may_be_set_aside(dossier: Dossier, rules: Rules, kind: Kind) -> bool:
    """Whether no instance of a kind is known, and one may be that has no adapter, because a plugin is set aside."""
    job = dossier.job
    return not has_route(dossier, rules, kind) and bool(
        rules.settings.set_aside_for(job.storefront, job.product_type, job.mode)
    )


def routed(dossier: Dossier, rules: Rules) -> list[Instance]:
    """The instances that the job's routes lead to: of each kind, those of the first rule that matches."""
    return [instance for _, instance in _led(dossier, rules)]


def has_route(dossier: Dossier, rules: Rules, kind: Kind) -> bool:
    """Whether the job's routes lead to any instance of a kind."""
    return bool(_of_kind(dossier, rules, kind))


def _led(dossier: Dossier, rules: Rules) -> list[tuple[int, Instance]]:
    if not dossier.job.ordered or not dossier.job.delivered:
        return []
    return [found for kind in rules.channels for found in _of_kind(dossier, rules, kind)]


def _of_kind(dossier: Dossier, rules: Rules, kind: Kind) -> list[tuple[int, Instance]]:
    job = dossier.job
    found = rules.settings.route_for(job.storefront, job.product_type, job.mode, kind, rules.kind_of)
    number, names = found or (0, ())
    return [(number, rules.instances[name]) for name in names]


def _kinds_elsewhere(dossier: Dossier, rules: Rules) -> set[Kind]:
    rules_led_by = {number for number, _ in _led(dossier, rules)}
    here = {name for number in rules_led_by for name in rules.settings.routes[number - 1].instances}
    produced = [d for d in dossier.deliveries.values() if d.verb in rules.channel(d.kind).held]
    return {d.kind for d in produced if d.instance not in here}


def _message(dossier: Dossier, instance: Instance, subject: str) -> Planned:
    return Planned(Verb.SEND, subject, f"{instance.name}/{dossier.job.storefront}/{subject}"[:400])


def _is_planned(dossier: Dossier, instance: Instance, planned: Planned) -> bool:
    wanted = (instance.name, planned.verb, planned.subject)
    return any((d.instance, d.verb, d.subject) == wanted for d in dossier.deliveries.values())


def _id(dossier: Dossier, rules: Rules, instance: Instance, planned: Planned) -> UUID:
    """An id for a delivery: where a second call would be a second effect, the same when the job is stated once more.

    The id is the key that the partner is given. A hub that is restored from a backup and told again what came after
    it makes the same calls under the same keys.
    """
    job = dossier.job
    stated = job.stamps.get("details")
    if stated is None or planned.verb not in rules.channel(instance.kind).once:
        return rules.new_id()
    return id_of(stated[0], job.storefront, job.number, instance.name, planned.verb, planned.subject)


def _delivery(dossier: Dossier, rules: Rules, instance: Instance, planned: Planned, event_id: UUID | None) -> Delivery:
    return Delivery(
        id=_id(dossier, rules, instance, planned),
        seq=0,
        storefront=dossier.job.storefront,
        instance=instance.name,
        kind=instance.kind,
        verb=planned.verb,
        subject=planned.subject,
        run=1,
        lane=planned.lane,
        state=DeliveryState.READY,
        created_at=rules.now(),
        order_id=dossier.job.order_id,
        job_id=dossier.job.id,
        event_id=event_id,
        epoch=dossier.job.epoch,
        after=planned.after,
    )
