"""Station: what becomes of a message that was refused for good, and of an address that is dead."""

from dataclasses import replace
from uuid import UUID

from printhub.core.channels.channel import Told
from printhub.core.flow import drafting, history, messages
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.known import Personal
from printhub.core.model.statuses import JobStatus
from printhub.core.model.suppression import Medium, Suppression, SuppressionCause, normalised
from printhub.core.model.verbs import Kind
from printhub.core.notifications.postal import postal_address
from printhub.core.notifications.subject import MessageSubject, To, called, read_subject
from printhub.core.settings.messages import AfterBounce
from printhub.core.store import people, suppressions
from printhub.core.store.store import Tx

_NO_OTHER_WAY = "; no other way leads to the customer: state another address by printhub.order.changed, and retrigger"
_INSTEAD = {AfterBounce.SMS: "as a text message", AfterBounce.ADDRESS: "to another address of the order"}


def follow(tx: Tx, id_: UUID, dossier: Dossier, rules: Rules) -> None:
    """Do what is set for a message that bounced, or that may not be sent: the first thing that can be done."""
    delivery = dossier.deliveries[id_]
    subject = read_subject(delivery.subject)
    if delivery.kind is not Kind.EMAIL or subject.to is To.STAFF or not is_undelivered(delivery):
        return
    personal = people.personal(tx, dossier.order.person_id if dossier.order else None)
    steps = policy(rules, delivery.storefront, subject.notification)
    for step in steps:
        if _take(tx, step, dossier, delivery, subject, personal, rules):
            return
    if steps:
        _tell_of_lost(dossier, delivery, subject)
        return
    never_sent = f": {delivery.reason}" if delivery.state is DeliveryState.SKIPPED else ""
    told = Told(JobStatus.NO_EMAIL_BOUNCE_ACTION_REQUIRED, detail=f"{subject.notification}{never_sent}")
    messages.tell(dossier, delivery, rules, told, Origin(by="hub", delivery_id=delivery.id))
    messages.answered(dossier, delivery, f"nothing else is done for {subject.notification}")


def is_undelivered(delivery: Delivery) -> bool:
    """Whether a message did not arrive, so that something may follow."""
    return delivery.state in (DeliveryState.FAILED, DeliveryState.SKIPPED)


def go_on(dossier: Dossier, ended: Delivery, rules: Rules) -> None:
    """Where a text message was to stand for an e-mail and does not arrive either: what comes next is tried."""
    if ended.kind is not Kind.SMS or not is_undelivered(ended):
        return
    about = _without_address(read_subject(ended.subject))
    if AfterBounce.SMS not in policy(rules, ended.storefront, about.notification):
        return
    for delivery in dossier.deliveries.values():
        same = delivery.kind is Kind.EMAIL and _without_address(read_subject(delivery.subject)) == about
        if same and is_undelivered(delivery):
            dossier.timers[(TimerKind.BOUNCE, str(delivery.id))] = rules.now()


def _without_address(subject: MessageSubject) -> MessageSubject:
    return subject if subject.to is To.STAFF else replace(subject, to=To.CUSTOMER)


def _tell_of_lost(dossier: Dossier, delivery: Delivery, subject: MessageSubject) -> None:
    """Nothing that is set could be done: somebody has to see to it."""
    reason = delivery.reason.partition(_NO_OTHER_WAY)[0] + _NO_OTHER_WAY
    dossier.put(replace(delivery, state=DeliveryState.FAILED, reason=reason))
    text = f"{subject.notification} did not reach the customer by e-mail, and goes by no other way: {delivery.reason}"
    history.notify_staff(dossier, "undeliverable", text)


def policy(rules: Rules, storefront: str, name: str) -> tuple[AfterBounce, ...]:
    """What is tried after a bounce of a notification, in this order."""
    settings = rules.settings.notification(storefront, name)
    if settings.after_bounce is not None:
        return settings.after_bounce
    return (AfterBounce.PRINT,) if rules.settings.is_critical(storefront, name) else ()


def suppress_recipient(
    tx: Tx, rules: Rules, dossier: Dossier, delivery: Delivery, cause: SuppressionCause, detail: str
) -> None:
    """Put the customer's address that a message went to on the list of those that nothing more is sent to.

    It is the one that we wrote to, not the one that a bounce names: behind an alias that is somebody else's.
    """
    subject = read_subject(delivery.subject)
    address = drafting.written_to(tx, delivery, dossier, rules)
    if not address or subject.to is To.STAFF:
        return
    entry = Suppression(
        id=rules.new_id(),
        medium=drafting.MEDIA[delivery.kind],
        storefront=delivery.storefront,
        address=address,
        cause=cause,
        detail=detail[:200],
        since=rules.now(),
        by=f"instance:{delivery.instance}",
        delivery_id=delivery.id,
    )
    suppressions.add(tx, entry)


def _take(
    tx: Tx,
    step: AfterBounce,
    dossier: Dossier,
    delivery: Delivery,
    subject: MessageSubject,
    personal: Personal,
    rules: Rules,
) -> bool:
    if step is AfterBounce.PRINT:
        if not postal_address(personal).town:
            return False
        dossier.timers[(TimerKind.LETTER, str(delivery.id))] = rules.now()
        return True
    if step is AfterBounce.SMS:
        kind, again = Kind.SMS, replace(subject, to=To.CUSTOMER)
        number, _ = drafting.recipient(kind, subject, personal, dossier, rules)
        if not number or suppressions.standing(tx, Medium.SMS, delivery.storefront, number) is not None:
            return False
    else:
        other = _other_address(tx, delivery, subject, personal)
        if other is None:
            return False
        kind, again = Kind.EMAIL, replace(subject, to=other)
    family = [dossier, *dossier.beside]
    planned = messages.plan_to(dossier, family, rules, kind, again, event_id=delivery.event_id)
    if planned:
        messages.answered(dossier, delivery, f"{called(planned[0])} goes {_INSTEAD[step]} instead")
    return bool(planned)


def _other_address(tx: Tx, delivery: Delivery, subject: MessageSubject, personal: Personal) -> To | None:
    """The next address of the order's that is another one, and that may be written to."""
    known = {
        To.CUSTOMER: personal.customer.email,
        To.BILLING: personal.billing_address.email,
        To.DELIVERY: personal.delivery_address.email,
    }
    order = list(known)
    tried = {normalised(Medium.EMAIL, known[to]) for to in order[: order.index(subject.to) + 1]}
    for to in order[order.index(subject.to) + 1 :]:
        address = known[to]
        if not address or normalised(Medium.EMAIL, address) in tried:
            continue
        if suppressions.standing(tx, Medium.EMAIL, delivery.storefront, address) is None:
            return to
    return None
