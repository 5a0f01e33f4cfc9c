"""Writes orders and dossiers back with all that they brought, and tells which waiting events may apply now."""

from collections.abc import Iterable, Iterator, Sequence

from printhub.core.flow import asking, chain, closing, doubts, messages, notices, signs
from printhub.core.flow.case import Case, Statement
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import Dossier
from printhub.core.store import dossiers as rows
from printhub.core.store import notes, people
from printhub.core.store.notes import NoteRecord
from printhub.core.store.store import Tx


def save(tx: Tx, rules: Rules, dossiers: Iterable[Dossier], traceparent: str | None = None) -> list[str]:
    """Save everything that was changed; returns what events may have waited for (`waits_for`) and is there now.

    `traceparent` is of the event that changed it: what the hub states because of that belongs to the same trace.
    """
    return save_all(tx, rules, [(dossier, traceparent) for dossier in dossiers])


def save_all(tx: Tx, rules: Rules, traced: Sequence[tuple[Dossier, str | None]]) -> list[str]:
    """Save what several events changed: each dossier with the traceparent of the event that changed it."""
    traced = [*traced, *_beside(traced)]
    changed = [dossier for dossier, _ in traced]
    for dossier in changed:
        chain.note_partial_failures(dossier, rules)
        signs.follow(dossier, rules)
        closing.note_due(dossier, rules)
    doubts.raise_about(tx, rules, changed)
    to_staff = [(dossier, trace, notice, rules.new_id()) for dossier, trace in traced for notice in dossier.notices]
    for dossier, _, notice, id_ in to_staff:
        messages.tell_staff(dossier, rules, notice, id_)
    arrived = [waits_for_reference(instance, ref) for d in changed for instance, ref, _, _ in d.references]
    rows.save(tx, changed)
    for dossier, trace, notice, id_ in to_staff:
        notices.record(tx, rules, notice, dossier.job.storefront, trace, id_=id_)
    for dossier, traceparent in traced:
        for id_, request in dossier.requests:
            asking.record(tx, rules, id_, request, traceparent)
        dossier.notices.clear()
        dossier.requests.clear()
    return arrived


def _beside(traced: Sequence[tuple[Dossier, str | None]]) -> Iterator[tuple[Dossier, str | None]]:
    """The dossiers that were written into beside those that are saved."""
    there = {id(dossier) for dossier, _ in traced}
    for dossier, traceparent in traced:
        for one in dossier.beside:
            if id(one) not in there:
                there.add(id(one))
                yield one, traceparent


def save_orders(tx: Tx, rules: Rules, cases: Sequence[tuple[Case, Statement]]) -> None:
    """Save what statements changed of orders: the orders themselves, their personal data, their notes."""
    fresh = [case for case, _ in cases if case.is_new]
    rows.add_orders(tx, [case.order for case in fresh if case.order is not None])
    people.add(tx, {case.order.person_id: case.personal for case in fresh if case.order and case.order.person_id})
    for case, statement in cases:
        _save_order(tx, rules, case, statement)


def _save_order(tx: Tx, rules: Rules, case: Case, statement: Statement) -> None:
    order = case.order
    if order is None:
        return
    if order != case.loaded_order and not case.is_new:
        rows.change_order(tx, order)
    if case.personal is not None and order.person_id is not None and not case.is_new:
        people.save(tx, order.person_id, case.personal)
    for note in case.notes:
        kept = NoteRecord(
            id=rules.new_id(),
            order_id=order.id,
            number=note.id,
            at=statement.time or statement.received_at,
            by=statement.by,
            for_customer=note.for_customer,
            payload_id=rules.new_id(),
            text=note.text,
        )
        notes.add(tx, kept)


def waits_for_order(storefront: str, number: str) -> str:
    """What an early event about an order waits for."""
    return f"order/{storefront}/{number}"


def waits_for_job(storefront: str, number: str) -> str:
    """What an early event about a job waits for."""
    return f"job/{storefront}/{number}"


def waits_for_reference(instance: str, reference: str) -> str:
    """What a partner's word waits for until the reference is known."""
    return f"reference/{instance}/{reference}"


def is_reference(what: str) -> bool:
    """Whether it is a partner's reference that is waited for."""
    return what.startswith("reference/")


def waits_for_end(delivery_id: object) -> str:
    """What a partner's word waits for until the call that it answers has ended."""
    return f"delivery/{delivery_id}"
