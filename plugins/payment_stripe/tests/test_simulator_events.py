"""The events of the simulated Stripe: signed as Stripe signs them, and as unreliable as a test says."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe as sdk

from printhub.testing.stripe_simulator import Settling, StripeSimulator


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    came: list[tuple[str, bytes]] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((self.headers["Stripe-Signature"], body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", came
        server.shutdown()
        thread.join()


def test_events_are_signed_so_that_the_library_believes_them(
    stripe: StripeSimulator, endpoint: tuple[str, list[tuple[str, bytes]]]
) -> None:
    url, came = endpoint
    stripe.refund(stripe.pay(1000))

    assert stripe.send(url) == [200, 200, 200]

    told = [sdk.Webhook.construct_event(body, header, stripe.signing_secret) for header, body in came]
    assert [event.type for event in told] == ["payment_intent.succeeded", "refund.created", "charge.refunded"]


def test_events_come_lost_doubled_and_in_any_order_as_the_test_says(
    stripe: StripeSimulator, endpoint: tuple[str, list[tuple[str, bytes]]]
) -> None:
    url, came = endpoint
    stripe.refund(stripe.pay(1000))
    _lost, created, refunded = stripe.events

    stripe.send(url, [refunded, created, created])

    assert [body for _, body in came] == [refunded.body, created.body, created.body]


def test_each_change_of_a_refund_is_an_event(stripe: StripeSimulator) -> None:
    stripe.refund(stripe.pay(1000, settling=Settling.PENDING))
    before = len(stripe.events)
    stripe.succeed(stripe.refunds[0])
    stripe.fail(stripe.refunds[0], "declined")

    told = stripe.events[before:]

    kinds = ["refund.updated", "charge.refund.updated"]
    assert [event.type for event in told] == [*kinds, *kinds, "refund.failed"]
    assert [event.object["status"] for event in told] == ["succeeded", "succeeded", "failed", "failed", "failed"]


def test_each_step_of_a_dispute_is_an_event(stripe: StripeSimulator) -> None:
    dispute = stripe.dispute(stripe.pay(1000))
    stripe.close_dispute(dispute, won=True)

    told = [event.type.removeprefix("charge.dispute.") for event in stripe.events[1:]]

    assert told == ["created", "funds_withdrawn", "closed", "funds_reinstated"]


def test_events_go_nowhere_but_to_this_machine(stripe: StripeSimulator) -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        stripe.send("https://shop.example/webhooks")
