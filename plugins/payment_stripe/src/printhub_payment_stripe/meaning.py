"""What Stripe's errors mean to the hub: who must act."""

from datetime import datetime

import stripe

from printhub import Misconfigured, OutcomeUnknown, Rejected, Reply, Unavailable, retry_after
from printhub_payment_stripe.words import CODES, in_words

_LATER = frozenset({"idempotency_key_in_use", "lock_timeout", "rate_limit"})
"""Codes that say: not now."""


class AlreadyRefunded(Rejected):
    """Nothing is left of the payment to refund; it may have been the hub itself that refunded it."""


class KeyMisused(RuntimeError):
    """The hub sent one idempotency key with two different requests: a fault of the hub or of this plugin."""


def meaning(error: stripe.StripeError, request: str, reply: Reply | None, now: datetime, *, changes: bool) -> Exception:
    """The error to raise; `changes` tells whether the request can have had an effect, `request` reads like "refund"."""
    code, status = _code(error), error.http_status or 0
    if isinstance(error, stripe.IdempotencyError):
        return KeyMisused(
            f"{request}: its idempotency key was used before with another content, and Stripe did nothing now; that is"
            " a fault of the hub, please report it"
        )
    if status in (409, 429) or code in _LATER:
        wish = retry_after(reply, now) if reply is not None else None
        return Unavailable(f"{request}: Stripe asks to come back later ({code or status})", wish)
    if status == 401:
        return Misconfigured(f"{request}: Stripe does not know the api_key; put a valid one into the configuration")
    if status == 403:
        return Misconfigured(f"{request}: the api_key may not do this; give it the rights that the README lists")
    if status in (400, 402, 404):
        said = in_words(CODES, code, _about(error))
        kind = AlreadyRefunded if code == "charge_already_refunded" else Rejected
        return kind(f"{request}: {said}")
    if changes:
        return OutcomeUnknown(f"{request}: Stripe answered {status or 'nothing readable'}; it may have been done")
    return Unavailable(f"{request}: Stripe answered {status or 'nothing readable'}")


def _code(error: stripe.StripeError) -> str | None:
    if error.code:
        return error.code
    said = error.json_body.get("error") if isinstance(error.json_body, dict) else None
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, str) else None


def _about(error: stripe.StripeError) -> str:
    param = getattr(error, "param", None)
    if param == "amount":
        return "the amount is more than is left of the payment, or is none that can be refunded"
    return f"Stripe refused it, because of its {param}" if isinstance(param, str) else "Stripe refused it"
