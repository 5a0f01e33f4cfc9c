"""The simulated Stripe, driven by Stripe's own library: it keeps Stripe's rules, also those that are easy to forget."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import stripe as sdk
from stripe.params import RefundListParams

from printhub.testing.stripe_simulator import Mode, Payment, Settling, StripeSimulator, troubles


@pytest.fixture
def http() -> Iterator[sdk.RequestsClient]:
    with requests.Session() as session:
        yield sdk.RequestsClient(session=session, timeout=5)


@pytest.fixture
def client(stripe: StripeSimulator, http: sdk.RequestsClient) -> sdk.StripeClient:
    return connected(stripe, http)


def connected(stripe: StripeSimulator, http: sdk.RequestsClient, key: str | None = None) -> sdk.StripeClient:
    addresses: Any = {"api": stripe.url}
    return sdk.StripeClient(key or stripe.secret_key, base_addresses=addresses, max_network_retries=0, http_client=http)


def refund(client: sdk.StripeClient, payment: Payment, amount: int | None = None, key: str | None = None) -> sdk.Refund:
    params: Any = {"payment_intent": payment.intent} | ({} if amount is None else {"amount": amount})
    return client.v1.refunds.create(params, {"idempotency_key": key} if key else {})


# --- refunds ------------------------------------------------------------------------------------------------------


def test_a_refund_without_an_amount_gives_back_the_rest(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000)
    refund(client, payment, 300)

    rest = refund(client, payment)

    assert (rest.amount, rest.status, rest.payment_intent) == (700, "succeeded", payment.intent)
    assert client.v1.charges.retrieve(payment.charge).refunded is True


def test_more_than_is_left_is_refused(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000)
    refund(client, payment, 300)

    with pytest.raises(sdk.InvalidRequestError, match="greater than unrefunded") as refused:
        refund(client, payment, 701)

    assert refused.value.param == "amount"
    assert stripe.refunded(payment) == 300


def test_what_is_wholly_refunded_cannot_be_refunded_again(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000)
    refund(client, payment)

    with pytest.raises(sdk.InvalidRequestError) as refused:
        refund(client, payment, 1)

    assert refused.value.code == "charge_already_refunded"


def test_many_at_once_never_refund_more_than_was_paid(stripe: StripeSimulator) -> None:
    payment = stripe.pay(1000)

    def one(number: int) -> str:
        with requests.Session() as session:
            client = connected(stripe, sdk.RequestsClient(session=session))
            try:
                return str(refund(client, payment, 300, f"key-{number}").status)
            except sdk.InvalidRequestError:
                return "refused"

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(one, range(8)))

    assert sorted(ends) == ["refused"] * 5 + ["succeeded"] * 3


def test_a_failed_refund_can_be_made_again(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000)
    first = refund(client, payment)
    stripe.fail(stripe.refunds[0], "declined")

    assert client.v1.refunds.retrieve(first.id).failure_reason == "declined"
    assert refund(client, payment).status == "succeeded"


def test_a_pending_refund_counts_before_it_succeeds(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000, settling=Settling.PENDING)

    assert refund(client, payment).pending_reason == "processing"
    assert stripe.refunded(payment) == 1000

    stripe.succeed(stripe.refunds[0])
    assert client.v1.refunds.retrieve(stripe.refunds[0].id).status == "succeeded"


def test_only_a_refund_that_requires_action_can_be_canceled(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    waiting = refund(client, stripe.pay(1000, settling=Settling.REQUIRES_ACTION))
    done = refund(client, stripe.pay(1000))

    assert client.v1.refunds.cancel(waiting.id).status == "canceled"
    with pytest.raises(sdk.InvalidRequestError, match="cannot be canceled"):
        client.v1.refunds.cancel(done.id)


def test_what_was_not_captured_is_canceled_and_not_refunded(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000, captured=False)
    with pytest.raises(sdk.InvalidRequestError) as refused:
        refund(client, payment)
    assert refused.value.code == "payment_intent_unexpected_state"

    assert client.v1.payment_intents.cancel(str(payment.intent)).status == "canceled"
    with pytest.raises(sdk.InvalidRequestError):
        client.v1.payment_intents.capture(str(payment.intent))


def test_what_was_captured_in_part_is_refunded_up_to_that_part(
    stripe: StripeSimulator, client: sdk.StripeClient
) -> None:
    payment = stripe.pay(1000, captured=False)

    captured = client.v1.payment_intents.capture(str(payment.intent), {"amount_to_capture": 400})

    assert (captured.amount_received, captured.status) == (400, "succeeded")
    assert refund(client, payment).amount == 400


def test_a_disputed_payment_is_refunded_only_while_it_is_an_inquiry_or_was_won(
    stripe: StripeSimulator, client: sdk.StripeClient
) -> None:
    asked, fought = stripe.pay(1000), stripe.pay(1000)
    stripe.dispute(asked, inquiry=True)
    dispute = stripe.dispute(fought)

    assert refund(client, asked).status == "succeeded"
    with pytest.raises(sdk.InvalidRequestError) as refused:
        refund(client, fought)
    assert refused.value.code == "charge_disputed"
    assert client.v1.disputes.retrieve(dispute.id).status == "needs_response"

    stripe.close_dispute(dispute, won=True)
    assert refund(client, fought).status == "succeeded"


def test_metadata_is_kept_and_can_be_added_to(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    made = client.v1.refunds.create({"charge": stripe.pay(1000).charge, "metadata": {"order": "7", "x": "é&="}})

    changed = client.v1.refunds.update(made.id, {"metadata": {"note": "late"}})

    assert changed.to_dict()["metadata"] == {"order": "7", "x": "é&=", "note": "late"}
    with pytest.raises(sdk.InvalidRequestError):
        client.v1.refunds.update(made.id, {"metadata": {"[x]": "brackets are none of a key's"}})


# --- lists --------------------------------------------------------------------------------------------------------


def test_a_list_is_newest_first_and_its_pages_lead_to_the_end(
    stripe: StripeSimulator, client: sdk.StripeClient
) -> None:
    payment, another = stripe.pay(1000), stripe.pay(1000)
    made = [refund(client, payment, 1).id for _ in range(7)]
    refund(client, another)

    listed = client.v1.refunds.list({"payment_intent": str(payment.intent), "limit": 3})

    assert [one.id for one in listed.data] == made[:-4:-1]
    assert [one.id for one in listed.auto_paging_iter()] == made[::-1]


def test_a_list_can_be_of_a_charge_or_of_a_time(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000)
    made = refund(client, payment)
    refund(client, stripe.pay(1000))

    def found(params: RefundListParams) -> list[str]:
        return [one.id for one in client.v1.refunds.list(params).data]

    assert found({"charge": payment.charge}) == [made.id]
    assert len(found({"created": {"gte": made.created}})) == 2
    assert found({"created": {"lt": made.created}}) == []


# --- keys ---------------------------------------------------------------------------------------------------------


def test_one_key_is_one_refund_and_one_answer(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000)

    first, again = (refund(client, payment, 300, "K") for _ in range(2))

    assert first.id == again.id
    assert stripe.refunded(payment) == 300


def test_other_parameters_under_a_key_are_refused(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000)
    refund(client, payment, 300, "K")

    with pytest.raises(sdk.IdempotencyError):
        refund(client, payment, 301, "K")


def test_a_refusal_is_answered_again_also_when_it_would_be_possible_now(
    stripe: StripeSimulator, client: sdk.StripeClient
) -> None:
    payment = stripe.pay(1000)
    refund(client, payment)
    for _ in range(2):
        with pytest.raises(sdk.InvalidRequestError) as refused:
            refund(client, payment, 300, "K")
        assert refused.value.code == "charge_already_refunded"
        stripe.fail(stripe.refunds[0])


@pytest.mark.parametrize("trouble", [troubles.SERVER_ERROR, troubles.COMMITS_THEN_500], ids=lambda mode: mode.name)
def test_a_500_is_answered_again_whether_or_not_it_had_an_effect(
    stripe: StripeSimulator, client: sdk.StripeClient, trouble: Mode
) -> None:
    payment = stripe.pay(1000)
    stripe.script("refund", trouble)

    for _ in range(2):
        with pytest.raises(sdk.APIError):
            refund(client, payment, 300, "K")

    assert stripe.refunded(payment) == (300 if trouble is troubles.COMMITS_THEN_500 else 0)


@pytest.mark.parametrize(
    "trouble", [troubles.RATE_LIMITED, troubles.LOCK_TIMEOUT, troubles.OVERLOADED], ids=lambda mode: mode.name
)
def test_what_was_turned_away_before_any_work_is_not_remembered(
    stripe: StripeSimulator, client: sdk.StripeClient, trouble: Mode
) -> None:
    payment = stripe.pay(1000)
    stripe.script("refund", trouble)
    with pytest.raises(sdk.StripeError):
        refund(client, payment, 300, "K")

    assert refund(client, payment, 300, "K").status == "succeeded"


def test_parameters_that_are_wrong_are_not_remembered(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000)
    wrong: Any = {"payment_intent": payment.intent, "reason": "why not"}
    with pytest.raises(sdk.InvalidRequestError, match="reason"):
        client.v1.refunds.create(wrong, {"idempotency_key": "K"})

    assert refund(client, payment, 300, "K").status == "succeeded"


def test_a_key_whose_request_is_at_work_is_in_use(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000)
    stripe.script("refund", troubles.hangs(30))

    def hanging() -> None:
        with requests.Session() as session, pytest.raises(sdk.APIConnectionError):
            refund(connected(stripe, sdk.RequestsClient(session=session)), payment, 300, "K")

    thread = threading.Thread(target=hanging)
    thread.start()
    stripe.wait_for(lambda: stripe.asked("refund"))

    with pytest.raises(sdk.APIError) as refused:
        refund(client, payment, 300, "K")
    stripe.stop()
    thread.join()

    assert refused.value.http_status == 409
    assert stripe.refunded(payment) == 0


def test_keys_are_forgotten_when_a_day_has_passed(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    payment = stripe.pay(1000)
    refund(client, payment, 300, "K")

    stripe.forget_keys()

    refund(client, payment, 300, "K")
    assert stripe.refunded(payment) == 600


@pytest.mark.parametrize(
    ("trouble", "effect"),
    [(troubles.COMMITS_THEN_DROPS, 300), (troubles.DROPS_BEFORE_COMMIT, 0)],
    ids=["after", "before"],
)
def test_a_connection_breaks_before_or_after_the_work(
    stripe: StripeSimulator, client: sdk.StripeClient, trouble: Mode, effect: int
) -> None:
    payment = stripe.pay(1000)
    stripe.script("refund", trouble)

    with pytest.raises(sdk.APIConnectionError):
        refund(client, payment, 300, "K")

    assert stripe.refunded(payment) == effect
    assert refund(client, payment, 300, "K").status == "succeeded"
    assert stripe.refunded(payment) == 300


# --- the account --------------------------------------------------------------------------------------------------


def test_another_key_is_not_let_in(stripe: StripeSimulator, http: sdk.RequestsClient) -> None:
    with pytest.raises(sdk.AuthenticationError):
        connected(stripe, http, "sk_test_another").v1.balance.retrieve()

    plain = requests.get(f"{stripe.url}/v1/balance", auth=(stripe.secret_key, ""), timeout=5)
    assert plain.status_code == 200


def test_the_balance_is_what_was_taken_and_not_given_back(stripe: StripeSimulator, client: sdk.StripeClient) -> None:
    stripe.pay(500, "jpy")
    stripe.refund(stripe.pay(1000), 300)

    sums = {one.currency: one.amount for one in client.v1.balance.retrieve().available}

    assert sums == {"eur": 700, "jpy": 500}


@pytest.mark.parametrize("live", [True, False])
def test_everything_says_whether_it_is_live(live: bool, http: sdk.RequestsClient) -> None:
    with StripeSimulator(livemode=live) as stripe:
        payment = stripe.pay(1000)
        client = connected(stripe, http)

        assert client.v1.payment_intents.retrieve(str(payment.intent)).livemode is live
        assert client.v1.charges.retrieve(payment.charge).livemode is live
        assert client.v1.balance.retrieve().livemode is live
        assert all(f'"livemode":{str(live).lower()}'.encode() in event.body for event in stripe.events)


def test_a_trouble_of_an_unknown_verb_is_a_mistake_of_the_test(stripe: StripeSimulator) -> None:
    with pytest.raises(ValueError, match="refnd"):
        stripe.script("refnd", troubles.TAKES)
