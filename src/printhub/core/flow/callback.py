"""Station: turns what partners say by themselves into events, and applies them to the jobs they are about."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

from pydantic import JsonValue, ValidationError
from structlog.contextvars import bound_contextvars

from printhub.core.channels.channel import Told
from printhub.core.flow import commit, feedback, history, outcome, signs
from printhub.core.flow.case import Statement
from printhub.core.flow.decision import judge
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.http.redaction import masked_text
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier
from printhub.core.model.envelope import Event, read_event
from printhub.core.model.errors import Rejected, StoreUnavailable
from printhub.core.model.events.catalogue import read_fact
from printhub.core.model.events.message import MessageBounced, MessageOptOut, MessageReceipt
from printhub.core.model.events.partner import MisChanged, MisProgressed, MisSettled, PartnerFact
from printhub.core.model.known import JobRecord
from printhub.core.model.reports import Outcome, Report
from printhub.core.model.signals import AnySignal, Bounced, LookAgain, OptOut, Progress, Receipt, Settled
from printhub.core.model.verbs import Effect
from printhub.core.store import deliveries as rows
from printhub.core.store import dossiers, events
from printhub.core.store.events import EventRecord, EventState
from printhub.core.store.serial import one_at_a_time
from printhub.core.store.store import Tx, apart

log = logging.getLogger(__name__)

_TYPES: dict[type, str] = {
    Progress: MisProgressed.type,
    Settled: MisSettled.type,
    LookAgain: MisChanged.type,
    Bounced: MessageBounced.type,
    Receipt: MessageReceipt.type,
    OptOut: MessageOptOut.type,
}
_NO_NEWS = (Outcome.DONE, Outcome.ACCEPTED, Outcome.SKIPPED)
"""What a report may say of a delivery that is done without changing it."""
_ENDED_FOR_GOOD = (DeliveryState.CANCELLED, DeliveryState.SKIPPED, DeliveryState.OBSOLETE)


def source_of(instance: str) -> str:
    """The event source that an instance's signals are stated under."""
    return f"urn:printhub:instance:{instance}"


def to_event(instance: str, signal: AnySignal) -> Event:
    """Make an event of a signal. Its id is the partner's own id of the message, else a digest of what it says.

    A word that only says that something changed says it anew each time, unless it has an id or a time of its own.
    """
    data = signal.model_dump(mode="json", exclude={"at", "dedupe"}, exclude_none=True)
    told_at = {"told_at": signal.at.isoformat()} if signal.at else {}
    word = type(signal).__name__
    content = signal.model_dump_json(exclude={"dedupe"})
    if isinstance(signal, LookAgain) and signal.at is None:
        content = f"{uuid4()}"
    return Event(
        id=f"{word}:{signal.dedupe or hashlib.sha256(content.encode()).hexdigest()}",
        source=source_of(instance),
        specversion="1.0",
        type=_TYPES.get(type(signal), f"printhub.message.{word.lower()}"),
        subject=signal.job or signal.reference or signal.key,
        time=signal.at,
        data={"instance": instance, **told_at, **data},
    )


def apply(tx: Tx, rules: Rules, fact: PartnerFact, statement: Statement) -> tuple[str | None, JobRecord | None]:
    """Apply a partner's word; returns what it waits for, None when it was applied, and the job that it is about."""
    if isinstance(fact, feedback.MessageFact):
        waits_for, job = feedback.apply(tx, rules, fact, statement)
        return waits_for, job or _led_to(tx, fact)  # what leads to no message may still name a job: it is about that
    named = commit.waits_for_reference(fact.instance, fact.reference or fact.key or fact.job or "")
    one_at_a_time(tx, [named])  # what it leads to may be on its way into the store
    found = _subject(tx, rules, fact)
    if found is None:
        return named, None
    dossier, delivery, epoch = found
    if delivery.instance not in rules.instances:  # its plugin is set aside: nobody knows what the word means
        return named, dossier.job
    if isinstance(fact, MisSettled) and delivery.state is DeliveryState.RUNNING:
        return commit.waits_for_end(delivery.id), dossier.job
    origin = statement.told_by(fact, delivery, epoch)
    signs.heard(dossier, fact.instance, rules)
    match fact:
        case MisProgressed():
            _progressed(dossier, delivery, fact, rules, origin)
        case MisSettled():
            _settled(dossier, delivery, fact, rules, origin)
        case MisChanged():
            _look_again(dossier, delivery, rules)
        case _:
            raise TypeError(f"nothing applies {type(fact).__name__}")
    attribute(tx, rules, commit.save(tx, rules, [dossier], statement.traceparent))
    return None, dossier.job


def lead(tx: Tx, data: JsonValue) -> tuple[str | None, JobRecord | None]:
    """Of a partner's word of a type that is not known here: what it waits for, and the job that it is about."""
    try:
        fact = PartnerFact.model_validate(data)
    except ValidationError:
        return None, None
    job = _led_to(tx, fact)
    if job is not None:
        return None, job
    name = fact.reference or fact.key or fact.job
    return (commit.waits_for_reference(fact.instance, name) if name else None), None


def _led_to(tx: Tx, fact: PartnerFact) -> JobRecord | None:
    """The job that a partner's word names in any way."""
    found = _by_key(tx, fact) or _by_reference(tx, fact) or _by_job(tx, fact)
    dossier = dossiers.load(tx, [found[0]]).get(found[0]) if found is not None else None
    return dossier.job if dossier is not None else None


def attribute(tx: Tx, rules: Rules, arrived: Sequence[str]) -> None:
    """Try the events again that waited for what has arrived now."""
    one_at_a_time(tx, [what for what in arrived if commit.is_reference(what)])
    for record in events.waiting_for(tx, arrived):
        try:
            with bound_contextvars(event_id=str(record.id)):
                apart(tx, partial(reapply, tx, rules, record))
        except StoreUnavailable:
            raise
        except Exception:
            # It waits on, and takes nothing with it of what it waited for.
            log.exception(
                "a waiting word of type %s could not be applied", record.type, extra={"event_id": str(record.id)}
            )


def reapply(tx: Tx, rules: Rules, record: EventRecord) -> None:
    """Try one waiting partner event again."""
    body = events.body(tx, record.payload_id) if record.payload_id else None
    if body is None:
        return
    event = read_event(body)
    fact = read_fact(event)
    if not isinstance(fact, PartnerFact):
        events.move(tx, record.id, record.state, *lead(tx, event.data))
        return
    waits_for, job = apply(tx, rules, fact, statement_of(record, by=f"instance:{fact.instance}"))
    if waits_for != record.waits_for or (job is not None and record.job_number != job.number):
        state = EventState.APPLIED if waits_for is None else EventState.UNATTRIBUTED
        events.move(tx, record.id, state, waits_for, job)


def statement_of(record: EventRecord, by: str) -> Statement:
    """The envelope of a recorded event that `by` stated."""
    return Statement(
        event_id=record.id,
        storefront=record.storefront or "",
        source=record.source,
        source_id=record.source_id,
        time=record.time,
        received_at=record.received_at,
        by=by,
        traceparent=record.traceparent,
    )


def _subject(tx: Tx, rules: Rules, fact: PartnerFact) -> tuple[Dossier, Delivery, int | None] | None:
    found = _by_key(tx, fact) or _by_reference(tx, fact) or _by_job(tx, fact)
    if found is None:
        return None
    job_id, delivery_id, epoch = found
    dossier = dossiers.load(tx, [job_id]).get(job_id)
    if dossier is None:
        return None
    named = dossier.deliveries.get(delivery_id) if delivery_id else None
    delivery = _meant(dossier, rules, fact, named)
    if delivery is None:
        return None
    if named is not None and named.reference in (None, fact.reference) and named in dossier.at(fact.instance):
        epoch = None  # the reference still holds: what is said under it is about the job as it stands
    return dossier, delivery, epoch


def _meant(dossier: Dossier, rules: Rules, fact: PartnerFact, named: Delivery | None) -> Delivery | None:
    """The delivery that a partner means: the one it named, or that one's sibling of the verb that it speaks of."""
    if fact.verb is not None and (named is None or named.verb is not fact.verb):
        of_verb = [d for d in dossier.deliveries.values() if (d.instance, d.verb) == (fact.instance, fact.verb)]
        same_run = [d for d in of_verb if named is not None and d.run == named.run]
        return max(same_run or of_verb, key=lambda d: d.run, default=named)
    if named is not None:
        return named
    here = list(dossier.at(fact.instance))
    waiting = [d for d in here if d.state in (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)]
    held = [d for d in here if d.verb in rules.channel(d.kind).held]
    return next(iter([*waiting, *held, *here]), None)


def _by_key(tx: Tx, fact: PartnerFact) -> tuple[UUID, UUID | None, int | None] | None:
    try:
        id_ = UUID((fact.key or "").split(".")[0])
    except ValueError:
        return None
    delivery = rows.get(tx, id_)
    if delivery is None or delivery.job_id is None or delivery.instance != fact.instance:
        return None
    return delivery.job_id, delivery.id, delivery.epoch


def _by_reference(tx: Tx, fact: PartnerFact) -> tuple[UUID, UUID | None, int | None] | None:
    found = rows.by_reference(tx, fact.instance, fact.reference) if fact.reference else None
    if found is None or found[0].job_id is None:
        return None
    delivery, epoch = found
    if fact.job and delivery.job_id not in rows.jobs_at(tx, fact.instance, fact.job):
        return None  # one number for several jobs: the job that is named counts
    return (delivery.job_id, delivery.id, epoch) if delivery.job_id else None


def _by_job(tx: Tx, fact: PartnerFact) -> tuple[UUID, UUID | None, int | None] | None:
    # Two storefronts may use the same number: then the number alone finds nobody.
    jobs = rows.jobs_at(tx, fact.instance, fact.job) if fact.job else []
    return (jobs[0], None, None) if len(jobs) == 1 else None


def _progressed(dossier: Dossier, delivery: Delivery, fact: MisProgressed, rules: Rules, origin: Origin) -> None:
    allowed = rules.channel(delivery.kind).reportable
    for number, item in enumerate(fact.progress):
        if item.status not in allowed:
            outcome.refuse_status(dossier, fact.instance, item.status)
            continue
        place = replace(origin, source_id=f"{origin.source_id}/{number}", at=item.at or origin.at)
        history.append(dossier, rules, Told(item.status, item.label, masked_text(item.detail)), place)


def _settled(dossier: Dossier, delivery: Delivery, fact: MisSettled, rules: Rules, origin: Origin) -> None:
    never_gone = delivery.state is DeliveryState.HELD and delivery.attempts == 0
    if delivery.state in _ENDED_FOR_GOOD or never_gone:
        return
    if fact.key and fact.key.startswith(str(delivery.id)) and fact.key != delivery.key:
        text = f"{fact.instance} answered a call of {delivery.verb} that was since composed anew; nothing was changed"
        history.notify_staff(dossier, "answer_to_an_old_call", text, instance=fact.instance)
        return
    report = _plain(fact.report) if fact.report else None
    if report is not None and delivery.state is DeliveryState.DONE and report.outcome in _NO_NEWS:
        outcome.progress(dossier, delivery, report, rules)
        return
    if fact.report is None and delivery.state is DeliveryState.FAILED:
        return
    result = report or Rejected(masked_text(fact.refused or ""))
    instance = rules.instances[delivery.instance]
    verdict = judge(delivery, result, instance.settings, rules.effect(delivery), rules.now())
    outcome.settle(dossier, verdict, rules, origin=origin)


def _plain(report: Report) -> Report:
    progress = tuple(item.model_copy(update={"detail": masked_text(item.detail)}) for item in report.progress)
    return report.model_copy(update={"detail": masked_text(report.detail), "progress": progress})


def _look_again(dossier: Dossier, delivery: Delivery, rules: Rules) -> None:
    open_ = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)
    if delivery.state in open_ and Effect.LOOKUP in rules.instances[delivery.instance].effect(delivery.verb):
        dossier.put(replace(delivery, asking=True, announced_at=None))
