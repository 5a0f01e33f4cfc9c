"""Station: turns facts about orders into what is known of them, and into entries in their jobs' histories."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from printhub.core.channels.channel import Told
from printhub.core.flow import filing, history, job_facts, schedule
from printhub.core.flow.case import Case, Statement, newer, stamped_job, stamped_order
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.events import order as facts
from printhub.core.model.events.fact import Fact
from printhub.core.model.events.job import JobAdded
from printhub.core.model.jobs import Job, JobApproval
from printhub.core.model.known import FileRole, OrderRecord, Personal
from printhub.core.model.orders import Order, OrderApproval, OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode

_REFUNDED = "the order was refunded in full and is not cancelled"

Apply = Callable[[Case, Any, Statement, Rules], None]


def apply(case: Case, fact: Fact, statement: Statement, rules: Rules) -> None:
    """State a fact: change what it changes, unless something newer is known already."""
    table = _ORDER_FACTS if type(fact) in _ORDER_FACTS else job_facts.JOB_FACTS
    table[type(fact)](case, fact, statement, rules)


def _placed(case: Case, fact: facts.OrderPlaced, statement: Statement, rules: Rules) -> None:
    order = fact.order
    if case.order is None:
        case.is_new = True
        case.set_order(_new_order(order, statement, rules))
        case.personal = Personal(
            customer=order.customer,
            billing_address=order.billing_address,
            delivery_address=order.delivery_address,
            order_url=order.order_url,
            payment_url=order.payment_url,
        )
        case.notes += order.notes
    for job in order.jobs:
        _join(case, job, order.jobs, statement, rules)


def _added(case: Case, fact: JobAdded, statement: Statement, rules: Rules) -> None:
    _join(case, fact.job, (fact.job,), statement, rules)


def _join(case: Case, job: Job, all_jobs: tuple[Job, ...], statement: Statement, rules: Rules) -> None:
    order = case.order
    if order is None:
        raise ValueError("a job joins a known order")
    known = case.dossier(job.id)
    if known is not None and known.job.order_id is not None:
        return  # told twice under a fresh id: nothing is planned twice
    dossier = known or job_facts.new_dossier(job, order.mode, statement, rules)
    if known is None:
        case.dossiers.append(dossier)
    else:
        job_facts.restate(dossier, job, statement, rules)
    dossier.order = order
    dossier.job = replace(
        dossier.job,
        order_id=order.id,
        mode=order.mode,
        ordered=True,
        delivered=dossier.job.delivered and all(other.parent != job.id for other in all_jobs),
        cancelled=dossier.job.cancelled or order.cancelled,
        stamps={**dossier.job.stamps, **({"cancelled": order.stamps["cancelled"]} if order.cancelled else {})},
    )
    numbered = iter(range(1, 9))
    told = [Told(JobStatus.ORDERED)]
    later = _said_later(order, "approval", statement)
    unapproved = order.approval in (
        OrderApproval.AWAITING,
        OrderApproval.PARTIALLY_APPROVED,
        OrderApproval.REJECTED,
    )
    if job.approval in (JobApproval.AWAITING, JobApproval.REJECTED) or (unapproved and later is None):
        told.append(Told(JobStatus.UNAPPROVED_ORDER))
    if order.release_at is not None and order.release_at > rules.now():
        told.append(_future(order, order.release_at, rules))
        dossier.timers[(TimerKind.RECHECK, str(dossier.job.id))] = order.release_at
    if rules.storefront(order.storefront).block_on_checkout:
        told.append(Told(JobStatus.BLOCKED, detail="this storefront blocks every job on checkout"))
    if order.payment_status is PaymentStatus.REFUNDED and not order.cancelled:
        told.append(Told(JobStatus.BLOCKED, detail=_REFUNDED))
    for entry in told:
        history.append(dossier, rules, entry, statement.origin(next(numbered)))
    if later is not None:
        _apply_approval(dossier, order.approval, later, rules)
    job_facts.enter(dossier, statement, rules)


def _said_later(order: OrderRecord, group: str, statement: Statement) -> Statement | None:
    """The statement, made after this one, that a group of the order's fields is as it is now."""
    time, id_ = order.stamps[group]
    return replace(statement, time=time, source_id=id_) if (time, id_) > statement.stamp else None


def _new_order(order: Order, statement: Statement, rules: Rules) -> OrderRecord:
    test = order.test or rules.storefront(statement.storefront).mode is Mode.TEST
    groups = ("details", "payment", "approval", "status", "schedule")
    cancelled = order.status is OrderStatus.CANCELLED
    return OrderRecord(
        id=rules.new_id(),
        storefront=statement.storefront,
        number=order.id,
        mode=Mode.TEST if test else Mode.LIVE,
        status=order.status,
        payment_status=order.payment_status,
        test_payment=order.test_payment,
        approval=order.approval,
        total=order.total,
        created_at=statement.received_at,
        release_at=_release_moment(order, statement, rules),
        cancelled=cancelled,
        shipping_status=order.shipping_status,
        shipping_method=order.shipping_method,
        payment_method=order.payment_method,
        department=order.department,
        cost_centre=order.cost_centre,
        po_number=order.po_number,
        checkout_attributes=order.checkout_attributes,
        person_id=rules.new_id(),
        stamps=dict.fromkeys((*groups, "cancelled") if cancelled else groups, statement.stamp),
    )


def _changed(case: Case, fact: facts.OrderChanged, statement: Statement, rules: Rules) -> None:
    order = _known(case)
    stated = [name for name in fact.model_fields_set if name != "order" and newer(order, f"details.{name}", statement)]
    plain = {name: getattr(fact, name) for name in stated if name not in Personal.model_fields}
    personal = {name: getattr(fact, name) for name in stated if name in Personal.model_fields}
    changes = [name for name in plain if getattr(order, name) != plain[name]] + sorted(personal)
    for name in stated:
        order = stamped_order(order, f"details.{name}", statement)
    case.set_order(replace(order, **plain))
    if personal:
        case.personal = (case.personal or Personal()).model_copy(update=personal)
    if changes:
        for dossier in case.dossiers:
            job_facts.tell_of_change(dossier, ", ".join(sorted(changes)), statement, rules)


def _payment(case: Case, fact: facts.OrderPaymentChanged, statement: Statement, rules: Rules) -> None:
    order = _known(case)
    if fact.payment_status is PaymentStatus.REFUNDED and not _cancelled_before(order, statement):
        for dossier in case.dossiers:
            job_facts.block(dossier, _REFUNDED, statement, rules)
    if newer(order, "payment", statement):
        order = stamped_order(order, "payment", statement)
        case.set_order(replace(order, payment_status=fact.payment_status, test_payment=fact.test_payment))


_APPROVAL_WRITES = {
    OrderApproval.APPROVED: (JobStatus.APPROVED, JobApproval.APPROVED),
    OrderApproval.REJECTED: (JobStatus.REJECTED, JobApproval.REJECTED),
    OrderApproval.PARTIALLY_APPROVED: (JobStatus.PARTIALLY_APPROVED, None),
    OrderApproval.AWAITING: (JobStatus.AWAITING_APPROVAL, None),
}


def _approval(case: Case, fact: facts.OrderApprovalChanged, statement: Statement, rules: Rules) -> None:
    order = _known(case)
    if newer(order, "approval", statement):
        case.set_order(replace(stamped_order(order, "approval", statement), approval=fact.approval))
    for dossier in case.dossiers:
        _apply_approval(dossier, fact.approval, statement, rules)


def _apply_approval(dossier: Dossier, of_order: OrderApproval, statement: Statement, rules: Rules) -> None:
    status, approval = _APPROVAL_WRITES.get(of_order, (None, None))
    if approval is not None and newer(dossier.job, "approval", statement):
        dossier.job = replace(stamped_job(dossier.job, "approval", statement), approval=approval)
    if status is not None:
        history.append(dossier, rules, Told(status), statement.origin())


def _status(case: Case, fact: facts.OrderStatusChanged, statement: Statement, rules: Rules) -> None:
    if fact.status is OrderStatus.CANCELLED:
        _cancel(case, statement, rules)
    if fact.status is OrderStatus.SHIPPED:
        for dossier in case.dossiers:
            epoch = dossier.job.epoch
            told = any(e.status is JobStatus.SHIPPED and e.epoch == epoch for e in dossier.history)
            begun_since = any(e.opens is not None and e.time > statement.stamp[0] for e in dossier.history)
            if not told and not begun_since:
                history.append(dossier, rules, Told(JobStatus.SHIPPED), statement.origin())
    order = _known(case)
    if not newer(order, "status", statement):
        return
    order = replace(stamped_order(order, "status", statement), status=fact.status)
    if fact.shipping_status is not None:
        order = replace(order, shipping_status=fact.shipping_status)
    case.set_order(replace(order, status=OrderStatus.CANCELLED) if order.cancelled else order)


def _cancelled(case: Case, fact: facts.OrderCancelled, statement: Statement, rules: Rules) -> None:
    _cancel(case, statement, rules)


def _cancel(case: Case, statement: Statement, rules: Rules) -> None:
    order = _known(case)
    if not _cancelled_before(order, statement):  # the first cancellation counts
        order = stamped_order(order, "cancelled", statement)
    case.set_order(replace(order, cancelled=True, status=OrderStatus.CANCELLED))
    for dossier in case.dossiers:
        job_facts.mark_cancelled(dossier, statement)
        # A cancelled order that is refunded is as it should be, whichever of the two was heard of first.
        history.release(
            dossier,
            rules,
            by=statement.by,
            why="the order was cancelled first",
            since=statement.stamp[0],
            blocked_for=_REFUNDED,
        )


def _cancelled_before(order: OrderRecord, statement: Statement) -> bool:
    return order.cancelled and order.stamps["cancelled"] <= statement.stamp


def _scheduled(case: Case, fact: facts.OrderScheduled, statement: Statement, rules: Rules) -> None:
    order = _known(case)
    if not newer(order, "schedule", statement):
        return
    now = rules.now()
    waited = order.release_at is not None and order.release_at > now
    stated = _release_moment(fact, statement, rules)
    release_at = stated if stated is not None and stated > now else None
    case.set_order(replace(stamped_order(order, "schedule", statement), release_at=stated))
    for dossier in case.dossiers:
        dossier.timers[(TimerKind.RECHECK, str(dossier.job.id))] = release_at
        if release_at is not None:
            history.append(dossier, rules, _future(order, release_at, rules), statement.origin())
        elif waited:
            told = Told(JobStatus.ACTION_RUN, detail="the order's date was taken away, or has passed: released")
            history.append(dossier, rules, told, Origin(by="hub", event_id=statement.event_id))


def _release_moment(stated: Order | facts.OrderScheduled, statement: Statement, rules: Rules) -> datetime | None:
    zone = rules.storefront(statement.storefront).time_zone
    return schedule.release_moment(stated.release_at, stated.release_on, zone)


def _future(order: OrderRecord, release_at: datetime, rules: Rules) -> Told:
    zone = rules.storefront(order.storefront).time_zone
    return Told(JobStatus.FUTURE_ORDER, detail=f"released at {schedule.in_zone(release_at, zone)}")


def _shipped(case: Case, fact: facts.OrderShipped, statement: Statement, rules: Rules) -> None:
    parcel = fact.shipment
    for dossier in case.dossiers:
        # A parcel that names no jobs holds those that the order had when it left.
        there = dossier.job.stamps["details"] <= statement.stamp
        if dossier.job.number in parcel.jobs or (not parcel.jobs and there):
            history.append(dossier, rules, job_facts.shipped(parcel), statement.origin())


def _noted(case: Case, fact: facts.OrderNoteAdded, statement: Statement, rules: Rules) -> None:
    case.notes.append(fact.note)


def _statement(case: Case, fact: facts.OrderStatementIssued, statement: Statement, rules: Rules) -> None:
    anchor = case.anchor  # with which the message about it is kept
    if anchor is None:
        return
    known = [file for file in anchor.files.values() if file.role is FileRole.ENCLOSURE]
    if all(file.part != fact.statement.id for file in known):
        filing.file(anchor, rules, fact.statement.document, FileRole.ENCLOSURE, fact.statement.id)


def _deleted(case: Case, fact: facts.OrderDeleted, statement: Statement, rules: Rules) -> None:
    case.set_order(replace(stamped_order(_known(case), "deleted", statement), deleted=True))


def _known(case: Case) -> OrderRecord:
    if case.order is None:
        raise ValueError("this fact is about a known order")
    return case.order


_ORDER_FACTS: Mapping[type[Fact], Apply] = {
    facts.OrderPlaced: _placed,
    JobAdded: _added,
    facts.OrderChanged: _changed,
    facts.OrderPaymentChanged: _payment,
    facts.OrderApprovalChanged: _approval,
    facts.OrderStatusChanged: _status,
    facts.OrderCancelled: _cancelled,
    facts.OrderScheduled: _scheduled,
    facts.OrderShipped: _shipped,
    facts.OrderNoteAdded: _noted,
    facts.OrderStatementIssued: _statement,
    facts.OrderDeleted: _deleted,
}
