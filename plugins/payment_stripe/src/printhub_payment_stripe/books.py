"""Stripe's books, read to find what the hub was not told of: payments with their sums, and refunds by time."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field, JsonValue, TypeAdapter, ValidationError
from stripe.params import RefundListParams, RefundListParamsCreated

from printhub import PaymentBalance, PaymentState, RefundPage, RefundSeen
from printhub_payment_stripe.account import PAGE, Account
from printhub_payment_stripe.amounts import from_stripe
from printhub_payment_stripe.config import PaymentStripeConfig
from printhub_payment_stripe.objects import Charge, PaymentIntent, Refund, StripeObject
from printhub_payment_stripe.reporting import seen
from printhub_payment_stripe.telling import payment_of

_PAGES = 10
"""How many pages one poll reads at the most."""
_STATES = {
    "requires_capture": PaymentState.AUTHORIZED,
    "succeeded": PaymentState.CAPTURED,
    "canceled": PaymentState.VOIDED,
}


class Sweep(StripeObject):
    """Where polling stands, in seconds since 1970: what was seen to its end, and what is being seen."""

    done: int = Field(ge=0)
    """The last sweep that came to its end began then."""
    began: int | None = None
    """The present one began then; None where the next poll begins one."""
    after: str | None = None
    """The refund that its last page ended with."""


def polled(
    account: Account, config: PaymentStripeConfig, cursor: JsonValue, now: datetime
) -> tuple[Sequence[RefundSeen], JsonValue]:
    """The refunds since the last sweep began, and `look_back` before; a long sweep goes on in the next poll.

    A refund is told once for each state that it is met in.
    """
    sweep = _sweep(cursor, now)
    began = int(now.timestamp()) if sweep.began is None else sweep.began
    since = max(sweep.done - int(config.look_back.total_seconds()), 0)
    found: list[Refund] = []
    after = sweep.after
    for _ in range(_PAGES):
        page, after = _page(account, {"gte": since}, after)
        found += page
        if after is None:
            break
    left_off = Sweep(done=began) if after is None else Sweep(done=sweep.done, began=began, after=after)
    return _seen(found, config), left_off.model_dump(mode="json", exclude_none=True)


def page_of(
    account: Account, config: PaymentStripeConfig, period: tuple[datetime, datetime], cursor: JsonValue
) -> RefundPage:
    """One page of the refunds that were made in a period, newest first."""
    since, until = (int(moment.timestamp()) for moment in period)
    page, after = _page(account, {"gte": since, "lt": until}, TypeAdapter(str | None).validate_python(cursor))
    return RefundPage(_seen(page, config), after)


def balance_of(account: Account, name: str) -> PaymentBalance:
    """The sums of a payment."""
    payment = account.payment(name, with_charge=True)
    charge = payment if isinstance(payment, Charge) else payment.latest_charge
    captured = payment.amount_captured if isinstance(payment, Charge) else payment.amount_received
    # Not the charge's amount_refunded: what is released of an authorization counts there, and was never taken.
    refunded = sum(refund.amount for refund in account.refunds_of(name) if refund.counts) if captured else 0
    return PaymentBalance(
        payment=name,
        captured=from_stripe(captured, payment.currency),
        refunded=from_stripe(refunded, payment.currency),
        state=_state(payment),
        disputed=isinstance(charge, Charge) and charge.disputed,
    )


def _state(payment: PaymentIntent | Charge) -> PaymentState:
    if isinstance(payment, PaymentIntent):
        return _STATES.get(payment.status, PaymentState.OPEN)
    if payment.captured:
        return PaymentState.CAPTURED
    return PaymentState.VOIDED if payment.refunded else PaymentState.AUTHORIZED


def _page(account: Account, created: RefundListParamsCreated, after: str | None) -> tuple[Sequence[Refund], str | None]:
    """A page of the refunds of a time, and the refund that it ends with where there are more."""
    params: RefundListParams = {"created": created, "limit": PAGE}
    if after is not None:
        params["starting_after"] = after
    page = account.refunds(params)
    return page.data, page.data[-1].id if page.has_more and page.data else None


def _seen(refunds: Sequence[Refund], config: PaymentStripeConfig) -> Sequence[RefundSeen]:
    return [
        seen(refund, payment_of(refund, config.payments_named_by), dedupe=f"{refund.id}/{refund.status}")
        for refund in refunds
    ]


def _sweep(cursor: JsonValue, now: datetime) -> Sweep:
    try:
        return Sweep.model_validate(cursor)
    except ValidationError:  # the first poll, or a cursor of an older version
        return Sweep(done=int(now.timestamp()))
