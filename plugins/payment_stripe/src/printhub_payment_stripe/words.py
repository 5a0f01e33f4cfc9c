"""Stripe's codes in words for operators. Stripe's own messages are not shown: some quote amounts, or parts of keys."""

from collections.abc import Mapping
from types import MappingProxyType

CODES: Mapping[str, str] = MappingProxyType(
    {
        "amount_too_large": "the amount is more than may be refunded",
        "amount_too_small": "the amount is less than may be refunded",
        "balance_insufficient": "the balance at Stripe does not cover it",
        "charge_already_refunded": "the payment is wholly refunded already",
        "charge_disputed": "the customer's bank disputes the payment",
        "charge_not_refundable": "this payment cannot be refunded",
        "payment_intent_unexpected_state": "the payment is not in a state that allows it",
        "refund_disputed_payment": "the customer's bank disputes the payment",
        "resource_missing": "this account has no such payment; it may be another account's, or of the other mode",
    }
)
"""Codes of errors (Stripe API reference, "Error codes")."""

FAILURES: Mapping[str, str] = MappingProxyType(
    {
        "charge_for_pending_refund_disputed": "the customer's bank disputed the payment meanwhile",
        "declined": "the customer's bank declined it",
        "expired_or_canceled_card": "the customer's card is expired or cancelled",
        "insufficient_funds": "the balance at Stripe did not cover it",
        "lost_or_stolen_card": "the customer's card is reported as lost or stolen",
        "merchant_request": "it was stopped at the shop's request",
        "unknown": "Stripe names no reason",
    }
)
"""Reasons why a refund failed (Stripe API reference, "The Refund object", failure_reason)."""

DELAYS: Mapping[str, str] = MappingProxyType(
    {
        "charge_pending": "the payment itself is not through yet",
        "insufficient_funds": "the balance at Stripe does not cover it yet",
        "processing": "it is being processed",
    }
)
"""Reasons why a refund is pending (Stripe API reference, "The Refund object", pending_reason)."""


def in_words(table: Mapping[str, str], code: str | None, otherwise: str) -> str:
    """What a code means; one that is not in the table is told as it is, in one line of at most 60 characters."""
    if not code:
        return otherwise
    return table.get(code) or f"Stripe calls it {' '.join(code.split())[:60]}"
