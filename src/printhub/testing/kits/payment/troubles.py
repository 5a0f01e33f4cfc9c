"""What a payment adapter makes of everything that goes wrong between it and its gateway."""

from printhub.core.model.adapter import has_verb
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.verbs import Verb
from printhub.testing.kits.kit import expect
from printhub.testing.kits.payment.hooks import PAID, Ending, PaymentHooks
from printhub.testing.kits.trouble import Trouble

_DOUBT = "The money may be on its way: only OutcomeUnknown keeps the hub from sending it again or giving it up."


class Troubles(PaymentHooks):
    """Every trouble has one right name; the hub acts on the name."""

    def test_a_gateway_that_is_down_is_unavailable(self) -> None:
        """Nothing was sent: the hub tries again by itself."""
        expect(self._refund_meets(Trouble.DOWN), Unavailable, "No connection was made, so nothing happened.")

    def test_an_answer_that_does_not_come_in_time_is_in_doubt(self) -> None:
        """The request was taken, and nobody heard what became of it."""
        expect(self._refund_meets_in_time(Trouble.HANGS), OutcomeUnknown, _DOUBT)

    def test_the_deadline_is_of_the_whole_call(self) -> None:
        """A gateway that sends now and then a byte must not hold a worker for ever."""
        expect(self._refund_meets_in_time(Trouble.DRIPS), OutcomeUnknown, _DOUBT)

    def test_a_connection_that_is_lost_after_sending_is_in_doubt(self) -> None:
        """The gateway may have done its work before the connection broke."""
        expect(self._refund_meets(Trouble.COMMITS_THEN_DROPS), OutcomeUnknown, _DOUBT)

    def test_a_server_error_is_in_doubt(self) -> None:
        """A 500 says that something broke, not when."""
        expect(self._refund_meets(Trouble.SERVER_ERROR), OutcomeUnknown, _DOUBT)

    def test_an_unreadable_success_is_in_doubt(self) -> None:
        """A 200 whose body cannot be read names no reference."""
        expect(self._refund_meets(Trouble.GARBAGE), OutcomeUnknown, _DOUBT)

    def test_a_refusal_is_rejected(self) -> None:
        """The same refund again is refused again."""
        expect(self._refund_meets(Trouble.REFUSES), Rejected, "The gateway refused the refund for good.")

    def test_wrong_credentials_are_misconfigured(self) -> None:
        """Only the operator can mend that; the hub pauses the instance."""
        expect(self._refund_meets(Trouble.WRONG_CREDENTIALS), Misconfigured, "The operator has to mend that.")

    def test_check_tells_of_wrong_credentials(self) -> None:
        """Before the hub resumes an instance it asks check."""
        if not has_verb(type(self.adapter()), "check"):
            self.cannot("the class has no check")
        self.break_partner(Trouble.WRONG_CREDENTIALS, "check")
        expect(self.check(), Misconfigured, "Credentials that are refused do not pass a check.")

    def test_too_many_calls_is_unavailable_with_the_gateways_wish(self) -> None:
        """The hub comes back when the gateway said."""
        error = expect(self._refund_meets(Trouble.TOO_MANY), Unavailable, "The gateway did nothing, for now.")
        assert error.retry_after is not None, "the gateway said when to come back, and retry_after does not"

    def test_the_adapter_does_not_try_again_by_itself(self) -> None:
        """Retries are the hub's: it knows the key, the schedule and what else waits."""
        for trouble in (Trouble.SERVER_ERROR, Trouble.COMMITS_THEN_DROPS, Trouble.TOO_MANY):
            before = self.requests_at_partner(Verb.REFUND)
            self._refund_meets(trouble)
            requests = self.requests_at_partner(Verb.REFUND) - before
            assert requests == 1, f"one attempt that met {trouble} made {requests} requests"

    def _refund_meets(self, trouble: Trouble) -> Ending:
        request = self.request(self.payment(PAID), f"E-{trouble}")
        self.break_partner(trouble, Verb.REFUND)
        return self.refund(request)

    def _refund_meets_in_time(self, trouble: Trouble) -> Ending:
        request = self.request(self.payment(PAID))
        self.break_partner(trouble, Verb.REFUND)
        return self.refund_in_time(request)
