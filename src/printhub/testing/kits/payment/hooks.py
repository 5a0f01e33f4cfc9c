"""The hooks of the payment kit: what an author writes, and what the kit's tests are made of."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from printhub.core.channels.payment.adapter import PaymentAdapter
from printhub.core.channels.payment.messages import RefundRequest
from printhub.core.model.call import Call
from printhub.core.model.errors import Unavailable
from printhub.core.model.money import Money
from printhub.core.model.reports import Finding, Outcome, Report
from printhub.core.model.verbs import Effect, Mode, Verb
from printhub.testing.call import a_call
from printhub.testing.factories import a_refund_request
from printhub.testing.kits.kit import Kit
from printhub.testing.kits.trouble import Trouble

Ending: TypeAlias = Report | Finding | Exception
"""How a call of an adapter ended: what it returned, or what it raised."""

TAKEN = frozenset({Outcome.DONE, Outcome.ACCEPTED})


def euros(amount: str) -> Money:
    """So many euros."""
    return Money(amount=Decimal(amount), currency="EUR")


PAID, PART = euros("30.00"), euros("12.50")
"""What is paid in most of the tests, and what is given back of it."""


class PaymentHooks(Kit):
    """Write `adapter` and `payment`. The others are optional: a test that needs a missing one skips and says so."""

    deadline = timedelta(seconds=10)
    """How long a call may take at a gateway that answers."""
    short_deadline = timedelta(milliseconds=300)
    """How long a call may take at a gateway that does not answer in time."""
    patience = timedelta(seconds=5)
    """How long after its deadline a call may still take to return."""
    mode = Mode.TEST
    """What the adapter's credentials are for."""

    def adapter(self) -> PaymentAdapter[Any]:
        """Make a new adapter, configured for your gateway or its simulator. Called several times in a test."""
        raise NotImplementedError(f"{type(self).__name__}.adapter() is to return a configured adapter")

    def payment(self, amount: Money) -> str:
        """Have a customer pay `amount`, and return the gateway's id of the payment.

        Call `self.cannot(why)` for a currency that your gateway does not take.
        """
        raise NotImplementedError(f"{type(self).__name__}.payment() is to return the id of a captured payment")

    def authorization(self, amount: Money) -> str:  # noqa: ARG002 - the default of a hook
        """Have `amount` set aside and not captured, and return the gateway's id of the payment."""
        self.cannot("authorization() is not written, so nothing can be voided")

    def refunded(self, payment: str) -> Money:  # noqa: ARG002 - the default of a hook
        """All that is given back of the payment at your gateway, or about to be."""
        self.cannot("refunded() is not written, so nobody knows what the calls did")

    def is_released(self, payment: str) -> bool:  # noqa: ARG002 - the default of a hook
        """Whether what was set aside is released."""
        self.cannot("is_released() is not written, so nobody knows what the calls did")

    def break_partner(self, trouble: Trouble, method: str) -> None:  # noqa: ARG002 - the default of a hook
        """Let the next call of `method` (refund, void, lookup, check) meet `trouble`.

        Where a call asks something first, it is what moves money that meets it. Call `self.cannot(why)` for what your
        gateway never does.
        """
        self.cannot(f"break_partner() is not written, so nobody knows how the adapter meets {trouble}")

    def requests_at_partner(self, verb: Verb) -> int:  # noqa: ARG002 - the default of a hook
        """Count the requests that would move money which reached your gateway, whatever became of them."""
        self.cannot("requests_at_partner() is not written, so nobody knows what the gateway saw")

    # --- what the tests are made of ---------------------------------------------------------------------------

    def request(self, payment: str, entry: str = "E-1", amount: Money = PART, **changes: Any) -> RefundRequest:
        """The first argument of a verb."""
        return a_refund_request(entry, payment=payment, amount=amount, **({"mode": self.mode} | changes))

    def call(
        self, request: RefundRequest, verb: Verb = Verb.REFUND, attempt: int = 1, deadline_in: timedelta | None = None
    ) -> Call:
        """The second argument of a verb; its key is the ledger entry's id."""
        return a_call(verb, request.entry, attempt, mode=self.mode, deadline_in=deadline_in or self.deadline)

    def attempt(self, request: RefundRequest, call: Call, method: str | None = None) -> Ending:
        """Make one call on an adapter of its own, and return how it ended; `method` is the verb unless it is given."""
        adapter = self.adapter()
        try:
            ending: Ending = getattr(adapter, method or call.verb)(request, call)
        except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
            return error
        finally:
            adapter.close()
        return ending

    def refund(self, request: RefundRequest, attempt: int = 1) -> Ending:
        """Refund, and return how it ended."""
        return self.attempt(request, self.call(request, attempt=attempt))

    def void(self, request: RefundRequest, attempt: int = 1) -> Ending:
        """Void, and return how it ended."""
        return self.attempt(request, self.call(request, Verb.VOID, attempt))

    def look_up(self, request: RefundRequest, verb: Verb = Verb.REFUND) -> Ending:
        """Ask whether the call arrived."""
        return self.attempt(request, self.call(request, verb), "lookup")

    def refund_in_time(self, request: RefundRequest) -> Ending:
        """Refund at a gateway that does not answer in time; fails if the call is not given up."""
        ending: Ending = Unavailable("no call was made")
        for factor in (1, 3, 9):
            call = self.call(request, deadline_in=factor * self.short_deadline)
            ending = self._attempt_in_a_thread(request, call)
            # On a busy machine the deadline may pass before a byte has left; then the gateway was not met at all.
            if call.wire.sent or not isinstance(ending, Unavailable):
                break
        return ending

    def check(self) -> Ending:
        """Have the adapter check its gateway."""
        adapter = self.adapter()
        try:
            call = a_call(Verb.REFUND, "check", mode=self.mode, deadline_in=self.deadline)
            ending: Ending = adapter.check(call)  # type: ignore[attr-defined] # the test asked `has_verb` before
        except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
            return error
        finally:
            adapter.close()
        return ending

    def needs_effect(self, effect: Effect, verb: Verb = Verb.REFUND) -> None:
        """Skip unless `verb` has `effect`, as configured."""
        if effect not in self.adapter().effect(verb):
            self.cannot(f"{verb} does not declare {effect.name}")

    def _attempt_in_a_thread(self, request: RefundRequest, call: Call) -> Ending:
        endings: list[Ending] = []
        thread = threading.Thread(target=lambda: endings.append(self.attempt(request, call)), daemon=True)
        thread.start()
        thread.join((call.remaining + self.patience).total_seconds())
        assert endings, f"the call was not given up within {self.patience} after its deadline"
        return endings[0]
