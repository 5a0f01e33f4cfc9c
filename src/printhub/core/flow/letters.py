"""Station: makes letters of messages that did not arrive - each an External job of its own, which goes the way of jobs.

The letter is made outside of any transaction, under ids that follow from the message: what a crash leaves half-way is
done again, and is the same letter. Its job is bound by nothing of its order's: it only names it.
"""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from uuid import UUID

from printhub.core.channels.channel import Told
from printhub.core.channels.email.messages import EmailMessage
from printhub.core.files.folders import Stored, WorkingFolders
from printhub.core.flow import commit, compose, drafting, history, holds, job_facts, messages
from printhub.core.flow.bounces import is_undelivered
from printhub.core.flow.case import Statement
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import HUB, Rules
from printhub.core.flow.schedule import day_in_zone
from printhub.core.letters.letter import LONGEST, Letter
from printhub.core.letters.letterhead import LONGEST_LINE, Letterhead, is_logo
from printhub.core.letters.pdf import letter_pdf
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.errors import LetterImpossible, NotFetched, StoreUnavailable, TemplateInvalid
from printhub.core.model.ids import id_of
from printhub.core.model.jobs import Job, ProductType
from printhub.core.model.known import FileRecord, FileRole, FileState, OutputState
from printhub.core.model.people import Address
from printhub.core.model.statuses import JobStatus
from printhub.core.notifications.draft import MARK, Draft
from printhub.core.notifications.postal import envelope, in_window, postal_address
from printhub.core.notifications.subject import read_subject
from printhub.core.settings import StorefrontSettings
from printhub.core.store import deliveries as rows
from printhub.core.store import dossiers, events, people, timers
from printhub.core.store.serial import one_at_a_time
from printhub.core.store.store import Store, Tx
from printhub.core.templates.templates import Templates

log = logging.getLogger(__name__)

_BATCH = 20
_PUT_OFF = timedelta(minutes=5)
"""How long a letter rests that met with a fault of the hub's own."""


@dataclass(frozen=True, slots=True)
class _Undelivered:
    """A message that did not arrive, and all that a letter takes."""

    delivery: Delivery
    address: Address
    draft: Draft | None
    """Where it was never rendered."""
    message: EmailMessage | None
    enclosures: tuple[FileRecord, ...]
    language: str
    order: str
    job: str


class Letters:
    """Makes the letters that are due."""

    def __init__(self, store: Store, rules: Rules, folders: WorkingFolders, templates: Templates) -> None:
        """Keep letters in `folders`; `templates` have the words of what was never rendered."""
        self._store = store
        self._rules = rules
        self._folders = folders
        self._templates = templates

    def step(self) -> int:
        """Make what is due now; returns how many letters were looked at."""
        due = self._store.read(lambda tx: timers.due(tx, self._rules.now(), [TimerKind.LETTER], _BATCH))
        for _, subject in due:
            try:
                self._make(UUID(subject))
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("a letter could not be made and is tried again", extra={"delivery_id": subject})
                later = {(TimerKind.LETTER, subject): self._rules.now() + _PUT_OFF}
                self._store.write(lambda tx, later=later: timers.put(tx, later))  # type: ignore[misc] # the default binds it
        return len(due)

    def _make(self, id_: UUID) -> None:
        try:
            found = self._store.write(lambda tx: _undelivered(tx, self._rules, id_))
        except TemplateInvalid as error:
            why = f"no letter can be made of it: {error}"
            self._store.write(lambda tx: self._give_up(tx, id_, why))
            return
        if found is None:
            self._store.write(lambda tx: timers.done(tx, [(TimerKind.LETTER, str(id_))], self._rules.now()))
            return
        storefront = self._rules.storefront(found.delivery.storefront)
        lines = in_window(envelope(found.address, storefront.language, storefront.brand.country))
        if not found.address.town:
            why = "the order names no postal address to print it for"
            self._store.write(lambda tx: self._give_up(tx, id_, why))
            return
        job, file = _job_id(found.delivery), id_of(found.delivery.created_at, "letter file", str(id_))
        try:
            pdf = self._pdf(found, lines)
            stored = self._folders.take(BytesIO(pdf), job, file, max_bytes=self._rules.settings.files.max_bytes)
        except (LetterImpossible, TemplateInvalid, NotFetched) as error:
            why = f"no letter can be made of it: {error}"
            self._store.write(lambda tx: self._give_up(tx, id_, why))
            return
        self._store.write(lambda tx: self._write(tx, id_, file, stored))

    def _pdf(self, found: _Undelivered, lines: tuple[str, ...]) -> bytes:
        settings = self._rules.storefront(found.delivery.storefront)
        subject, text = self._words(found)
        enclosures = []
        for file in found.enclosures:
            if not file.stored:
                raise LetterImpossible(f"{file.name}, which goes along, is not kept any more")
            with self._folders.open(file.stored) as reading:
                enclosures.append(reading.read())
        if len(text) > LONGEST:
            raise LetterImpossible(f"its text has {len(text)} characters, and a letter takes {LONGEST}")
        letter = Letter(
            recipient=tuple(line[:LONGEST_LINE] for line in lines),
            date=day_in_zone(self._rules.now(), settings.time_zone),
            subject=subject[:LONGEST_LINE],
            text=text,
            reference=found.order or found.job,
            language=found.language,
            enclosures=tuple(enclosures),
        )
        return letter_pdf(letter, letterhead_of(found.delivery.storefront, settings), settings.letter)

    def _words(self, found: _Undelivered) -> tuple[str, str]:
        if found.message is not None:
            return found.message.subject, found.message.text
        if found.draft is None:
            raise TemplateInvalid("its words were erased")
        draft = found.draft
        rendered = self._templates.render(draft.notification, draft.storefront, draft.languages, draft.facts)
        return draft.marked(rendered.subject), rendered.text

    def _write(self, tx: Tx, id_: UUID, file: UUID, stored: Stored) -> None:
        rules = self._rules
        dossier, delivery = _wanting(tx, id_)
        if dossier is None or delivery is None:
            timers.done(tx, [(TimerKind.LETTER, str(id_))], rules.now())
            return
        number = _number(dossier, delivery)
        one_at_a_time(tx, [commit.waits_for_job(delivery.storefront, number)])
        letter = self._letter_job(dossier, delivery, number, file, stored)
        told = Told(JobStatus.EMAIL_BOUNCED_AND_PRINT_JOB_CREATED, detail=f"job {number} is a letter of the same words")
        messages.tell(dossier, delivery, rules, told, Origin(by="hub", delivery_id=delivery.id))
        messages.answered(dossier, delivery, told.detail)
        timers.done(tx, [(TimerKind.LETTER, str(id_))], rules.now())
        commit.save(tx, rules, [dossier, letter])

    def _letter_job(self, dossier: Dossier, delivery: Delivery, number: str, file: UUID, stored: Stored) -> Dossier:
        rules, now = self._rules, self._rules.now()
        order = dossier.order.number if dossier.order else ""
        named = read_subject(delivery.subject).notification
        statement = Statement(
            event_id=delivery.id,
            storefront=delivery.storefront,
            source=HUB,
            source_id=f"letter/{delivery.id}",
            time=None,
            received_at=now,
            by="hub",
        )
        job = Job(
            id=number,
            product_type=ProductType.EXTERNAL,
            product="Letter",
            attributes={"letter for order": order, "letter for job": dossier.job.number, "message": named},
            external_reference=f"{order}/{dossier.job.number}"[:128],
        )
        letter = job_facts.new_dossier(job, dossier.job.mode, statement, rules)
        letter.job = replace(letter.job, id=_job_id(delivery), ordered=True, output=OutputState.CREATED)
        letter.put_file(
            FileRecord(
                id=file,
                job_id=letter.job.id,
                role=FileRole.OUTPUT,
                name=f"{number}.pdf",
                url="",
                media_type="application/pdf",
                state=FileState.PRESENT,
                created_at=now,
                sha256=stored.sha256,
                size=stored.size,
                stored=stored.place,
                by="hub",
            )
        )
        detail = f"a letter in place of an e-mail ({named}) of order {order or '-'}, job {dossier.job.number}"
        history.append(letter, rules, Told(JobStatus.ORDERED, detail=detail), statement.origin(1))
        job_facts.enter(letter, replace(statement, event_id=rules.new_id()), rules)
        holds.recheck(letter, rules)
        return letter

    def _give_up(self, tx: Tx, id_: UUID, why: str) -> None:
        dossier, delivery = _wanting(tx, id_)
        timers.done(tx, [(TimerKind.LETTER, str(id_))], self._rules.now())
        if dossier is None or delivery is None:
            return
        named = read_subject(delivery.subject).notification
        text = f"{named} did not reach the customer by e-mail, and goes by no other way: {why}"
        history.notify_staff(dossier, "undeliverable", text)
        commit.save(tx, self._rules, [dossier])


def letterhead_of(name: str, settings: StorefrontSettings) -> Letterhead:
    """The sender of a storefront's letters; raises LetterImpossible for a logo that cannot be printed."""
    brand = settings.brand
    try:
        logo = brand.logo.read_bytes() if brand.logo is not None else None
    except OSError as error:
        raise LetterImpossible(f"the logo {brand.logo} cannot be read: {error.strerror}") from error
    if logo is not None and not is_logo(logo):
        raise LetterImpossible(f"the logo {brand.logo} is to be an SVG, PNG or JPEG of at most 2 MB")
    return Letterhead(
        name=brand.title or name,
        lines=brand.address[:4],
        phone=brand.phone,
        email=brand.email,
        url=brand.url,
        colour=brand.colour,
        logo=logo,
        legal=brand.legal,
    )


def _undelivered(tx: Tx, rules: Rules, id_: UUID) -> _Undelivered | None:
    dossier, delivery = _wanting(tx, id_)
    if dossier is None or delivery is None:
        return None
    order = dossier.order
    personal = people.personal(tx, order.person_id if order else None)
    body = events.body(tx, delivery.message_id) if delivery.message_id else None
    if body is None and delivery.message_id is None:
        body = compose.composed(tx, rules, delivery, dossier, None)
    unrendered = body is not None and body.startswith(MARK)
    subject = read_subject(delivery.subject)
    storefront = rules.storefront(delivery.storefront)
    return _Undelivered(
        delivery=delivery,
        address=postal_address(personal),
        draft=Draft.model_validate_json(body) if body is not None and unrendered else None,
        message=EmailMessage.model_validate_json(body) if body is not None and not unrendered else None,
        enclosures=tuple(drafting.enclosed(dossier, subject)),
        language=drafting.languages_of(subject, personal, storefront.language)[0],
        order=order.number if order else "",
        job=dossier.job.number,
    )


def _wanting(tx: Tx, id_: UUID) -> tuple[Dossier | None, Delivery | None]:
    """A message that a letter is still to be made of: it may have been sent again since, or have its letter."""
    dossier, delivery = _loaded(tx, id_)
    if delivery is None or not is_undelivered(delivery) or dossiers.find_job(tx, _job_id(delivery)) is not None:
        return None, None
    return dossier, delivery


def _loaded(tx: Tx, id_: UUID) -> tuple[Dossier | None, Delivery | None]:
    known = rows.get(tx, id_)
    if known is None or known.job_id is None:
        return None, None
    dossier = messages.loaded(tx, [known]).get(known.job_id)
    return dossier, dossier.deliveries.get(id_) if dossier else None


def _job_id(delivery: Delivery) -> UUID:
    return id_of(delivery.created_at, "letter", str(delivery.id))


def _number(dossier: Dossier, delivery: Delivery) -> str:
    return f"{dossier.job.number[:100]}-letter-{delivery.id.hex[-8:]}"
