"""Signing in: known signatures, and a MIS that lets in only who proves it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from plugins.mis_generic.tests import sample
from printhub import Misconfigured
from printhub.testing import MisSimulator, a_call, a_ticket
from printhub_mis_generic.auth import HmacAuth, Signable
from printhub_mis_generic.templates import Pen


@pytest.mark.parametrize(
    ("auth", "method", "path", "at", "expected"),
    [
        (  # the doctest of a public Site Flow client
            {"secret": "secret", "digest": "sha1", "timestamp": "unix"},
            "GET",
            "/api/url",
            datetime.fromtimestamp(498601557, UTC),
            "6f88d384bd48daed9bf03efad5d5b5bdf89f3063",
        ),
        (  # the rule of HP's own SDK
            {"secret": "s3cr3t-example"},
            "POST",
            "/api/order",
            datetime(2022, 3, 10, 17, 16, 18, tzinfo=UTC),
            "c3c8f727dd061afb94091faf3a5789785f7d75821fb23a941b6bccb25cc36343",
        ),
    ],
)
def test_signatures_are_those_of_known_clients(
    auth: dict[str, str], method: str, path: str, at: datetime, expected: str
) -> None:
    made = HmacAuth.model_validate({"type": "hmac", **auth}).credentials(Signable(method, path, b"", at), Pen())
    assert made.headers["X-Signature"] == expected


def test_a_signature_names_the_time_in_utc_however_the_clock_counts() -> None:
    at = datetime(2026, 11, 22, 11, 30, tzinfo=timezone(timedelta(hours=2)))
    for form, expected in [
        ("iso", "2026-11-22T09:30:00Z"),
        ("iso_ms", "2026-11-22T09:30:00.000Z"),
        ("unix", "1795339800"),
    ]:
        auth = HmacAuth.model_validate({"type": "hmac", "secret": "s", "timestamp": form})
        assert auth.credentials(Signable("GET", "/", b"", at), Pen()).headers["X-Timestamp"] == expected


def test_a_signature_may_cover_the_body_and_name_its_key() -> None:
    auth = HmacAuth.model_validate(
        {
            "type": "hmac",
            "secret": "s",
            "key_id": "hub-1",
            "encoding": "base64",
            "text": "{{ body_sha256 }}",
            "headers": {"X-Sign": "{{ key_id }}:{{ signature }}"},
        }
    )
    signable = [Signable("POST", "/", body, datetime(2026, 1, 1, tzinfo=UTC)) for body in (b"{}", b"[]")]
    one, other = (auth.credentials(request, Pen()).headers["X-Sign"] for request in signable)
    assert one.startswith("hub-1:")
    assert one.endswith("=")
    assert one != other


@pytest.mark.parametrize(
    ("asked", "given", "wrong"),
    [
        (
            ("basic", "hub", "pässword"),
            {"type": "basic", "user": "hub", "password": "pässword"},
            {"type": "basic", "user": "hub", "password": "other"},
        ),
        (("bearer", "t-1234"), {"type": "bearer", "token": "t-1234"}, {"type": "bearer", "token": "t-9999"}),
        (
            ("header", "X-Api-Key", "k-1234"),
            {"type": "header", "name": "X-Api-Key", "value": "k-1234"},
            {"type": "header", "name": "X-Other", "value": "k-1234"},
        ),
        (
            ("query", "apikey", "k&1=2"),
            {"type": "query", "name": "apikey", "value": "k&1=2"},
            {"type": "query", "name": "apikey", "value": "k"},
        ),
        (("hmac", "s-1234"), {"type": "hmac", "secret": "s-1234"}, {"type": "hmac", "secret": "s-4321"}),
        (("bearer", "t-1234"), {"type": "bearer", "token": "t-1234"}, {"type": "none"}),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, tuple) else "",
)
def test_a_mis_lets_in_who_signs_in_rightly(asked: tuple[str, ...], given: object, wrong: object) -> None:
    with MisSimulator(auth=asked) as mis:  # type: ignore[arg-type] # the kinds of credentials, as data
        with pytest.raises(Misconfigured):
            sample.adapter(sample.settings(mis.url, auth=wrong)).check(a_call())
        hub = sample.adapter(sample.settings(mis.url, auth=given))
        hub.check(a_call())
        assert hub.notify(a_ticket("Ä/1 ?"), a_call()).reference == "MIS-000001"


def test_each_attempt_is_signed_anew() -> None:
    auth = {"type": "hmac", "secret": "s-1234", "timestamp": "iso_ms"}
    with MisSimulator(auth=("hmac", "s-1234")) as mis:
        hub = sample.adapter(sample.settings(mis.url, auth=auth))
        hub.check(a_call())
        began = datetime.now(UTC)
        mis.wait_for(lambda: datetime.now(UTC) - began > timedelta(milliseconds=2))
        hub.check(a_call(attempt=2))
        stamps = [seen.headers["x-timestamp"] for seen in mis.journal]
    assert len(set(stamps)) == 2
