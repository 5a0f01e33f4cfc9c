"""Writes dossiers back with the notices and requests they brought, and tells which waiting events may apply now."""

from collections.abc import Iterable

from printhub.core.flow import asking, chain, closing, notices
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import Dossier
from printhub.core.store import dossiers as rows
from printhub.core.store.store import Tx


def save(tx: Tx, rules: Rules, dossiers: Iterable[Dossier]) -> list[str]:
    """Save everything that was changed; returns what events may have waited for (`waits_for`) and is there now."""
    changed = list(dossiers)
    for dossier in changed:
        chain.note_partial_failures(dossier, rules)
        closing.note_due(dossier, rules)
    arrived = [waits_for_reference(instance, ref) for d in changed for instance, ref, _, _ in d.references]
    rows.save(tx, changed)
    for dossier in changed:
        for notice in dossier.notices:
            notices.record(tx, rules, notice, dossier.job.storefront)
        for id_, request in dossier.requests:
            asking.record(tx, rules, id_, request)
        dossier.notices.clear()
        dossier.requests.clear()
    return arrived


def waits_for_order(storefront: str, number: str) -> str:
    """What an early event about an order waits for."""
    return f"order/{storefront}/{number}"


def waits_for_job(storefront: str, number: str) -> str:
    """What an early event about a job waits for."""
    return f"job/{storefront}/{number}"


def waits_for_reference(instance: str, reference: str) -> str:
    """What a partner's word waits for until the reference is known."""
    return f"reference/{instance}/{reference}"


def waits_for_end(delivery_id: object) -> str:
    """What a partner's word waits for until the call that it answers has ended."""
    return f"delivery/{delivery_id}"
