"""Neither secrets nor personal data come out: not in errors, reports, or what is kept of an exchange."""

import traceback
from typing import Any

import pytest

from plugins.mis_generic.tests import sample
from printhub import AdapterError, Rejected
from printhub.testing import MisMode, MisSimulator, a_call, a_ticket
from printhub_mis_generic.redaction import LENGTH, Redactor

SECRET = "hush-hush-42"
SIGNING_IN: list[dict[str, Any]] = [
    {"type": "basic", "user": "hub", "password": SECRET},
    {"type": "bearer", "token": SECRET},
    {"type": "header", "name": "X-Api-Key", "value": SECRET},
    {"type": "query", "name": "apikey", "value": SECRET},
    {"type": "hmac", "secret": SECRET},
]


@pytest.mark.parametrize("auth", SIGNING_IN, ids=lambda auth: str(auth["type"]))
def test_a_secret_shows_nowhere(auth: dict[str, Any]) -> None:
    with MisSimulator() as mis:
        hub = sample.adapter(sample.settings(mis.url, auth=auth))
        encoded = getattr(hub.config.auth, "encoded", SECRET)
        mis.script("notify", MisMode.SERVER_ERROR, MisMode.FORBIDDEN, MisMode.COMMITS_THEN_DROPS)
        shown = [repr(hub), repr(hub.config), repr(hub.config.auth)]
        for _ in range(5):
            call = a_call()
            try:
                shown.append(repr(hub.notify(a_ticket(), call)))
            except AdapterError as error:
                shown += traceback.format_exception(error)
            shown += [repr(call), repr(getattr(call.http, "exchanges", None))]
    assert not [text for text in shown if SECRET in text or encoded in text]


def test_a_secret_that_the_mis_repeats_is_blackened() -> None:
    for auth in SIGNING_IN:
        with MisSimulator() as mis:
            hub = sample.adapter(sample.settings(mis.url, auth=auth))
            encoded = getattr(hub.config.auth, "encoded", SECRET)
            mis.script("notify", MisMode.refuses(f"Who is {SECRET}, or {encoded}?"))
            with pytest.raises(Rejected, match="Who is") as caught:
                hub.notify(a_ticket(), a_call())
            assert SECRET not in caught.value.detail
            assert encoded not in caught.value.detail


def test_what_the_mis_says_of_the_customer_is_blackened() -> None:
    said = "kim@customer.example in 1 SAMPLE street, Berlin: unknown.\nSorry, Kim Sample! " + "x" * 1000
    with MisSimulator() as mis:
        hub = sample.adapter(sample.settings(mis.url))
        mis.script("notify", MisMode.refuses(said), MisMode.asks_for_more(said))
        with pytest.raises(Rejected) as caught:
            hub.notify(a_ticket(), a_call())
        report = hub.notify(a_ticket(), a_call())
    for text in (caught.value.detail, report.detail):
        assert "unknown." in text
        assert not [word for word in ("kim", "sample", "berlin") if word in text.lower()]
        assert len(text) < LENGTH + 50


def test_a_refused_lookup_is_blackened_too() -> None:
    entry_rule = {"refused": "id", "done": "id", "message": "job"}
    with MisSimulator() as mis:
        lookup = {**sample.settings()["lookup"], "verbs": {"notify": entry_rule}}
        hub = sample.adapter(sample.settings(mis.url, lookup=lookup))
        ticket = a_ticket("Kim Sample")
        hub.notify(ticket, a_call())
        found = hub.lookup(ticket, a_call())
    assert "Kim" not in repr(found)


def test_short_words_are_left_alone() -> None:
    assert Redactor(["of", "", "word"])("a Word of advice") == "a ••• of advice"
