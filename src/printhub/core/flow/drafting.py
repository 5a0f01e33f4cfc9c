"""Station: looks whether a message may still go, and drafts it: to whom, in which language, made of which facts."""

from dataclasses import replace
from email.utils import parseaddr

from pydantic_core import from_json

from printhub.core.channels.sms.numbers import NotANumber, country_of, e164
from printhub.core.flow import messages, texting
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState, Obstacle, ObstacleKind
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.errors import TemplateInvalid
from printhub.core.model.known import FileRecord, FileRole, Personal
from printhub.core.model.suppression import Medium
from printhub.core.model.verbs import Kind
from printhub.core.notifications.content import Known, facts_of
from printhub.core.notifications.draft import Draft
from printhub.core.notifications.subject import MessageSubject, To, read_subject
from printhub.core.notifications.tokens import token_of
from printhub.core.notifications.use import lost_use
from printhub.core.settings.messages import SmsSettings, shown
from printhub.core.store import dossiers, events, keys, people, suppressions
from printhub.core.store.store import Tx
from printhub.core.templates.languages import chain

PURPOSE = "mail"
"""What the key of tokens is kept for."""
MEDIA = {Kind.EMAIL: Medium.EMAIL, Kind.SMS: Medium.SMS}


def look_at(tx: Tx, dossier: Dossier, delivery: Delivery, rules: Rules) -> Delivery:
    """A message as it should be: ready; or at an end, because it is of no use any more or nobody may be written to."""
    if not delivery.kind.is_message or delivery.state is not DeliveryState.READY:
        return delivery
    subject = read_subject(delivery.subject)
    why = lost_use(subject, dossier.job, dossier.order)
    if why is not None:
        return messages.end(dossier, delivery, DeliveryState.OBSOLETE, why)
    missing = [file.name for file in enclosed(dossier, subject) if not file.state.is_there]
    if missing:
        detail = f"it waits for the file {missing[0]}, which goes along"
        held = Obstacle(ObstacleKind.FILES, detail=detail)
        return replace(delivery, state=DeliveryState.HELD, obstacles=(held,), reason=detail)
    to = written_to(tx, delivery, dossier, rules)
    if not to:
        what = "e-mail address" if delivery.kind is Kind.EMAIL else "mobile number that can be dialled"
        return _ended(dossier, delivery, rules, f"nobody has told of an {what}")
    known = suppressions.standing(tx, MEDIA[delivery.kind], delivery.storefront, to)
    if known is not None and subject.to is not To.STAFF:
        why = f"nothing is sent to this address: {known.cause} ({known.detail or known.by})"
        return _ended(dossier, delivery, rules, why)
    return texting.look_at(tx, dossier, delivery, to, rules) if delivery.kind is Kind.SMS else delivery


def _ended(dossier: Dossier, delivery: Delivery, rules: Rules, why: str) -> Delivery:
    """A message that may go to nobody; what follows a bounce follows it too, so that what has to arrive does."""
    ended = messages.end(dossier, delivery, DeliveryState.SKIPPED, why)
    if delivery.kind is Kind.EMAIL and delivery.run == 1:  # what somebody sends again is not printed again by itself
        dossier.timers[(TimerKind.BOUNCE, str(delivery.id))] = rules.now()
    return ended


def written_to(tx: Tx, delivery: Delivery, dossier: Dossier, rules: Rules) -> str:
    """The address or number that a message went to, or will go to once it is drafted; empty where nobody told of one.

    What was drafted keeps its address, whatever the customer's is by now.
    """
    body = events.body(tx, delivery.message_id) if delivery.message_id else None
    if body:
        return str(from_json(body).get("recipient", ""))
    personal = people.personal(tx, dossier.order.person_id if dossier.order else None)
    return recipient(delivery.kind, read_subject(delivery.subject), personal, dossier, rules)[0]


def recipient(
    kind: Kind, subject: MessageSubject, personal: Personal, dossier: Dossier, rules: Rules
) -> tuple[str, str]:
    """Address or number, and name, of who gets a message; empty where nobody told of one."""
    storefront = rules.storefront(dossier.job.storefront)
    customer = personal.customer
    if kind is Kind.SMS:
        phone = customer.phone or personal.delivery_address.phone or personal.billing_address.phone
        try:
            return (e164(phone, storefront.phone_region) if phone else ""), customer.name
        except NotANumber:
            return "", customer.name
    match subject.to:
        case To.STAFF:
            staff = storefront.mail.staff
            name, address = parseaddr(staff[subject.number]) if subject.number < len(staff) else ("", "")
            return address, name
        case To.BILLING:
            return _plain(personal.billing_address.email, personal.billing_address.name or customer.name)
        case To.DELIVERY:
            return _plain(personal.delivery_address.email, personal.delivery_address.name or customer.name)
        case _:
            return _plain(customer.email, customer.name)


def _plain(address: str, name: str) -> tuple[str, str]:
    """As people type them, without blanks around an address and without line breaks in a name."""
    return address.strip(), " ".join(name.split())


def draft(tx: Tx, rules: Rules, delivery: Delivery, dossier: Dossier) -> Draft:
    """Draft a message of all that is known when it is first claimed; raises TemplateInvalid."""
    subject = read_subject(delivery.subject)
    order = dossier.order
    personal = people.personal(tx, order.person_id if order else None)
    storefront = rules.storefront(delivery.storefront)
    to, name = recipient(delivery.kind, subject, personal, dossier, rules)
    languages = languages_of(subject, personal, storefront.language)
    members = dossiers.records(tx, dossiers.jobs_of_orders(tx, {order.id})) if order else [dossier.job]
    known = Known(
        subject=subject,
        shown=shown(delivery.storefront, storefront.brand),
        time_zone=storefront.time_zone,
        order=order,
        personal=personal,
        job=dossier.job,
        jobs=tuple(members),
        stated=events.of_id(tx, delivery.event_id) if delivery.event_id else None,
        language=languages[0],
        home=storefront.brand.country,
        now=rules.now(),
    )
    mail = storefront.mail
    if delivery.kind is Kind.EMAIL and mail.sender is None:
        raise TemplateInvalid(f"[storefronts.{delivery.storefront}.mail] names no sender: no e-mail can be sent")
    return Draft(
        notification=subject.notification,
        storefront=delivery.storefront,
        mode=dossier.job.mode,
        languages=languages,
        facts=facts_of(known),
        recipient=to,
        recipient_name=name,
        token=token_of(delivery.id, keys.key_for(tx, PURPOSE, rules.now())),
        sender=_text_sender(to, storefront.sms) if delivery.kind is Kind.SMS else mail.sender or "",
        reply_to=mail.reply_to or "",
        bounces=mail.bounces,
        headers=_headers(subject, mail.reply_to or mail.sender or ""),
        enclosures=tuple(str(file.id) for file in enclosed(dossier, subject)),
    )


def _text_sender(number: str, settings: SmsSettings) -> str:
    """Who a text message to a number comes from."""
    return settings.senders.get(country_of(number), settings.sender)


def enclosed(dossier: Dossier, subject: MessageSubject) -> list[FileRecord]:
    """The files that go along with a message: a statement's document."""
    found = dossier.standing_files()
    return [file for file in found if file.role is FileRole.ENCLOSURE and file.part == subject.occasion]


def languages_of(subject: MessageSubject, personal: Personal, of_storefront: str) -> tuple[str, ...]:
    """The languages of a message, the most wanted first: the customer's, the storefront's, each with its parents."""
    wanted = [] if subject.to is To.STAFF else [personal.customer.language]
    return chain([*wanted, of_storefront])


def _headers(subject: MessageSubject, answers_to: str) -> dict[str, str]:
    """RFC 3834: nobody's absence note answers it. RFC 2369: what is not about an act of the customer's can be left."""
    headers = {"Auto-Submitted": "auto-generated"}
    if subject.notification == "unpaid_reminder" and answers_to:
        headers["List-Unsubscribe"] = f"<mailto:{parseaddr(answers_to)[1]}?subject=unsubscribe>"
    return headers
