"""Stripe's API as far as refunds need it: which request means what, and what is answered."""

import re
from collections.abc import Callable, Sequence

from printhub.testing.simulator.answer import Answer
from printhub.testing.stripe_simulator.books import Books, newest_first
from printhub.testing.stripe_simulator.form import Form, integer, only
from printhub.testing.stripe_simulator.records import Object, Payment, Refund
from printhub.testing.stripe_simulator.refusal import Refusal

_ROUTES = [
    (method, re.compile(f"/v1/{path}"), verb)
    for method, path, verb in [
        ("POST", "refunds", "refund"),
        ("GET", "refunds", "refunds"),
        ("GET", "refunds/([^/]+)", "read_refund"),
        ("POST", "refunds/([^/]+)", "update_refund"),
        ("POST", "refunds/([^/]+)/cancel", "cancel_refund"),
        ("GET", "payment_intents/([^/]+)", "payment"),
        ("POST", "payment_intents/([^/]+)/capture", "capture"),
        ("POST", "payment_intents/([^/]+)/cancel", "void"),
        ("GET", "charges/([^/]+)", "charge"),
        ("GET", "disputes/([^/]+)", "dispute"),
        ("GET", "balance", "balance"),
    ]
]
VERBS = frozenset(verb for _, _, verb in _ROUTES)
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")
_METADATA_KEYS, _METADATA_KEY, _METADATA_VALUE = 50, 40, 500
"""Stripe API reference, "Metadata": how many keys, and the characters of a key and of a value."""


def recognised(method: str, path: str) -> tuple[str, str]:
    """The verb of a request and the id in its path; raises Refusal where there is no such route."""
    for known, pattern, verb in _ROUTES:
        if known == method and (found := pattern.fullmatch(path)):
            return verb, found[1] if pattern.groups else ""
    raise Refusal(404, f"Unrecognized request URL ({method}: {path}).", saved=False)


def answered(books: Books, verb: str, name: str, form: Form) -> Answer:
    """Do what a request asks for; raises Refusal."""
    return Answer.json(200, _WORK[verb](books, name, form))


def _refund(books: Books, _: str, form: Form) -> Object:
    only(form, "payment_intent", "charge", "amount", "reason", "metadata", "instructions_email")
    amount, reason = integer(form, "amount"), form.get("reason")
    if amount is not None and amount < 1:
        raise Refusal(400, "Invalid positive integer", code="parameter_invalid_integer", param="amount", saved=False)
    if reason not in (None, *_REASONS):
        raise Refusal(400, f"Invalid reason: must be one of {', '.join(_REASONS)}", param="reason", saved=False)
    return books.refund(_named(books, form), amount, _metadata(form), reason).object()


def _refunds(books: Books, _: str, form: Form) -> Object:
    only(form, "payment_intent", "charge", "created", "limit", "starting_after")
    limit = integer(form, "limit") or 10
    if not 1 <= limit <= 100:
        raise Refusal(400, "Invalid limit", code="parameter_invalid_integer", param="limit")
    found = newest_first(refund for refund in books.refunds.values() if _asked_for(refund, form))
    if after := form.get("starting_after"):
        books.found(books.refunds, after, "refund")
        found = found[[refund.id for refund in found].index(after) + 1 :]
    return _page([refund.object() for refund in found[:limit]], has_more=len(found) > limit)


def _read_refund(books: Books, name: str, _: Form) -> Object:
    return books.found(books.refunds, name, "refund").object()


def _update_refund(books: Books, name: str, form: Form) -> Object:
    only(form, "metadata")
    refund = books.found(books.refunds, name, "refund")
    refund.metadata |= _metadata(form)
    return refund.object()


def _cancel_refund(books: Books, name: str, _: Form) -> Object:
    refund = books.found(books.refunds, name, "refund")
    books.cancel_refund(refund)
    return refund.object()


def _payment(books: Books, name: str, form: Form) -> Object:
    return _shown(books, books.payment(name), form)


def _capture(books: Books, name: str, form: Form) -> Object:
    only(form, "amount_to_capture")
    payment = books.payment(name)
    books.capture(payment, integer(form, "amount_to_capture"))
    return _shown(books, payment, form)


def _void(books: Books, name: str, form: Form) -> Object:
    only(form, "cancellation_reason")
    payment = books.payment(name)
    books.cancel_payment(payment)
    return _shown(books, payment, form)


def _charge(books: Books, name: str, _: Form) -> Object:
    payment = books.payment(name, "charge")
    return payment.charge_object(books.refunded(payment))


def _dispute(books: Books, name: str, _: Form) -> Object:
    return books.found(books.disputes, name, "dispute").object()


def _balance(books: Books, *_: object) -> Object:
    return books.balance()


_WORK: dict[str, Callable[[Books, str, Form], Object]] = {
    "refund": _refund,
    "refunds": _refunds,
    "read_refund": _read_refund,
    "update_refund": _update_refund,
    "cancel_refund": _cancel_refund,
    "payment": _payment,
    "capture": _capture,
    "void": _void,
    "charge": _charge,
    "dispute": _dispute,
    "balance": _balance,
}


def _named(books: Books, form: Form) -> Payment:
    names = [(what, form[what]) for what in ("payment_intent", "charge") if what in form]
    if len(names) != 1:
        text = "Exactly one of the parameters payment_intent and charge is expected."
        raise Refusal(400, text, code="parameter_missing", param="payment_intent", saved=False)
    [(what, name)] = names
    return books.payment(name, what)


def _metadata(form: Form) -> dict[str, str]:
    metadata = form.get("metadata", {})
    fits = isinstance(metadata, dict) and len(metadata) <= _METADATA_KEYS
    if not fits or any(len(key) > _METADATA_KEY or len(text) > _METADATA_VALUE for key, text in metadata.items()):
        raise Refusal(400, "Invalid metadata.", param="metadata", saved=False)
    return dict(metadata)


def _asked_for(refund: Refund, form: Form) -> bool:
    payment = refund.payment
    if form.get("payment_intent", payment.intent) != payment.intent:
        return False
    if form.get("charge", payment.charge) != payment.charge:
        return False
    created = form.get("created", {})
    at = refund.created
    if isinstance(created, str):
        return at == int(created)
    bounds = {"gte": at.__ge__, "gt": at.__gt__, "lte": at.__le__, "lt": at.__lt__}
    return all(bounds[name](int(bound)) for name, bound in created.items())


def _shown(books: Books, payment: Payment, form: Form) -> Object:
    expand = form.get("expand", {})
    charge = payment.charge_object(books.refunded(payment))
    return payment.intent_object(charge if "latest_charge" in expand.values() else payment.charge)


def _page(objects: Sequence[Object], *, has_more: bool) -> Object:
    return {"object": "list", "url": "/v1/refunds", "has_more": has_more, "data": list(objects)}
