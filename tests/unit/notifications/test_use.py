"""When a message has lost its use, and when it has not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from printhub.core.model.jobs import JobApproval
from printhub.core.model.known import OrderRecord
from printhub.core.model.money import Money
from printhub.core.model.orders import OrderApproval, OrderStatus, PaymentStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.notifications.subject import MessageSubject, Scope, To
from printhub.core.notifications.use import lost_use, unpaid
from printhub.core.templates.catalogue import NOTIFICATIONS
from tests.unit.channels.known import a_job, an_order

OWING = replace(an_order(), payment_status=PaymentStatus.PENDING)


def about(notification: str, scope: Scope = Scope.ORDER, to: To = To.CUSTOMER) -> MessageSubject:
    return MessageSubject(notification, scope, "O-1" if scope is Scope.ORDER else "J-1", "e-1", to)


@pytest.mark.parametrize("status", PaymentStatus)
def test_a_reminder_goes_only_while_money_is_owed(status: PaymentStatus) -> None:
    lost = lost_use(about("unpaid_reminder"), a_job(), replace(an_order(), payment_status=status))

    assert lost == (None if status in (PaymentStatus.PENDING, PaymentStatus.PROCESSING) else "the order is paid")


@pytest.mark.parametrize(
    "order",
    [
        replace(OWING, cancelled=True),
        replace(OWING, deleted=True),
        replace(OWING, status=OrderStatus.CANCELLED),
        replace(OWING, total=Money(amount=Decimal("0.00"), currency="EUR")),
    ],
)
def test_nobody_is_reminded_of_what_is_not_owed(order: OrderRecord) -> None:
    assert not unpaid(order)
    assert lost_use(about("unpaid_reminder"), a_job(), order) is not None


@pytest.mark.parametrize(("matter", "notification"), [("proof", "proof_waiting"), ("data", "data_missing")])
def test_what_is_not_awaited_any_more_is_not_asked_for(matter: str, notification: str) -> None:
    subject = about(notification, Scope.JOB)

    assert lost_use(subject, a_job(awaiting=frozenset({matter})), OWING) is None
    assert lost_use(subject, a_job(awaiting=frozenset()), OWING) is not None


def test_an_approval_is_asked_for_while_it_is_missing() -> None:
    of_job, of_order = about("awaiting_approval", Scope.JOB), about("awaiting_approval")
    waiting = replace(OWING, approval=OrderApproval.AWAITING)

    assert lost_use(of_job, a_job(approval=JobApproval.AWAITING), OWING) is None
    assert lost_use(of_job, a_job(approval=JobApproval.APPROVED), OWING) is not None
    assert lost_use(of_order, a_job(), waiting) is None
    assert lost_use(of_order, a_job(), OWING) is not None


def test_what_was_shipped_does_not_wait_to_be_collected() -> None:
    subject = about("ready_for_collection", Scope.JOB)

    assert lost_use(subject, a_job(status=JobStatus.READY_FOR_COLLECTION), OWING) is None
    assert lost_use(subject, a_job(status=JobStatus.SHIPPED), OWING) is not None


@pytest.mark.parametrize("notification", ["order_cancelled", "refund_made", "statement", "customer_note", "shipped"])
def test_a_cancelled_order_keeps_what_is_said_about_its_end(notification: str) -> None:
    assert lost_use(about(notification), a_job(cancelled=True), replace(OWING, cancelled=True)) is None


@pytest.mark.parametrize("notification", NOTIFICATIONS)
def test_nothing_goes_about_a_deleted_order_but_to_staff(notification: str) -> None:
    gone = replace(OWING, deleted=True)

    assert lost_use(about(notification), a_job(), gone) == "the order was deleted"
    assert lost_use(about(notification, to=To.STAFF), a_job(), gone) is None
