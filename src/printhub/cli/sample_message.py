"""Messages to look at: with the facts of a real order or made-up ones, as a mail or as a letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from printhub.core.flow.acts.desk import find_order
from printhub.core.flow.letters import letterhead_of
from printhub.core.flow.schedule import day_in_zone
from printhub.core.hub import Hub
from printhub.core.letters.letter import Letter
from printhub.core.letters.pdf import letter_pdf
from printhub.core.model.known import JobRecord, OrderRecord, Personal
from printhub.core.notifications.content import Known, facts_of
from printhub.core.notifications.postal import envelope, in_window, postal_address
from printhub.core.notifications.subject import MessageSubject, Scope
from printhub.core.settings import StorefrontSettings
from printhub.core.settings.messages import shown
from printhub.core.store import dossiers, people
from printhub.core.store.store import Tx
from printhub.core.templates.languages import chain
from printhub.core.templates.rendered import Rendered
from printhub.core.templates.sample import sample

_NOBODY = StorefrontSettings(sources=("urn:printhub:preview",))


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a message is looked at with: the storefront that sends it, the reader's language, and the facts.

    `made_up` names the facts that no order tells of by itself.
    """

    storefront: str
    language: str
    facts: Mapping[str, Any]
    made_up: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    """Where a letter goes; empty for the made-up address."""


def previewed(
    hub: Hub, notification: str, storefront: str | None, language: str | None, order: str | None
) -> Previewed:
    """Made-up facts; with an order, its own in their place. Raises NotFound."""
    if order is not None:
        record, personal, jobs = hub.store.read(lambda tx: _order(tx, order))
        name = storefront or record.storefront
        settings = hub.settings.storefronts.get(name, _NOBODY)
        spoken = language or next(iter(chain([personal.customer.language, settings.language])))
        if jobs:
            return _of_order(hub, notification, name, spoken, record, personal, jobs)
    name = storefront or next(iter(hub.settings.storefronts), "shop")
    settings = hub.settings.storefronts.get(name, _NOBODY)
    made_up = sample(notification, language or settings.language, name)
    brand = settings.brand.model_dump(mode="json", exclude_defaults=True)
    known = {field: value for field, value in brand.items() if field in made_up["storefront"]}
    facts = {**made_up, "storefront": {**made_up["storefront"], **known}}
    return Previewed(name, language or settings.language, facts)


def _order(tx: Tx, order: str) -> tuple[OrderRecord, Personal, tuple[JobRecord, ...]]:
    record = find_order(tx, order)
    jobs = dossiers.records(tx, dossiers.jobs_of_orders(tx, {record.id}))
    return record, people.personal(tx, record.person_id), tuple(jobs)


def _of_order(
    hub: Hub,
    notification: str,
    storefront: str,
    language: str,
    record: OrderRecord,
    personal: Personal,
    jobs: tuple[JobRecord, ...],
) -> Previewed:
    settings = hub.settings.storefronts.get(storefront, _NOBODY)
    made_up = sample(notification, language, storefront)
    real = facts_of(
        Known(
            subject=MessageSubject(notification, Scope.JOB, jobs[0].number, "1 of 3"),
            shown=shown(storefront, settings.brand),
            time_zone=settings.time_zone,
            order=record,
            personal=personal,
            job=jobs[0],
            jobs=jobs,
            stated=None,
            language=language,
            home=settings.brand.country,
            now=hub.rules.now(),
        )
    )
    missing = {name: made_up[name] for name, value in real.items() if value in (None, "") and made_up[name]}
    lines = in_window(envelope(postal_address(personal), settings.language, settings.brand.country))
    return Previewed(storefront, language, {**real, **missing}, tuple(missing), lines)


def as_eml(hub: Hub, shown: Previewed, words: Rendered) -> bytes:
    """The mail as a file that mail programs open."""
    mail = hub.settings.storefronts.get(shown.storefront, _NOBODY).mail
    message = EmailMessage(policy=SMTP)
    message["From"] = mail.sender or "preview@printhub.invalid"
    message["To"] = shown.facts["customer"]["email"] or "nobody@printhub.invalid"
    message["Date"] = hub.rules.now()
    message["Message-ID"] = "<preview@printhub.invalid>"
    message["Subject"] = words.subject
    message.set_content(words.text)
    if words.html is not None:
        message.add_alternative(words.html, subtype="html")
    return message.as_bytes()


def as_letter(hub: Hub, shown: Previewed, words: Rendered) -> bytes:
    """The letter that goes instead of the mail, as a PDF; raises LetterImpossible."""
    settings = hub.settings.storefronts.get(shown.storefront, _NOBODY)
    order = shown.facts["order"]
    made_up = in_window(tuple(order["billing_address"]["lines"] if order else ()))
    letter = Letter(
        recipient=shown.recipient or made_up or ("Nobody",),
        date=day_in_zone(hub.rules.now(), settings.time_zone),
        subject=words.subject,
        text=words.text,
        reference=order["number"] if order else "",
        language=shown.language,
    )
    return letter_pdf(letter, letterhead_of(shown.storefront, settings), settings.letter)
