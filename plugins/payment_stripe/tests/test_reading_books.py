"""Polling, and what reconciliation reads."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from plugins.payment_stripe.tests.sample import adapter, request
from printhub import PaymentState, Rejected, Verb
from printhub.core.channels.payment.adapter import ReadsPayments
from printhub.testing import FakeClock, a_call
from printhub.testing.stripe_simulator import StripeSimulator, troubles


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime.now(UTC).replace(microsecond=0) - timedelta(days=60))


@pytest.fixture
def stripe(clock: FakeClock) -> Iterator[StripeSimulator]:
    with StripeSimulator(now=clock) as made:
        yield made


def test_a_poll_tells_of_what_was_made_by_hand_and_by_the_hub(stripe: StripeSimulator, clock: FakeClock) -> None:
    clock.set(datetime.now(UTC))
    payment = stripe.pay(3000)
    adapter(stripe).refund(request(payment), a_call(Verb.REFUND, "E-1"))
    stripe.refund(payment, 300)

    signals, _ = adapter(stripe).poll(None, a_call(Verb.REFUND))

    assert [(signal.key, str(signal.amount)) for signal in signals] == [(None, "3.00 EUR"), ("E-1", "12.50 EUR")]


def test_a_refund_that_fails_days_later_is_told_again_under_another_id(
    stripe: StripeSimulator, clock: FakeClock
) -> None:
    clock.set(datetime.now(UTC) - timedelta(days=10))
    stripe.refund(stripe.pay(3000))
    [before], cursor = adapter(stripe).poll(None, a_call(Verb.REFUND))
    [same], cursor = adapter(stripe).poll(cursor, a_call(Verb.REFUND))
    stripe.fail(stripe.refunds[0])

    [after], _ = adapter(stripe).poll(cursor, a_call(Verb.REFUND))

    assert same == before
    assert (before.state, after.state) == ("done", "failed")
    assert before.dedupe != after.dedupe


def test_what_is_older_than_the_look_back_is_not_read_again(stripe: StripeSimulator) -> None:
    stripe.refund(stripe.pay(3000))  # sixty days ago

    assert adapter(stripe).poll(None, a_call(Verb.REFUND))[0] == []


def test_a_long_sweep_goes_on_where_it_left_off_and_misses_nothing(stripe: StripeSimulator, clock: FakeClock) -> None:
    clock.set(datetime.now(UTC))
    payment = stripe.pay(100_000)
    for _ in range(1050):
        stripe.refund(payment, 1)

    first, cursor = adapter(stripe).poll(None, a_call(Verb.REFUND))
    second, cursor = adapter(stripe).poll(cursor, a_call(Verb.REFUND))

    assert (len(first), len(second)) == (1000, 50)
    assert {seen.reference for seen in (*first, *second)} == {refund.id for refund in stripe.refunds}
    assert set(dict(cursor or {})) == {"done"}  # type: ignore[arg-type] # an object, as the adapter wrote it


def test_a_period_is_read_page_by_page(stripe: StripeSimulator, clock: FakeClock) -> None:
    payment, begin = stripe.pay(100_000), clock()
    for _ in range(150):
        stripe.refund(payment, 1)
    clock.advance(timedelta(days=1))
    stripe.refund(payment, 2)
    until = clock()

    first = adapter(stripe).refunds(begin, until, None, a_call(Verb.REFUND))
    last = adapter(stripe).refunds(begin, until, first.cursor, a_call(Verb.REFUND))

    assert (len(first.refunds), len(last.refunds), last.cursor) == (100, 50, None)
    assert all(seen.amount.minor == 1 for seen in (*first.refunds, *last.refunds))


@pytest.mark.parametrize("by_intent", [True, False])
def test_the_balance_of_a_payment_is_what_was_taken_and_given_back(stripe: StripeSimulator, by_intent: bool) -> None:
    payment = stripe.pay(3000)
    stripe.refund(payment, 1000)
    stripe.fail(stripe.refunds[0])
    stripe.refund(payment, 700)
    stripe.dispute(payment, inquiry=True)
    name = str(payment.intent) if by_intent else payment.charge

    balance = adapter(stripe).balance(name, a_call(Verb.REFUND))

    assert (balance.captured.minor, balance.refunded.minor) == (3000, 700)
    assert (balance.payment, balance.state, balance.disputed) == (name, PaymentState.CAPTURED, True)


def test_the_balance_tells_how_far_a_payment_has_come(stripe: StripeSimulator) -> None:
    payment = stripe.pay(3000, captured=False)
    made = adapter(stripe)
    assert made.balance(str(payment.intent), a_call(Verb.REFUND)).state is PaymentState.AUTHORIZED

    made.void(request(payment, amount="30.00"), a_call(Verb.VOID))

    balance = made.balance(str(payment.intent), a_call(Verb.REFUND))
    assert (balance.state, balance.captured.minor) == (PaymentState.VOIDED, 0)


@pytest.mark.parametrize("by_intent", [True, False])
def test_what_was_released_in_a_partial_capture_is_not_refunded(stripe: StripeSimulator, by_intent: bool) -> None:
    payment = stripe.pay(3000, captured=False)
    stripe.capture(payment, 1000)
    stripe.refund(payment, 300)
    name = str(payment.intent) if by_intent else payment.charge

    balance = adapter(stripe).balance(name, a_call(Verb.REFUND))

    assert (balance.captured.minor, balance.refunded.minor) == (1000, 300)


def test_the_balance_of_an_unknown_payment_is_rejected(stripe: StripeSimulator) -> None:
    with pytest.raises(Rejected, match="no such payment"):
        adapter(stripe).balance("pi_unknown", a_call(Verb.REFUND))


def test_a_poll_that_fails_raises_and_moves_no_cursor(stripe: StripeSimulator) -> None:
    stripe.script("refunds", troubles.RATE_LIMITED)

    with pytest.raises(Exception, match="come back later"):
        adapter(stripe).poll(None, a_call(Verb.REFUND))


def test_the_adapter_says_that_its_gateway_can_be_read(stripe: StripeSimulator) -> None:
    assert isinstance(adapter(stripe), ReadsPayments)
