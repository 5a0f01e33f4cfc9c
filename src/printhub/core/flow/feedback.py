"""Station: applies what mail systems and SMS providers say later of a message, once it is sure which one they mean.

A bounce is a mail that anybody can send. It counts only with a token that the hub signed: in the address that it came
back to, else in the Message-ID of what it returns.
"""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from printhub.core.flow import bounces, commit, messages, outcome
from printhub.core.flow.case import Statement
from printhub.core.flow.decision import judge
from printhub.core.flow.drafting import PURPOSE
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import Rejected
from printhub.core.model.events.message import MessageBounced, MessageOptOut, MessageReceipt
from printhub.core.model.events.partner import PartnerFact
from printhub.core.model.known import JobRecord
from printhub.core.model.reports import Report
from printhub.core.model.signals import BounceKind
from printhub.core.model.suppression import Medium, Suppression, SuppressionCause
from printhub.core.notifications.tokens import delivery_of
from printhub.core.store import deliveries as rows
from printhub.core.store import keys, suppressions
from printhub.core.store.store import Tx

_DELIVERED = "delivered"
"""The state of a receipt that a text message arrived."""
MessageFact = MessageBounced | MessageReceipt | MessageOptOut


def apply(tx: Tx, rules: Rules, fact: MessageFact, statement: Statement) -> tuple[str | None, JobRecord | None]:
    """Apply it; returns what it waits for, None when it was applied, and the job that it is about."""
    if isinstance(fact, MessageOptOut):
        _opt_out(tx, rules, fact)
        return None, None
    meant = _meant(tx, rules, fact)
    if meant is None:
        return commit.waits_for_reference(fact.instance, _name(fact)), None
    dossier = messages.loaded(tx, [meant]).get(meant.job_id) if meant.job_id else None
    if dossier is None:
        return None, None
    delivery = dossier.deliveries[meant.id]
    if delivery.instance not in rules.instances:  # its plugin is set aside
        return commit.waits_for_reference(fact.instance, _name(fact)), dossier.job
    if delivery.state is DeliveryState.RUNNING:
        return commit.waits_for_end(delivery.id), dossier.job
    origin = statement.told_by(fact, delivery)
    if isinstance(fact, MessageBounced):
        _bounced(tx, rules, dossier, delivery, fact, origin)
    else:
        _receipt(rules, dossier, delivery, fact, origin)
    commit.save(tx, rules, [dossier], statement.traceparent)
    return None, dossier.job


def _bounced(tx: Tx, rules: Rules, dossier: Dossier, delivery: Delivery, fact: MessageBounced, origin: Origin) -> None:
    said = " ".join(filter(None, (fact.status, fact.reason))) or "without a reason"
    if fact.what is BounceKind.FAILED:
        if fact.hard:
            bounces.suppress_recipient(tx, rules, dossier, delivery, SuppressionCause.HARD_BOUNCE, said)
        _refuse(rules, dossier, delivery, f"bounced: {said}", origin, bounced=True)
        return
    if fact.what is BounceKind.COMPLAINED:
        bounces.suppress_recipient(tx, rules, dossier, delivery, SuppressionCause.COMPLAINT, said)
    if delivery.state in messages.SENT:
        dossier.put(replace(delivery, reason=f"{fact.what}: {said}" if fact.status or fact.reason else str(fact.what)))


def _receipt(rules: Rules, dossier: Dossier, delivery: Delivery, fact: MessageReceipt, origin: Origin) -> None:
    said = " ".join(filter(None, (fact.state, fact.code, fact.detail)))
    if delivery.reason.startswith(_DELIVERED):
        return  # receipts come in any order, and nothing takes back that it arrived
    if fact.failed:
        _refuse(rules, dossier, delivery, said, origin, bounced=False)
    elif delivery.state is DeliveryState.UNKNOWN:  # its answer was lost, and this one says that it was taken
        _settle(rules, dossier, delivery, Report.done(fact.reference, detail=said), origin)
    elif delivery.state in messages.SENT:
        dossier.put(replace(delivery, reason=said))


def _refuse(rules: Rules, dossier: Dossier, delivery: Delivery, why: str, origin: Origin, *, bounced: bool) -> None:
    sent_before = delivery.state in (DeliveryState.RETRYING, DeliveryState.READY) and not delivery.harmless
    if delivery.state not in messages.SENT and not sent_before:
        return  # it was told before, or the message never went
    dossier.drop_timers(delivery)
    _settle(rules, dossier, delivery, Rejected(why, bounced=bounced), origin)


def _settle(rules: Rules, dossier: Dossier, delivery: Delivery, result: Report | Rejected, origin: Origin) -> None:
    settings = rules.instances[delivery.instance].settings
    verdict = judge(delivery, result, settings, rules.effect(delivery), rules.now())
    outcome.settle(dossier, verdict, rules, origin=origin)


def _opt_out(tx: Tx, rules: Rules, fact: MessageOptOut) -> None:
    """Of all storefronts whose routes lead to the instance: nobody says STOP to one of them alone."""
    for storefront in _storefronts_at(rules, fact.instance):
        known = suppressions.standing(tx, Medium.SMS, storefront, fact.recipient)
        if fact.withdrawn:
            if known is not None and known.cause is SuppressionCause.OPT_OUT:
                suppressions.take_off(tx, known.id)
        elif known is None:
            entry = Suppression(
                id=rules.new_id(),
                medium=Medium.SMS,
                storefront=storefront,
                address=fact.recipient,
                cause=SuppressionCause.OPT_OUT,
                detail="",
                since=rules.now(),
                by=f"instance:{fact.instance}",
            )
            suppressions.add(tx, entry)


def _storefronts_at(rules: Rules, instance: str) -> list[str]:
    routes = [route for route in rules.settings.routes if instance in route.instances]
    return [
        name for name in rules.settings.storefronts if any(name in r.storefronts or not r.storefronts for r in routes)
    ]


def _meant(tx: Tx, rules: Rules, fact: PartnerFact) -> Delivery | None:
    for id_ in _signed(tx, rules, fact):
        delivery = rows.get(tx, id_)
        if delivery is not None and delivery.kind.is_message:
            return delivery
    delivery = _keyed(tx, fact)
    if delivery is not None:
        return delivery
    found = rows.by_reference(tx, fact.instance, fact.reference) if fact.reference else None
    return found[0] if found is not None else None


def _signed(tx: Tx, rules: Rules, fact: PartnerFact) -> Iterator[UUID]:
    """The deliveries whose tokens came back, whichever way they came."""
    if isinstance(fact, MessageBounced):
        key = keys.key_for(tx, PURPOSE, rules.now())
        tokens = (*fact.tokens, *(id_.partition("@")[0] for id_ in fact.message_ids))
        yield from (id_ for token in tokens if (id_ := delivery_of(token, key)) is not None)


def _keyed(tx: Tx, fact: PartnerFact) -> Delivery | None:
    """The instance's own delivery of this key: a partner has nothing to say of what another one was asked."""
    try:
        id_ = UUID((fact.key or "").split(".")[0])
    except ValueError:
        return None
    delivery = rows.get(tx, id_)
    return delivery if delivery is not None and delivery.instance == fact.instance else None


def _name(fact: PartnerFact) -> str:
    named = next(iter(fact.message_ids), "") if isinstance(fact, MessageBounced) else ""
    return (named or fact.reference or fact.key or fact.job or "a message")[:200]
