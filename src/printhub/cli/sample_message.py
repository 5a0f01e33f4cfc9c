"""Messages to look at: with the facts of a real order or made-up ones, as a mail or as a letter."""

from collections.abc import Mapping
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
from printhub.core.notifications.postal import in_window
from printhub.core.notifications.subject import MessageSubject, Scope
from printhub.core.settings import StorefrontSettings
from printhub.core.settings.messages import shown
from printhub.core.store import dossiers, people
from printhub.core.store.store import Tx
from printhub.core.templates.rendered import Rendered
from printhub.core.templates.sample import sample

_NOBODY = StorefrontSettings(sources=("urn:printhub:preview",))


def facts_for(hub: Hub, notification: str, storefront: str, language: str, order: str | None) -> dict[str, Any]:
    """Made-up facts; with an order, its own in their place. Raises NotFound."""
    made_up = sample(notification, language, storefront)
    settings = hub.settings.storefronts.get(storefront, _NOBODY)

    def read(tx: Tx) -> tuple[OrderRecord, Personal, tuple[JobRecord, ...]]:
        record = find_order(tx, order or "")
        jobs = dossiers.records(tx, dossiers.jobs_of_orders(tx, {record.id}))
        return record, people.personal(tx, record.person_id), tuple(jobs)

    if order is None:
        brand = settings.brand.model_dump(mode="json", exclude_defaults=True)
        known = {name: value for name, value in brand.items() if name in made_up["storefront"]}
        return {**made_up, "storefront": {**made_up["storefront"], **known}}
    record, personal, jobs = hub.store.read(read)
    if not jobs:
        return made_up
    real = facts_of(
        Known(
            subject=MessageSubject(notification, Scope.JOB, jobs[0].number, "preview"),
            shown=shown(record.storefront, hub.settings.storefronts.get(record.storefront, _NOBODY).brand),
            time_zone=settings.time_zone,
            order=record,
            personal=personal,
            job=jobs[0],
            jobs=jobs,
            stated=None,
            language=language,
            now=hub.rules.now(),
        )
    )
    # What no order tells of by itself, a parcel or a refund, stays made up.
    return {**real, **{name: made_up[name] for name, value in real.items() if value in (None, "")}}


def as_eml(hub: Hub, storefront: str, words: Rendered, facts: Mapping[str, Any]) -> bytes:
    """The mail as a file that mail programs open."""
    mail = hub.settings.storefronts.get(storefront, _NOBODY).mail
    message = EmailMessage(policy=SMTP)
    message["From"] = mail.sender or "preview@printhub.invalid"
    message["To"] = facts["customer"]["email"] or "nobody@printhub.invalid"
    message["Subject"] = words.subject
    message.set_content(words.text)
    if words.html is not None:
        message.add_alternative(words.html, subtype="html")
    return message.as_bytes()


def as_letter(hub: Hub, storefront: str, words: Rendered, facts: Mapping[str, Any], language: str) -> bytes:
    """The letter that goes instead of the mail, as a PDF; raises LetterImpossible."""
    settings = hub.settings.storefronts.get(storefront, _NOBODY)
    address = facts["order"]["billing_address"]["lines"] if facts["order"] else ()
    letter = Letter(
        recipient=in_window(tuple(address)) or ("Nobody",),
        date=day_in_zone(hub.rules.now(), settings.time_zone),
        subject=words.subject,
        text=words.text,
        reference=facts["order"]["number"] if facts["order"] else "",
        language=language,
    )
    return letter_pdf(letter, letterhead_of(storefront, settings), settings.letter)
