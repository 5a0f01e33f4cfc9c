"""Station: plans the messages of what was told while a plugin was set aside, and nobody knew who sends them."""

from uuid import UUID

from printhub.core.flow import callback, commit, holds, messages, opening
from printhub.core.flow.case import Case
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import TimerKind
from printhub.core.model.events.catalogue import read_fact
from printhub.core.model.events.fact import Fact
from printhub.core.model.events.partner import StaffNotice
from printhub.core.store import dossiers, events, timers
from printhub.core.store.events import EventRecord
from printhub.core.store.store import Tx


def plan(tx: Tx, rules: Rules, event_id: UUID) -> None:
    """Plan what an event gave rise to and is not planned yet; what still cannot be is tried again later."""
    record, stated = events.get(tx, event_id), events.of_id(tx, event_id)
    fact = read_fact(stated) if stated is not None else None
    case = _case(tx, record, fact) if record is not None and fact is not None else Case()
    # The jobs before the timer, as everybody does who sets one of a job that he has.
    if not timers.done(tx, [(TimerKind.WANTED, str(event_id))], rules.now()) or record is None or fact is None:
        return
    if isinstance(fact, StaffNotice):
        for dossier in case.dossiers:
            messages.tell_staff(dossier, rules, fact, event_id)
    else:
        messages.plan(case, fact, callback.statement_of(record, by="hub"), rules, epoch=_epoch(case, record))
    for dossier in case.dossiers:
        messages.recheck(dossier)
        holds.recheck(dossier, rules)
    commit.save(tx, rules, case.dossiers)


def _epoch(case: Case, record: EventRecord) -> int | None:
    """The epoch in which an event came."""
    entries = case.anchor.history if case.anchor is not None else ()
    return max((entry.epoch for entry in entries if entry.received_at <= record.received_at), default=None)


def _case(tx: Tx, record: EventRecord, fact: Fact) -> Case:
    """What an event is about, loaded; empty where it was cleared away since."""
    if isinstance(fact, StaffNotice):
        dossier = dossiers.load_job(tx, record.storefront or "", record.job_number or "")
        return Case(dossiers=[dossier] if dossier is not None else [])
    case, _ = opening.open_case(tx, fact, callback.statement_of(record, by="hub"), missing=set())
    return case or Case()
