"""The simulated Stripe as a test holds it: start it, take payments, script it, and read what it saw and did."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests

from printhub.testing.simulator.door import HOST
from printhub.testing.simulator.modes import Mode
from printhub.testing.simulator.partner import Partner
from printhub.testing.simulator.reply import Reply
from printhub.testing.simulator.request import Request
from printhub.testing.stripe_simulator.books import Books
from printhub.testing.stripe_simulator.events import StripeEvent
from printhub.testing.stripe_simulator.reception import Asked, Reception
from printhub.testing.stripe_simulator.records import Dispute, Payment, Refund, Settling

SIGNING_SECRET = "whsec_simulated"  # noqa: S105 - opens nothing but the simulator
_SECONDS = 10


class StripeSimulator(Partner):
    """One account at a Stripe of its own, on a free port of 127.0.0.1, used as a context manager.

    It speaks the API as Stripe documents it, so that Stripe's own libraries can drive it: set their base address to
    `url` and their key to `secret_key`. `livemode` is what its objects and events say, and what its key begins with.
    `now` is its clock.

    Scripts name what a request asks for: `refund`, `refunds` (the list), `read_refund`, `update_refund`,
    `cancel_refund`, `payment`, `capture`, `void`, `charge`, `dispute` and `balance`; an unknown one raises ValueError.
    """

    def __init__(self, *, livemode: bool = False, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.secret_key = f"sk_{'live' if livemode else 'test'}_simulated0123456789"
        self.signing_secret = SIGNING_SECRET
        self._now = now
        self._books = Books(livemode=livemode, now=lambda: int(now().timestamp()))
        self._reception = Reception(self._books, self.secret_key, self._changed)

    def _receive(self, request: Request, closing: threading.Event) -> Reply:
        return self._reception.receive(request, closing)

    def _last(self) -> Iterable[str]:
        return (asked.verb for asked in self.journal[-5:])

    def script(self, verb: str, *modes: Mode) -> None:
        """The next requests of this verb meet these modes, one each, in order; see `troubles`."""
        with self._changed:
            self._reception.script.add(verb, modes)

    def forget_keys(self) -> None:
        """Let 24 hours pass for the idempotency keys: Stripe may drop them then."""
        with self._changed:
            self._reception.keys.forget()

    def accept(self, secret_key: str) -> None:
        """Let another key in as well."""
        with self._changed:
            self._reception.secret_keys.add(secret_key)

    def run_out_of_money(self) -> None:
        """From now on the account's balance covers no refund: each waits."""
        with self._changed:
            self._books.penniless = True

    # --- what customers, banks and the people at the dashboard do -----------------------------------------------

    def pay(
        self,
        amount: int,
        currency: str = "eur",
        *,
        captured: bool = True,
        intent: bool = True,
        settling: Settling = Settling.SUCCEEDS,
    ) -> Payment:
        """A customer pays so many minor units.

        Without `captured` they are only set aside; without `intent` there is a charge and no PaymentIntent. `settling`
        is what becomes of its refunds at first.
        """
        with self._changed:
            return self._books.pay(amount, currency, captured=captured, intent=intent, settling=settling)

    def capture(self, payment: Payment, amount: int | None = None) -> None:
        """Take what was set aside, or so much of it."""
        with self._changed:
            self._books.capture(payment, amount)

    def refund(self, payment: Payment, amount: int | None = None) -> Refund:
        """Somebody refunds by hand, in the dashboard."""
        with self._changed:
            return self._books.refund(payment, amount, {})

    def succeed(self, refund: Refund) -> None:
        """A refund that was pending goes through."""
        with self._changed:
            self._books.move(refund, "succeeded")

    def fail(self, refund: Refund, reason: str = "expired_or_canceled_card") -> None:
        """A refund fails, also one that had succeeded."""
        with self._changed:
            self._books.move(refund, "failed", reason)

    def cancel(self, refund: Refund) -> None:
        """A refund that requires action is called off."""
        with self._changed:
            self._books.cancel_refund(refund)

    def dispute(self, payment: Payment, reason: str = "fraudulent", *, inquiry: bool = False) -> Dispute:
        """The customer's bank disputes a payment, or only inquires about it."""
        with self._changed:
            return self._books.dispute(payment, reason, inquiry=inquiry)

    def close_dispute(self, dispute: Dispute, *, won: bool) -> None:
        """The dispute is decided."""
        with self._changed:
            self._books.close_dispute(dispute, won=won)

    # --- what it saw and did ------------------------------------------------------------------------------------

    @property
    def journal(self) -> tuple[Asked, ...]:
        """Every request, in its order, with or without an effect."""
        with self._changed:
            return tuple(self._reception.journal)

    def asked(self, verb: str) -> list[Asked]:
        """The requests of one verb."""
        return [asked for asked in self.journal if asked.verb == verb]

    def payment(self, name: str) -> Payment:
        """A payment by the id of its PaymentIntent or charge; raises Refusal where there is none."""
        with self._changed:
            return self._books.payment(name)

    @property
    def refunds(self) -> list[Refund]:
        """All refunds, in the order of their making."""
        with self._changed:
            return list(self._books.refunds.values())

    def refunded(self, payment: Payment) -> int:
        """The minor units that are refunded of a payment, or about to be."""
        with self._changed:
            return self._books.refunded(payment)

    @property
    def events(self) -> list[StripeEvent]:
        """All that happened, in its order. Nothing of it is sent unless you say so: what is not sent is lost."""
        with self._changed:
            return list(self._books.events)

    def send(self, url: str, events: Iterable[StripeEvent] | None = None, *, secret: str | None = None) -> list[int]:
        """Post events to a webhook endpoint, signed now, and return the status of each answer.

        Without `events` all of them in their order. Name one twice and it comes twice; name them in another order and
        that is theirs. `secret` signs instead of `signing_secret`.
        """
        if urlsplit(url).hostname != HOST:
            raise ValueError(f"the simulator sends events to {HOST} only")
        statuses = []
        for event in self.events if events is None else events:
            headers = event.headers([secret or self.signing_secret], int(self._now().timestamp()))
            statuses.append(requests.post(url, data=event.body, headers=headers, timeout=_SECONDS).status_code)
        return statuses
