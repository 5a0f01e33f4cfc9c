"""What is sent to Stripe for a ledger entry, and what comes of each of its answers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from plugins.payment_stripe.tests.sample import adapter, request
from printhub import (
    CannotTell,
    Found,
    Misconfigured,
    Mode,
    OutcomeUnknown,
    RefundRequest,
    Rejected,
    Report,
    Unavailable,
    Verb,
)
from printhub.testing import a_call
from printhub.testing.stripe_simulator import Settling, StripeSimulator, troubles
from printhub_payment_stripe.meaning import KeyMisused


@pytest.fixture
def stripe() -> Iterator[StripeSimulator]:
    with StripeSimulator() as made:
        yield made


def refunded(stripe: StripeSimulator, asked: RefundRequest, attempt: int = 1) -> Report:
    return adapter(stripe).refund(asked, a_call(Verb.REFUND, asked.entry, attempt))


def found(stripe: StripeSimulator, asked: RefundRequest, verb: Verb = Verb.REFUND) -> object:
    return adapter(stripe).lookup(asked, a_call(verb, asked.entry))


def test_the_entry_is_the_key_and_stands_in_the_metadata(stripe: StripeSimulator) -> None:
    payment = stripe.pay(3000)

    refunded(stripe, request(payment, "E-7", order="O-9"))

    [asked] = stripe.asked("refund")
    assert asked.key == "E-7"
    assert dict(asked.pairs) == {
        "amount": "1250",
        "payment_intent": payment.intent,
        "metadata[printhub_entry]": "E-7",
        "metadata[printhub_order]": "O-9",
    }


def test_the_version_of_the_api_is_pinned_and_can_be_set(stripe: StripeSimulator) -> None:
    adapter(stripe).check(a_call(Verb.REFUND))
    adapter(stripe, api_version="2025-03-31.basil").check(a_call(Verb.REFUND))

    assert [asked.version for asked in stripe.asked("balance")] == ["2026-10-28.endive", "2025-03-31.basil"]


def test_nothing_is_told_of_the_machine_that_asks(stripe: StripeSimulator) -> None:
    refunded(stripe, request(stripe.pay(3000)))

    for asked in stripe.journal:
        assert asked.headers["user-agent"] == "PrintHub"
        assert not [name for name in asked.headers if name.startswith("x-stripe")]


def test_a_reason_in_the_shops_words_is_not_sent(stripe: StripeSimulator) -> None:
    refunded(stripe, request(stripe.pay(3000), reason="Mrs Kim Sample was not at home"))

    assert "Kim" not in str(stripe.asked("refund"))


@pytest.mark.parametrize(
    ("settling", "outcome", "says"),
    [
        (Settling.SUCCEEDS, "done", "Stripe refund"),
        (Settling.PENDING, "accepted", "being processed"),
        (Settling.REQUIRES_ACTION, "action_required", "customer has to tell"),
    ],
)
def test_a_status_has_its_outcome_at_once_and_when_it_is_looked_up(
    stripe: StripeSimulator, settling: Settling, outcome: str, says: str
) -> None:
    asked = request(stripe.pay(3000, settling=settling))

    report = refunded(stripe, asked)

    assert (report.outcome, report.reference) == (outcome, stripe.refunds[0].id)
    assert says in report.detail
    assert found(stripe, asked) == Found(report)


def test_no_amount_stands_in_a_report(stripe: StripeSimulator) -> None:
    report = refunded(stripe, request(stripe.pay(3000)))

    assert "12" not in report.detail.replace(str(report.reference), "")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("expired_or_canceled_card", "card is expired or cancelled"),
        ("lost_or_stolen_card", "lost or stolen"),
        ("merchant_request", "shop's request"),
        ("brand_new_reason", "brand_new_reason"),
    ],
)
def test_a_refund_that_failed_later_is_found_as_refused_with_its_reason_in_words(
    stripe: StripeSimulator, reason: str, words: str
) -> None:
    asked = request(stripe.pay(3000))
    refunded(stripe, asked)

    stripe.fail(stripe.refunds[0], reason)

    finding = found(stripe, asked)
    assert isinstance(finding, Found)
    assert isinstance(finding.report, Rejected)
    assert words in finding.report.detail


def test_a_refund_that_was_called_off_is_found_as_refused(stripe: StripeSimulator) -> None:
    asked = request(stripe.pay(3000, settling=Settling.REQUIRES_ACTION))
    refunded(stripe, asked)

    stripe.cancel(stripe.refunds[0])

    finding = found(stripe, asked)
    assert isinstance(finding, Found)
    assert "cancelled" in str(finding.report)


def test_a_refund_waits_where_the_balance_does_not_cover_it(stripe: StripeSimulator) -> None:
    stripe.run_out_of_money()

    report = refunded(stripe, request(stripe.pay(3000)))

    assert report.outcome == "accepted"
    assert "balance" in report.detail


def test_what_was_refunded_by_hand_is_not_taken_for_the_hubs_own(stripe: StripeSimulator) -> None:
    payment = stripe.pay(1250)
    stripe.refund(payment)

    with pytest.raises(Rejected, match="wholly refunded already"):
        refunded(stripe, request(payment))


def test_an_own_refund_that_took_the_rest_is_found_although_stripe_says_no(stripe: StripeSimulator) -> None:
    payment = stripe.pay(1250)
    first = refunded(stripe, request(payment))
    stripe.forget_keys()

    again = refunded(stripe, request(payment))  # as after a restore of the hub's store from a backup

    assert again == first
    assert len(stripe.refunds) == 1


def test_an_own_refund_that_cannot_be_looked_for_is_in_doubt(stripe: StripeSimulator) -> None:
    payment = stripe.pay(1250)
    refunded(stripe, request(payment))
    stripe.forget_keys()
    stripe.script("refunds", troubles.OVERLOADED)

    with pytest.raises(OutcomeUnknown):
        refunded(stripe, request(payment))


def test_a_later_attempt_finds_the_first_when_the_key_is_forgotten(stripe: StripeSimulator) -> None:
    asked = request(stripe.pay(3000))
    stripe.script("refund", troubles.COMMITS_THEN_DROPS)
    with pytest.raises(OutcomeUnknown):
        refunded(stripe, asked)
    stripe.forget_keys()

    report = refunded(stripe, asked, attempt=2)

    assert report.reference == stripe.refunds[0].id
    assert len(stripe.refunds) == 1


def test_a_refusal_to_list_is_no_refusal_of_the_refund(stripe: StripeSimulator) -> None:
    asked = request(stripe.pay(3000))
    stripe.script("refund", troubles.COMMITS_THEN_DROPS)
    with pytest.raises(OutcomeUnknown):
        refunded(stripe, asked)
    stripe.script("refunds", troubles.REFUSES)

    with pytest.raises(OutcomeUnknown, match="earlier attempt"):
        refunded(stripe, asked, attempt=2)


def test_an_attempt_beside_one_that_is_still_at_work_comes_back_later(stripe: StripeSimulator) -> None:
    asked = request(stripe.pay(3000))
    stripe.script("refund", troubles.takes_after(1.0))
    with pytest.raises(OutcomeUnknown):
        adapter(stripe).refund(asked, a_call(Verb.REFUND, asked.entry, deadline_in=timedelta(milliseconds=300)))

    with pytest.raises(Unavailable, match="idempotency_key_in_use"):
        refunded(stripe, asked, attempt=2)

    stripe.wait_for(lambda: stripe.refunds)
    assert refunded(stripe, asked, attempt=3).reference == stripe.refunds[0].id
    assert len(stripe.refunds) == 1


def test_a_locked_payment_is_tried_later(stripe: StripeSimulator) -> None:
    stripe.script("refund", troubles.LOCK_TIMEOUT)

    with pytest.raises(Unavailable, match="lock_timeout"):
        refunded(stripe, request(stripe.pay(3000)))


def test_stripes_wish_for_patience_is_passed_on(stripe: StripeSimulator) -> None:
    stripe.script("payment", troubles.RATE_LIMITED)

    with pytest.raises(Unavailable) as told:
        refunded(stripe, request(stripe.pay(3000)))

    assert told.value.retry_after == timedelta(seconds=7)


def test_a_failure_while_the_payment_is_read_had_no_effect(stripe: StripeSimulator) -> None:
    for trouble in (troubles.SERVER_ERROR, troubles.GARBAGE, troubles.DROPS_BEFORE_COMMIT):
        stripe.script("payment", trouble)

        with pytest.raises(Unavailable):
            refunded(stripe, request(stripe.pay(3000)))

    assert stripe.asked("refund") == []


def test_another_content_under_one_key_is_named_as_a_fault_of_the_hub(stripe: StripeSimulator) -> None:
    payment = stripe.pay(3000)
    refunded(stripe, request(payment))

    with pytest.raises(KeyMisused, match="fault of the hub"):
        refunded(stripe, request(payment, amount="12.00"))


def test_a_disputed_payment_is_not_refunded(stripe: StripeSimulator) -> None:
    payment = stripe.pay(3000)
    stripe.dispute(payment)

    with pytest.raises(Rejected, match="bank disputes"):
        refunded(stripe, request(payment))


def test_a_payment_under_inquiry_can_be_refunded(stripe: StripeSimulator) -> None:
    payment = stripe.pay(3000)
    stripe.dispute(payment, inquiry=True)

    assert refunded(stripe, request(payment)).outcome == "done"


def test_lookup_of_a_payment_that_the_account_does_not_have_proves_nothing(stripe: StripeSimulator) -> None:
    with StripeSimulator() as another:
        payment = another.pay(3000)

    assert isinstance(found(stripe, request(payment)), CannotTell)
    assert isinstance(found(stripe, request(payment), Verb.VOID), CannotTell)


def test_lookup_reads_page_after_page(stripe: StripeSimulator) -> None:
    payment = stripe.pay(100_000)
    report = refunded(stripe, request(payment))
    for _ in range(100):
        stripe.refund(payment, 1)

    finding = found(stripe, request(payment))

    assert finding == Found(report)
    assert len(stripe.asked("refunds")) == 2


def test_a_key_of_the_other_mode_sends_nothing(stripe: StripeSimulator) -> None:
    asked = request(stripe.pay(3000))

    with pytest.raises(Misconfigured, match="test mode"):
        adapter(stripe).refund(asked, a_call(Verb.REFUND, asked.entry, mode=Mode.LIVE))
    with pytest.raises(Misconfigured, match="test mode"):
        adapter(stripe).check(a_call(Verb.REFUND, mode=Mode.LIVE))
    assert stripe.journal == ()


def test_answers_of_the_other_mode_are_not_believed() -> None:
    with StripeSimulator(livemode=True) as stripe:
        stripe.accept("sk_test_of_another_account")
        made = adapter(stripe, api_key="sk_test_of_another_account")
        asked = request(stripe.pay(3000))

        with pytest.raises(Misconfigured, match="live mode"):
            made.refund(asked, a_call(Verb.REFUND, asked.entry))
        with pytest.raises(Misconfigured, match="live mode"):
            made.check(a_call(Verb.REFUND))

        assert stripe.refunds == []


@pytest.mark.parametrize("amount", ["12.49", "12.51"])
def test_an_authorization_is_released_whole_or_not_at_all(stripe: StripeSimulator, amount: str) -> None:
    payment = stripe.pay(1250, captured=False)

    with pytest.raises(Rejected, match="whole"):
        adapter(stripe).void(request(payment, amount=amount), a_call(Verb.VOID))
    assert payment.status == "requires_capture"


def test_a_void_whose_answer_was_lost_is_answered_again_under_its_key(stripe: StripeSimulator) -> None:
    asked = request(stripe.pay(1250, captured=False), "E-7")
    stripe.script("void", troubles.COMMITS_THEN_DROPS)
    with pytest.raises(OutcomeUnknown):
        adapter(stripe).void(asked, a_call(Verb.VOID, "E-7"))

    assert adapter(stripe).void(asked, a_call(Verb.VOID, "E-7", 2)).outcome == "done"
    assert [one.key for one in stripe.asked("void")] == ["E-7"]


def test_a_void_that_was_overtaken_by_its_capture_is_found_as_refused(stripe: StripeSimulator) -> None:
    payment = stripe.pay(1250, captured=False)
    stripe.capture(payment)

    finding = found(stripe, request(payment), Verb.VOID)

    assert isinstance(finding, Found)
    assert "captured" in str(finding.report)
