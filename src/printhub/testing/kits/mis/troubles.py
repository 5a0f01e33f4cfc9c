"""What a MIS adapter makes of everything that goes wrong between it and its partner."""

from printhub.core.model.adapter import has_verb
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.reports import Outcome, Report
from printhub.core.model.verbs import Verb
from printhub.testing.kits.kit import expect
from printhub.testing.kits.mis.hooks import Ending, MisHooks
from printhub.testing.kits.trouble import Trouble

_DOUBT = "The job may be in production: only OutcomeUnknown keeps the hub from sending it again or giving it up."


class Troubles(MisHooks):
    """Every trouble has one right name; the hub acts on the name."""

    def test_a_partner_that_is_down_is_unavailable(self) -> None:
        """Nothing was sent: the hub tries again by itself."""
        expect(self._notify_meets(Trouble.DOWN), Unavailable, "No connection was made, so nothing happened.")

    def test_an_answer_that_does_not_come_in_time_is_in_doubt(self) -> None:
        """The request was taken, and nobody heard what became of it."""
        expect(self._notify_meets_in_time(Trouble.HANGS), OutcomeUnknown, _DOUBT)

    def test_the_deadline_is_of_the_whole_call(self) -> None:
        """A partner that sends now and then a byte must not hold a worker for ever."""
        expect(self._notify_meets_in_time(Trouble.DRIPS), OutcomeUnknown, _DOUBT)

    def test_a_connection_that_is_lost_after_sending_is_in_doubt(self) -> None:
        """The partner may have done its work before the connection broke."""
        expect(self._notify_meets(Trouble.COMMITS_THEN_DROPS), OutcomeUnknown, _DOUBT)

    def test_a_server_error_is_in_doubt(self) -> None:
        """A 500 says that something broke, not when."""
        expect(self._notify_meets(Trouble.SERVER_ERROR), OutcomeUnknown, _DOUBT)

    def test_an_unreadable_success_is_in_doubt(self) -> None:
        """A 200 whose body cannot be read names no reference."""
        expect(self._notify_meets(Trouble.GARBAGE), OutcomeUnknown, _DOUBT)

    def test_a_refusal_is_rejected(self) -> None:
        """The sender has to change the job; the same one again is refused again."""
        expect(self._notify_meets(Trouble.REFUSES), Rejected, "The partner refused the job for good.")

    def test_a_wish_for_more_is_action_required(self) -> None:
        """The job waits for a person, it has not failed."""
        report = expect(self._notify_meets(Trouble.ASKS_FOR_MORE), Report, "The partner wants something first.")
        assert report.outcome is Outcome.ACTION_REQUIRED, f"the partner wants more, and notify reports {report.outcome}"
        assert report.detail, "the report does not say what the partner wants"

    def test_wrong_credentials_are_misconfigured(self) -> None:
        """Only the operator can mend that; the hub pauses the instance."""
        expect(self._notify_meets(Trouble.WRONG_CREDENTIALS), Misconfigured, "The operator has to mend that.")

    def test_check_tells_of_wrong_credentials(self) -> None:
        """Before the hub resumes an instance it asks check."""
        if not has_verb(type(self.adapter()), "check"):
            self.cannot("the class has no check")
        self.break_partner(Trouble.WRONG_CREDENTIALS, "check")
        ending = self.check(self.call(Verb.NOTIFY))
        expect(ending, Misconfigured, "Credentials that are refused do not pass a check.")

    def test_too_many_calls_is_unavailable_with_the_partners_wish(self) -> None:
        """The hub comes back when the partner said."""
        error = expect(self._notify_meets(Trouble.TOO_MANY), Unavailable, "The partner did nothing, for now.")
        assert error.retry_after is not None, "the partner said when to come back, and retry_after does not"

    def test_the_adapter_does_not_try_again_by_itself(self) -> None:
        """Retries are the hub's: it knows the key, the schedule and what else waits."""
        for trouble in (Trouble.SERVER_ERROR, Trouble.COMMITS_THEN_DROPS, Trouble.TOO_MANY):
            job = f"J-{trouble}"
            self._notify_meets(trouble, job)
            requests = self.requests_at_partner(job, Verb.NOTIFY)
            assert requests == 1, f"one attempt that met {trouble} made {requests} requests"

    def _notify_meets(self, trouble: Trouble, job: str = "J-1") -> Ending:
        self.break_partner(trouble, Verb.NOTIFY)
        return self.attempt(self.ticket(job), self.call(Verb.NOTIFY, f"key-{job}"))

    def _notify_meets_in_time(self, trouble: Trouble) -> Ending:
        self.break_partner(trouble, Verb.NOTIFY)
        return self.attempt_in_time(self.ticket("J-1"), Verb.NOTIFY)
