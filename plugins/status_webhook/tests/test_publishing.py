"""What is posted, and what comes of each answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from standardwebhooks import Webhook

from plugins.status_webhook.tests.sample import SECRET, adapter
from printhub import Misconfigured, OutcomeUnknown, Report, StatusMessage, Unavailable, Verb
from printhub.testing import WebhookReceiver, a_call, a_status_message


@pytest.fixture
def endpoint() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as made:
        yield made


def published(url: str, message: StatusMessage | None = None, **changes: Any) -> Report:
    made = adapter(url, **changes)
    addresses = made.private_hosts()
    return made.publish(message or a_status_message(), a_call(Verb.PUBLISH, private_hosts=addresses))


def test_an_event_is_posted_as_it_is_and_signed(endpoint: WebhookReceiver) -> None:
    message = a_status_message()

    report = published(endpoint.url, message)

    [came] = endpoint.came
    assert report.outcome == "done"
    assert came.id == message.event.id
    assert came.event == message.event.envelope()
    Webhook(SECRET).verify(came.body, dict(came.headers))
    read = from_http_event(HTTPMessage(dict(came.headers), came.body))
    assert (read.get_id(), read.get_type()) == (message.event.id, message.event.type)


def test_the_id_stays_the_same_and_the_time_is_that_of_the_attempt(endpoint: WebhookReceiver) -> None:
    message, before = a_status_message(), int(datetime.now(UTC).timestamp())
    for _ in range(2):
        published(endpoint.url, message)

    first, second = endpoint.came
    assert first.id == second.id
    assert int(second.headers["webhook-timestamp"]) >= before


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_whatever_says_2xx_was_told(endpoint: WebhookReceiver, status: int) -> None:
    endpoint.answer(status)

    assert published(endpoint.url).outcome == "done"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 409, 422, 429, 500, 503])
def test_whatever_says_anything_else_is_told_again(endpoint: WebhookReceiver, status: int) -> None:
    endpoint.answer(status, Location=f"{endpoint.url}/elsewhere")

    with pytest.raises(Unavailable, match=str(status)):
        published(endpoint.url)
    assert len(endpoint.came) == 1  # no redirect was followed


def test_a_wish_for_patience_is_honoured(endpoint: WebhookReceiver) -> None:
    endpoint.answer(503, Retry_After="120")

    with pytest.raises(Unavailable) as told:
        published(endpoint.url)

    assert told.value.retry_after == timedelta(seconds=120)


def test_an_endpoint_that_is_gone_is_not_called_any_more(endpoint: WebhookReceiver) -> None:
    endpoint.answer(410)

    with pytest.raises(Misconfigured, match="410"):
        published(endpoint.url)


def test_an_event_of_another_type_is_skipped(endpoint: WebhookReceiver) -> None:
    report = published(endpoint.url, types=["printhub.request.*"])

    assert report.outcome == "skipped"
    assert endpoint.came == []


@pytest.mark.parametrize(("wanted", "outcome"), [(False, "skipped"), (True, "done")])
def test_a_hidden_entry_is_posted_only_where_it_is_wanted(
    endpoint: WebhookReceiver, wanted: bool, outcome: str
) -> None:
    message = a_status_message()
    data = dict(message.event.data) | {"status": "CustomStatusHidden"}  # type: ignore[arg-type] # it is an object
    hidden = message.model_copy(update={"event": message.event.model_copy(update={"data": data})})

    assert published(endpoint.url, hidden, hidden=wanted).outcome == outcome


def test_an_address_off_the_public_internet_is_refused_unless_it_is_listed(endpoint: WebhookReceiver) -> None:
    with pytest.raises(Misconfigured, match="not on the public internet"):
        published(endpoint.url, private_hosts=[])

    assert endpoint.came == []


def test_an_endpoint_that_breaks_off_may_have_heard(endpoint: WebhookReceiver) -> None:
    endpoint.break_off()

    with pytest.raises(OutcomeUnknown):
        published(endpoint.url)
