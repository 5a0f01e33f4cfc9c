"""Finds and locks what a storefront's event is about: its order, and the jobs concerned."""

from collections.abc import Container, Iterable

from printhub.core.flow import commit
from printhub.core.flow.case import Case, Statement
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import EventRefused
from printhub.core.model.events import job as job_events
from printhub.core.model.events.fact import Fact
from printhub.core.model.events.order import OrderChanged, OrderFact, OrderPlaced
from printhub.core.store import dossiers, people
from printhub.core.store.serial import one_at_a_time
from printhub.core.store.store import Tx


def open_case(
    tx: Tx, fact: Fact, statement: Statement, *, missing: Container[str] = ()
) -> tuple[Case | None, str | None]:
    """Returns the case, or what the event waits for where that is not known yet; raises EventRefused.

    What is `missing` is not looked for.
    """
    storefront = statement.storefront
    one_at_a_time(tx, about(fact, storefront))  # else each of two might find that the other is not there yet
    match fact:
        case OrderPlaced():
            return _open_order(tx, storefront, fact.order.id, fact, missing), None
        case job_events.JobAdded() | OrderFact():
            case = _open_order(tx, storefront, fact.order, fact, missing)
            return (case, None) if case.order else (None, commit.waits_for_order(storefront, fact.order))
        case job_events.JobCreated():
            known = _load_job(tx, storefront, fact.job.id, missing)
            order = known.order if known else None
            return Case(order=order, dossiers=[known] if known else [], loaded_order=order), None
        case job_events.JobFact():
            dossier = _load_job(tx, storefront, fact.job, missing)
            if dossier is None:
                return None, commit.waits_for_job(storefront, fact.job)
            return Case(order=dossier.order, dossiers=[dossier], loaded_order=dossier.order), None
        case _:
            raise TypeError(f"no case for {type(fact).__name__}")


def take_up(tx: Tx, stated: Iterable[tuple[Fact, str]]) -> None:
    """Keep others off all that these facts, each of a storefront, are about; before the first case is opened."""
    one_at_a_time(tx, {name for fact, storefront in stated for name in about(fact, storefront)})


def missing(tx: Tx, stated: Iterable[tuple[Fact, str]]) -> set[str]:
    """Which of the orders and jobs that these facts name are not there; others are kept off them already."""
    named = {name for fact, storefront in stated for name in about(fact, storefront)}
    return named - dossiers.known_names(tx, named)


def brought(case: Case, storefront: str) -> set[str]:
    """What other events may have waited for, and this one brought."""
    fresh = [dossier.job.number for dossier in case.dossiers if dossier.loaded_job is None]
    arrived = {commit.waits_for_job(storefront, number) for number in fresh}
    if case.is_new and case.order is not None:
        arrived.add(commit.waits_for_order(storefront, case.order.number))
    return arrived


def about(fact: Fact, storefront: str) -> set[str]:
    """The order and the jobs that a fact names, as what others wait for."""
    match fact:
        case OrderPlaced():
            jobs = {commit.waits_for_job(storefront, job.id) for job in fact.order.jobs}
            return {commit.waits_for_order(storefront, fact.order.id), *jobs}
        case job_events.JobAdded():
            return {commit.waits_for_order(storefront, fact.order), commit.waits_for_job(storefront, fact.job.id)}
        case OrderFact():
            return {commit.waits_for_order(storefront, fact.order)}
        case job_events.JobCreated():
            return {commit.waits_for_job(storefront, fact.job.id)}
        case job_events.JobFact():
            return {commit.waits_for_job(storefront, fact.job)}
        case _:
            return set()


def _load_job(tx: Tx, storefront: str, number: str, missing: Container[str]) -> Dossier | None:
    if commit.waits_for_job(storefront, number) in missing:
        return None
    return dossiers.load_job(tx, storefront, number)


def _open_order(tx: Tx, storefront: str, number: str, fact: Fact, missing: Container[str]) -> Case:
    there = commit.waits_for_order(storefront, number) not in missing
    order, members = dossiers.load_order(tx, storefront, number) if there else (None, [])
    case = Case(order=order, dossiers=members, loaded_order=order)
    if isinstance(fact, OrderChanged) and order is not None:
        case.personal = people.personal(tx, order.person_id)
    brought = fact.order.jobs if isinstance(fact, OrderPlaced) else ()
    brought = (fact.job,) if isinstance(fact, job_events.JobAdded) else brought
    known = {dossier.job.number for dossier in members}
    for job in brought:
        # A job may have lain in a basket before its order was placed.
        basket = _load_job(tx, storefront, job.id, missing) if job.id not in known else None
        if basket is not None:
            if basket.job.order_id is not None:
                detail = "another order has a job of this id; give each job an id of its own"
                raise EventRefused("job_taken", detail, field="job")
            case.dossiers.append(basket)
    return case
