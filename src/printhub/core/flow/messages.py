"""Station: plans the messages to people that a fact gives rise to, each once, and ends those that lost their use.

A message is a delivery of an e-mail or SMS instance. One about a whole order is kept with the first of its jobs, and
what becomes of it stands in the history of every one (`Dossier.beside`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from printhub.core.channels.channel import Told
from printhub.core.flow import history, planning
from printhub.core.flow.case import Case, Statement
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.events.fact import Fact
from printhub.core.model.events.order import OrderPlaced
from printhub.core.model.events.partner import StaffNotice
from printhub.core.model.known import OrderRecord
from printhub.core.model.verbs import Kind, Verb
from printhub.core.notifications import occasions
from printhub.core.notifications.occasions import OF_NOTICE, Wanted
from printhub.core.notifications.subject import MessageSubject, Scope, To, is_about_order, read_subject
from printhub.core.notifications.use import lost_use, unpaid
from printhub.core.settings.messages import REMINDERS
from printhub.core.store import dossiers
from printhub.core.store.store import Tx
from printhub.core.templates.catalogue import REMINDER, Audience, notification

_NOT_GONE = (DeliveryState.HELD, DeliveryState.READY, DeliveryState.RETRYING)
SENT = (DeliveryState.DONE, DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)
"""Where a message stands that may have arrived somewhere."""


def plan(case: Case, fact: Fact, statement: Statement, rules: Rules, *, epoch: int | None = None) -> None:
    """Plan the messages that a fact gives rise to; what was planned before stays as it is.

    `epoch` is that in which the fact was told, where that is not the present one.
    """
    anchor = case.anchor
    if anchor is None:
        return
    for one in occasions.wanted(fact, statement.time, epoch or anchor.job.epoch):
        about = case.dossier(one.about) if one.scope is Scope.JOB else anchor
        if about is not None:
            plan_one(about, case.dossiers, rules, one, event_id=statement.event_id)
    if isinstance(fact, OrderPlaced) and case.is_new and case.order is not None and unpaid(case.order):
        _remind_next(anchor, case.order, rules, step=0)


def plan_one(
    dossier: Dossier, family: Sequence[Dossier], rules: Rules, one: Wanted, *, event_id: UUID | None
) -> list[Delivery]:
    """Plan one message to all who get it, unless it was planned before with any job of its `family`."""
    storefront = dossier.job.storefront
    settings = rules.settings.notification(storefront, one.notification)
    mail = rules.storefront(storefront).mail
    if not settings.enabled or (dossier.order is None and one.scope is Scope.ORDER):
        return []
    wanted: list[tuple[Kind, To, int]] = []
    if notification(one.notification).audience is Audience.STAFF:
        wanted += [(Kind.EMAIL, To.STAFF, number) for number in range(len(mail.staff))] if settings.email else []
    elif dossier.order is not None:  # a job without an order has nobody to write to
        wanted += [(Kind.EMAIL, To.CUSTOMER, 0)] if settings.email else []
        wanted += [(Kind.SMS, To.CUSTOMER, 0)] if settings.sms else []
    planned = []
    for kind, to, number in wanted:
        if kind is Kind.EMAIL and mail.sender is None:
            continue
        subject = MessageSubject(one.notification, one.scope, one.about, one.occasion, to, number)
        planned += plan_to(dossier, family, rules, kind, subject, event_id=event_id)
        if event_id is not None and planning.may_be_set_aside(dossier, rules, kind):
            dossier.timers[(TimerKind.WANTED, str(event_id))] = rules.now() + planning.PLAN_AGAIN
    return planned


def plan_to(
    dossier: Dossier,
    family: Sequence[Dossier],
    rules: Rules,
    kind: Kind,
    subject: MessageSubject,
    *,
    event_id: UUID | None,
) -> list[Delivery]:
    """Plan one message to one recipient at the first instance of a kind that the routes lead to."""
    text = str(subject)
    there = (d for member in family for d in member.deliveries.values())
    if any((d.kind, d.verb, d.subject) == (kind, Verb.SEND, text) for d in there):
        return []
    delivery = planning.plan_message(dossier, rules, kind, text, event_id=event_id)
    return [delivery] if delivery is not None else []


def tell_staff(dossier: Dossier, rules: Rules, notice: StaffNotice, event_id: UUID) -> None:
    """Plan a message to staff for what they should know of a job; none about a message, or it would go round."""
    kind = rules.kind_of(notice.instance) if notice.instance else None
    if kind is not None and kind.is_message:
        return
    name = OF_NOTICE.get(notice.matter, "failed_for_good")
    plan_one(dossier, [dossier], rules, Wanted(name, Scope.JOB, dossier.job.number, str(event_id)), event_id=event_id)


def recheck(dossier: Dossier) -> None:
    """End the messages that lost their use before they went."""
    for delivery in list(dossier.deliveries.values()):
        if delivery.kind.is_message and delivery.state in _NOT_GONE:
            why = lost_use(read_subject(delivery.subject), dossier.job, dossier.order)
            if why is not None:
                end(dossier, delivery, DeliveryState.OBSOLETE, why)


def end(dossier: Dossier, delivery: Delivery, state: DeliveryState, why: str) -> Delivery:
    """End a message that was not sent."""
    dossier.drop_timers(delivery)
    ended = replace(delivery, state=state, obstacles=(), reason=why, next_at=None, asking=False)
    return dossier.put(ended)


def answered(dossier: Dossier, delivery: Delivery, what: str) -> Delivery:
    """A message that did not arrive, and of which `what` has become: nobody has to see to it any more."""
    reason = f"{delivery.reason}; {what}" if delivery.reason else what
    return dossier.put(replace(delivery, state=DeliveryState.SKIPPED, reason=reason))


def fall_back(dossier: Dossier, delivery: Delivery, rules: Rules) -> None:
    """Plan a message that certainly did not go at the next instance that its rule names, if there is one."""
    if delivery.kind.is_message:
        other = planning.plan_elsewhere(dossier, rules, delivery)
        if other is not None:
            answered(dossier, delivery, f"{other.instance} sends it instead")


def remind(dossier: Dossier, rules: Rules) -> None:
    """The time of a reminder has come: plan it while the order is unpaid, and set the time of the next."""
    order = dossier.order
    if order is None or not unpaid(order):
        return
    schedule = _schedule(order, rules)
    now = rules.now()
    if planning.may_be_set_aside(dossier, rules, Kind.EMAIL):
        dossier.timers[(TimerKind.REMIND, str(dossier.job.id))] = now + planning.PLAN_AGAIN
        return
    due = [step for step, after in enumerate(schedule) if order.created_at + after <= now]
    if due:  # what was missed while the hub stood still is not made up for: one reminder is enough
        one = Wanted(REMINDER, Scope.ORDER, order.number, f"{due[-1] + 1} of {len(schedule)}")
        plan_one(dossier, [dossier], rules, one, event_id=None)
    _remind_next(dossier, order, rules, step=len(due))


def loaded(
    tx: Tx, deliveries: Iterable[Delivery], *, besides: Iterable[UUID] = (), free: bool = False
) -> dict[UUID, Dossier]:
    """Load the jobs that deliveries are kept with, and those `besides`; see `dossiers.load`.

    Of a message about a whole order all jobs come along, and know each other: what becomes of it stands in each.
    """
    found = list(deliveries)
    orders = {d.order_id for d in found if d.order_id and d.kind.is_message and is_about_order(d.subject)}
    jobs = {*besides, *(d.job_id for d in found if d.job_id), *(dossiers.jobs_of_orders(tx, orders) if orders else ())}
    held = dossiers.load(tx, jobs, free=free)
    for dossier in held.values():
        order = dossier.job.order_id
        dossier.beside = [one for one in held.values() if one is not dossier and order and one.job.order_id == order]
    return held


def is_whole(tx: Tx, dossier: Dossier | None, delivery: Delivery) -> bool:
    """Whether all jobs are at hand in whose histories it is told that a message goes."""
    if dossier is None or not delivery.kind.is_message or not is_about_order(delivery.subject):
        return True
    there = {dossier.job.id, *(one.job.id for one in dossier.beside)}
    return dossiers.jobs_of_orders(tx, {delivery.order_id} if delivery.order_id else set()) <= there


def told_in(dossier: Dossier, delivery: Delivery) -> Iterator[Dossier]:
    """The dossiers whose histories tell what becomes of a delivery: none for a message to staff."""
    if not delivery.kind.is_message:
        yield dossier
        return
    subject = read_subject(delivery.subject)
    if subject.to is To.STAFF:
        return
    yield dossier
    if subject.scope is Scope.ORDER:
        yield from dossier.beside


def tell(dossier: Dossier, delivery: Delivery, rules: Rules, told: Told, origin: Origin) -> None:
    """Write a status that a delivery brought: where it is about a whole order, in all of its jobs."""
    for one in told_in(dossier, delivery):
        # Staff are told once.
        history.append(one, rules, told if one is dossier else replace(told, staff=False), origin)


def _schedule(order: OrderRecord, rules: Rules) -> tuple[timedelta, ...]:
    settings = rules.settings.notification(order.storefront, REMINDER)
    return (settings.schedule or REMINDERS) if settings.enabled else ()


def _remind_next(dossier: Dossier, order: OrderRecord, rules: Rules, *, step: int) -> None:
    schedule = _schedule(order, rules)
    if step < len(schedule):
        dossier.timers[(TimerKind.REMIND, str(dossier.job.id))] = order.created_at + schedule[step]
