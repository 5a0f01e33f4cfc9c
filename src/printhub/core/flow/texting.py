"""Station: keeps a text message back while its recipient sleeps, or where more go than anybody can have meant."""

from dataclasses import replace
from datetime import datetime, timedelta

from printhub.core.channels.sms.messages import SmsMessage
from printhub.core.channels.sms.numbers import zones_of
from printhub.core.channels.sms.segments import segments_of
from printhub.core.flow import history, messages, schedule
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, Obstacle, ObstacleKind
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.suppression import Medium, digest_of
from printhub.core.model.verbs import Kind
from printhub.core.notifications.draft import MARK
from printhub.core.notifications.quiet import quiet_until
from printhub.core.notifications.subject import read_subject
from printhub.core.store import allowances, events
from printhub.core.store.store import Tx

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def look_at(tx: Tx, dossier: Dossier, delivery: Delivery, number: str, rules: Rules) -> Delivery:
    """A text message as it should be: ready, and counted; held until its hour; or at an end, once it is too late."""
    if delivery.attempts:
        return delivery  # it was counted, and nothing is gained by waiting
    quiet = _quiet_until(delivery, number, rules)
    if quiet is not None:
        ends = schedule.in_zone(quiet, rules.storefront(delivery.storefront).time_zone)
        return _held(dossier, delivery, quiet, f"it is night where the recipient is, until {ends}")
    return _counted(tx, dossier, delivery, number, rules)


def segments_taken(tx: Tx, delivery: Delivery) -> int:
    """How many segments a text message took that the provider has now; 0 for anything else."""
    if delivery.kind is not Kind.SMS or delivery.message_id is None:
        return 0
    body = events.body(tx, delivery.message_id)
    return segments_of(SmsMessage.model_validate_json(body).text).count if body and not body.startswith(MARK) else 0


def _quiet_until(delivery: Delivery, number: str, rules: Rules) -> datetime | None:
    storefront = rules.storefront(delivery.storefront)
    begins, ends = storefront.sms.quiet_from, storefront.sms.quiet_until
    critical = rules.settings.is_critical(delivery.storefront, read_subject(delivery.subject).notification)
    if begins is None or ends is None or critical:
        return None
    return quiet_until(rules.now(), begins, ends, zones_of(number) or (storefront.time_zone,))


def _counted(tx: Tx, dossier: Dossier, delivery: Delivery, number: str, rules: Rules) -> Delivery:
    """Count it against what its recipient, and what its storefront, may have; a loop must not send a thousand."""
    now, settings = rules.now(), rules.storefront(delivery.storefront).sms
    digest = digest_of(Medium.SMS, delivery.storefront, number)
    limits = (
        allowances.of(tx, f"sms/{delivery.storefront}/{digest}", settings.most_per_recipient, _DAY, now),
        allowances.of(tx, f"sms/{delivery.storefront}", settings.most_per_hour, _HOUR, now),
    )
    for limit, what in zip(limits, ("in a day to one number", "in an hour"), strict=True):
        free = limit.next_at(now)
        if free is None:
            continue
        why = f"more than {limit.most} text messages {what} are wanted"
        if now - delivery.created_at > _DAY:
            return messages.end(dossier, delivery, DeliveryState.OBSOLETE, f"{why}, and this one has waited for a day")
        told = allowances.of(tx, f"{limit.name}/told", 1, limit.within, now)
        if told.next_at(now) is None:
            allowances.spend(tx, told, now)
            text = f"{why} for {delivery.storefront}; the others wait. Does something go round in a circle?"
            history.notify_staff(dossier, "too_many_texts", text, instance=delivery.instance)
        return _held(dossier, delivery, free, f"{why}; it waits for its turn")
    for limit in limits:
        allowances.spend(tx, limit, now)
    return delivery


def _held(dossier: Dossier, delivery: Delivery, until: datetime, detail: str) -> Delivery:
    dossier.timers[(TimerKind.RETRY, str(delivery.id))] = until
    held = Obstacle(ObstacleKind.NOT_BEFORE, detail=detail)
    return replace(delivery, state=DeliveryState.HELD, obstacles=(held,), reason=detail)
