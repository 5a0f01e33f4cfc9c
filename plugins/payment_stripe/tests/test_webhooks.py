"""Whom an event is believed, and what it says."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe as sdk
import time_machine

from plugins.payment_stripe.tests.sample import NOW, adapter, inbound, posted, request
from printhub import LookAgain, Money, RefundSeen, Refused, Settled, Verb
from printhub.testing import FakeClock, a_call
from printhub.testing.stripe_simulator import Payment, Settling, StripeEvent, StripeSimulator
from printhub_payment_stripe.signature import verify

SECRET, NEXT = "whsec_simulated", "whsec_the_next"
MOMENT = datetime.fromtimestamp(NOW, UTC)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MOMENT)


@pytest.fixture
def stripe(clock: FakeClock) -> Iterator[StripeSimulator]:
    with StripeSimulator(now=clock) as made:
        yield made


def event(stripe: StripeSimulator, kind: str) -> StripeEvent:
    return [one for one in stripe.events if one.type == kind][-1]


def said(stripe: StripeSimulator, kind: str, **changes: Any) -> list[object]:
    return list(adapter(stripe, **changes).read(posted(event(stripe, kind))).signals)


def own_refund(stripe: StripeSimulator, settling: Settling = Settling.SUCCEEDS) -> Payment:
    payment = stripe.pay(3000, settling=settling)
    adapter(stripe).refund(request(payment), a_call(Verb.REFUND, "E-1"))
    return payment


# --- signatures ---------------------------------------------------------------------------------------------------


def test_what_stripes_own_library_signs_is_taken() -> None:
    header = sdk.WebhookSignature.generate_signature_header('{"ä": 1}', SECRET, NOW)

    verify('{"ä": 1}'.encode(), header, [SECRET], MOMENT)


def test_what_the_simulator_signs_is_taken_by_stripes_own_library(stripe: StripeSimulator) -> None:
    own_refund(stripe)
    told = event(stripe, "refund.created")

    header = told.headers([SECRET, NEXT], NOW)["stripe-signature"]

    for secret in (SECRET, NEXT):
        assert sdk.WebhookSignature.verify_header(told.body, header, secret, tolerance=None)


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
def test_within_five_minutes_either_way_a_signature_counts(seconds: int) -> None:
    verify(b"{}", sdk.WebhookSignature.generate_signature_header("{}", SECRET, NOW + seconds), [SECRET], MOMENT)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_beyond_five_minutes_it_does_not(seconds: int) -> None:
    header = sdk.WebhookSignature.generate_signature_header("{}", SECRET, NOW + seconds)

    with pytest.raises(Refused, match="clocks"):
        verify(b"{}", header, [SECRET], MOMENT)


@pytest.mark.parametrize("secret", [SECRET, NEXT])
def test_while_a_secret_is_changed_either_is_good(secret: str) -> None:
    verify(b"{}", sdk.WebhookSignature.generate_signature_header("{}", secret, NOW), [SECRET, NEXT], MOMENT)


def test_another_body_or_secret_is_refused() -> None:
    header = sdk.WebhookSignature.generate_signature_header("{}", SECRET, NOW)

    with pytest.raises(Refused):
        verify(b"{ }", header, [SECRET], MOMENT)
    with pytest.raises(Refused):
        verify(b"{}", header, [NEXT], MOMENT)


def test_another_time_than_was_signed_is_refused() -> None:
    header = sdk.WebhookSignature.generate_signature_header("{}", SECRET, NOW - 3600)

    with pytest.raises(Refused):
        verify(b"{}", header.replace(str(NOW - 3600), str(NOW)), [SECRET], MOMENT)


@pytest.mark.parametrize(
    "header",
    ["", "t=", "v1=00", f"t={NOW}", f"t={NOW},v0=00", "t=²,v1=00", f"t={NOW},v1=é", f"t={NOW},t=1,v1=00", ",=,"],
)
def test_a_header_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(Refused):
        verify(b"{}", header, [SECRET], MOMENT)


@time_machine.travel(MOMENT, tick=False)
def test_an_event_of_the_other_mode_is_refused(stripe: StripeSimulator) -> None:
    own_refund(stripe)
    told = posted(event(stripe, "refund.created"))

    adapter(stripe).verify(told)

    with pytest.raises(Refused, match="test mode"):
        adapter(stripe, api_key="sk_live_0123456789").verify(told)


@time_machine.travel(MOMENT, tick=False)
def test_an_instance_without_secrets_believes_nobody(stripe: StripeSimulator) -> None:
    own_refund(stripe)

    with pytest.raises(Refused, match="webhook_secrets"):
        adapter(stripe, webhook_secrets=[]).verify(posted(event(stripe, "refund.created"), ""))


# --- what events say ----------------------------------------------------------------------------------------------


def test_an_own_refund_is_seen_and_settles_its_call(stripe: StripeSimulator) -> None:
    payment = own_refund(stripe)
    [refund] = stripe.refunds

    seen, settled = said(stripe, "refund.created")

    told = event(stripe, "refund.created")
    assert seen == RefundSeen(
        key="E-1",
        reference=refund.id,
        verb=Verb.REFUND,
        at=MOMENT,
        dedupe=told.id,
        amount=Money.from_minor(1250, "EUR"),
        payment=str(payment.intent),
        state="done",
    )
    assert isinstance(settled, Settled)
    assert settled.report is not None
    assert (settled.key, settled.reference, settled.dedupe) == ("E-1", refund.id, told.id)
    assert (settled.report.outcome, settled.report.reference) == ("done", refund.id)


def test_a_refund_made_by_hand_is_seen_and_settles_nothing(stripe: StripeSimulator) -> None:
    stripe.refund(stripe.pay(3000), 700)

    [seen] = said(stripe, "refund.created")

    assert isinstance(seen, RefundSeen)
    assert (seen.key, seen.amount, seen.state) == (None, Money.from_minor(700, "EUR"), "done")


def test_a_refund_that_is_on_its_way_is_looked_up_because_events_come_in_any_order(stripe: StripeSimulator) -> None:
    for settling, state in ((Settling.PENDING, "pending"), (Settling.REQUIRES_ACTION, "action_required")):
        own_refund(stripe, settling)

        seen, again = said(stripe, "refund.created")

        assert isinstance(seen, RefundSeen)
        assert seen.state == state
        assert isinstance(again, LookAgain)
        assert again.key == "E-1"
        stripe.forget_keys()


@pytest.mark.parametrize("kind", ["refund.updated", "refund.failed", "charge.refund.updated"])
def test_a_refund_that_failed_after_it_had_succeeded_refuses_its_call(
    stripe: StripeSimulator, clock: FakeClock, kind: str
) -> None:
    own_refund(stripe)
    clock.advance(timedelta(days=3))

    stripe.fail(stripe.refunds[0], "declined")

    seen, settled = said(stripe, kind)
    assert isinstance(seen, RefundSeen)
    assert (seen.state, seen.reason) == ("failed", "declined")
    assert seen.at == MOMENT + timedelta(days=3)
    assert isinstance(settled, Settled)
    assert "declined it" in str(settled.refused)


def test_a_refund_of_an_older_event_of_a_charge_is_read_too(stripe: StripeSimulator) -> None:
    own_refund(stripe)
    told = json.loads(event(stripe, "charge.refunded").body)
    told["data"]["object"]["refunds"] = {"data": [stripe.refunds[0].object()]}

    signals = adapter(stripe).read(inbound(json.dumps(told).encode(), {})).signals

    assert [type(signal) for signal in signals] == [RefundSeen, Settled]
    assert said(stripe, "charge.refunded") == []


def test_a_dispute_is_told_from_its_beginning_to_its_end(stripe: StripeSimulator) -> None:
    payment = stripe.pay(3000)
    dispute = stripe.dispute(payment, "product_not_received")
    [opened] = said(stripe, "charge.dispute.created")
    stripe.close_dispute(dispute, won=False)

    [closed] = said(stripe, "charge.dispute.closed")

    assert isinstance(opened, RefundSeen)
    assert isinstance(closed, RefundSeen)
    assert (opened.state, closed.state) == ("disputed", "dispute_lost")
    assert opened.reference == closed.reference == dispute.id
    assert (opened.amount, opened.reason) == (Money.from_minor(3000, "EUR"), "product_not_received")


def test_an_inquiry_takes_no_money(stripe: StripeSimulator) -> None:
    stripe.dispute(stripe.pay(3000), inquiry=True)

    [seen] = said(stripe, "charge.dispute.created")

    assert isinstance(seen, RefundSeen)
    assert seen.state == "dispute_inquiry"


def test_a_payment_that_is_captured_makes_an_open_void_be_looked_up(stripe: StripeSimulator) -> None:
    payment = stripe.pay(1250, captured=False)
    stripe.capture(payment)

    [again] = said(stripe, "payment_intent.succeeded")

    assert isinstance(again, LookAgain)
    assert (again.reference, again.verb) == (payment.intent, Verb.VOID)


def test_a_payment_that_is_released_settles_its_void(stripe: StripeSimulator) -> None:
    payment = stripe.pay(1250, captured=False)
    report = adapter(stripe).void(request(payment), a_call(Verb.VOID, "E-1"))

    [settled] = said(stripe, "payment_intent.canceled")

    assert isinstance(settled, Settled)
    assert (settled.reference, settled.report) == (report.reference, report)


def test_a_storefront_that_keeps_charges_is_told_of_charges(stripe: StripeSimulator) -> None:
    payment = own_refund(stripe)

    seen, _ = said(stripe, "refund.created", payments_named_by="charge")

    assert isinstance(seen, RefundSeen)
    assert seen.payment == payment.charge


def test_an_event_of_no_concern_is_answered_with_200(stripe: StripeSimulator) -> None:
    own_refund(stripe)
    told = json.loads(event(stripe, "refund.created").body) | {"type": "customer.created", "data": {"object": {}}}

    received = adapter(stripe).read(inbound(json.dumps(told).encode(), {}))

    assert (list(received.signals), received.answer.status) == ([], 200)


def test_no_customer_is_in_a_signal_or_in_the_text_of_an_error(stripe: StripeSimulator) -> None:
    own_refund(stripe)
    told = json.loads(event(stripe, "refund.created").body)
    told["data"]["object"] |= {"amount": "Kim Sample", "receipt_number": "Kim Sample"}

    with pytest.raises(ValueError, match="amount") as failed:
        adapter(stripe).read(inbound(json.dumps(told).encode(), {}))

    assert "Kim" not in str(failed.value)
