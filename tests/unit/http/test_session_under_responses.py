"""The session mocked with `responses`, as plugin authors do in their tests."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses
from responses.matchers import header_matcher

from printhub.core.http.session import BoundHttp, HttpPool
from printhub.core.model.call import Wire
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Scope, Unavailable

NOW = datetime(2026, 11, 2, tzinfo=UTC)
ORDERS = "https://mis.example/orders"


@pytest.fixture
def partner() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def wire() -> Wire:
    return Wire()


def bound(wire: Wire, sent: tuple[str, ...] = ()) -> BoundHttp:
    return HttpPool().bound(wire=wire, deadline=NOW + timedelta(seconds=5), now=lambda: NOW, sent=sent)


def test_a_mocked_answer_is_returned_and_marks_the_wire(partner: responses.RequestsMock, wire: Wire) -> None:
    partner.post(ORDERS, json={"id": 7}, status=201, match=[header_matcher({"Idempotency-Key": "k-1"})])

    reply = bound(wire).request("post", ORDERS, headers={"Idempotency-Key": "k-1"}, body='{"sku": "a5"}')

    assert (reply.status_code, reply.json()) == (201, {"id": 7})
    assert wire.sent


def test_a_mocked_get_does_not_mark_the_wire(partner: responses.RequestsMock, wire: Wire) -> None:
    partner.get(ORDERS, json=[])
    bound(wire).request("GET", ORDERS)
    assert not wire.sent


@pytest.mark.parametrize("error", [requests.ReadTimeout(), requests.ConnectionError("broken")])
def test_a_mocked_failure_that_proves_nothing_leaves_the_outcome_unknown(
    partner: responses.RequestsMock, wire: Wire, error: Exception
) -> None:
    partner.post(ORDERS, body=error)
    http = bound(wire)

    with pytest.raises(OutcomeUnknown):
        http.request("POST", ORDERS, body=b"{}")

    assert wire.sent
    assert len(http.sent) == 1


def test_a_mocked_connect_timeout_is_unavailable_after_three_tries(partner: responses.RequestsMock, wire: Wire) -> None:
    answer = partner.post(ORDERS, body=requests.ConnectTimeout())

    with pytest.raises(Unavailable, match="orders: no connection in time; nothing was sent"):
        bound(wire).request("POST", ORDERS)

    assert answer.call_count == 3
    assert not wire.sent


@pytest.mark.parametrize(
    "url",
    [
        "mis.example/orders",
        "ftp://mis.example/orders",
        "https://",
        "https://exa mple/",
        "https://*.example",
        "",
        "http://[",
    ],
)
def test_an_address_that_cannot_be_right_is_misconfigured(url: str, wire: Wire) -> None:
    with pytest.raises(Misconfigured) as caught:
        bound(wire).request("POST", url)
    assert caught.value.scope is Scope.INSTANCE
    assert not wire.sent


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "naïve ☃"])
def test_a_header_that_cannot_be_sent_is_the_fault_of_one_delivery(value: str, wire: Wire) -> None:
    with pytest.raises(Misconfigured) as caught:
        bound(wire).request("POST", "http://127.0.0.1:9/", headers={"X-Order": value}, body=b"")
    assert caught.value.scope is Scope.DELIVERY
    assert value not in str(caught.value)
    assert not wire.sent


def test_a_body_of_another_type_is_the_adapters_mistake(wire: Wire) -> None:
    with pytest.raises(TypeError, match="not dict"):
        bound(wire).request("POST", ORDERS, body={"a": 1})


# --- the body guard ---


def test_the_same_body_may_be_sent_again_under_one_key(partner: responses.RequestsMock, wire: Wire) -> None:
    partner.post(ORDERS)
    first = bound(wire)
    first.request("POST", ORDERS, body=b"{}")

    again = bound(wire, sent=first.sent)
    again.request("POST", ORDERS, body="{}")

    assert again.sent == first.sent


def test_another_body_under_one_key_is_refused_before_anything_is_sent(
    partner: responses.RequestsMock, wire: Wire
) -> None:
    answer = partner.post(ORDERS)
    first = bound(wire)
    first.request("POST", ORDERS, body=b"{}", params={"token": "s3cret"})
    unmarked = Wire()

    with pytest.raises(Misconfigured, match="differs from the one first sent under this key") as caught:
        bound(unmarked, sent=first.sent).request("POST", ORDERS, body=b'{"more": 1}')

    assert caught.value.scope is Scope.DELIVERY
    assert answer.call_count == 1
    assert not unmarked.sent
    assert "s3cret" not in first.sent[0]


def test_each_body_of_a_call_is_compared_with_its_own_like(partner: responses.RequestsMock, wire: Wire) -> None:
    partner.post(ORDERS)
    first = bound(wire)
    for body in (b"one", b"two"):
        first.request("POST", ORDERS, body=body)
    again = bound(wire, sent=first.sent)

    again.request("POST", ORDERS, body=b"one")
    with pytest.raises(Misconfigured):
        again.request("POST", ORDERS, body=b"one")
    again.request("POST", ORDERS, body=b"two")

    assert again.sent == first.sent
    assert [line.split()[1] for line in first.sent] == [f"{ORDERS}#1", f"{ORDERS}#2"]


def test_repeatable_requests_may_differ(partner: responses.RequestsMock, wire: Wire) -> None:
    partner.post(ORDERS)
    first = bound(wire)
    first.request("POST", ORDERS, body=b"one", repeatable=True)
    bound(wire, sent=first.sent).request("POST", ORDERS, body=b"two", repeatable=True)
    assert first.sent == ()


def test_a_body_that_never_left_may_be_composed_differently(partner: responses.RequestsMock, wire: Wire) -> None:
    partner.post(ORDERS, body=requests.ConnectTimeout())
    first = bound(wire)
    with pytest.raises(Unavailable):
        first.request("POST", ORDERS, body=b"one")
    assert first.sent == ()


# --- the record ---


def test_a_request_that_an_adapters_own_body_breaks_is_recorded(wire: Wire) -> None:
    class Broken:
        def read(self, _size: int = -1) -> bytes:
            raise RuntimeError("the file is gone")

    def stream(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        body: object = request.body
        assert isinstance(body, Broken)
        return 200, {}, body.read()

    http = bound(wire)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as partner:  # it does not count what raises
        partner.add_callback("POST", ORDERS, callback=stream)
        with pytest.raises(RuntimeError):
            http.request("POST", ORDERS, body=Broken())

    assert http.exchanges[0].failure == "the request was not finished"
