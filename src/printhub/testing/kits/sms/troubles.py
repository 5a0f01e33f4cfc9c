"""What an SMS adapter makes of everything that goes wrong between it and its provider."""

from datetime import timedelta

from printhub.core.model.adapter import has_verb
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, Unavailable
from printhub.testing.kits.kit import expect
from printhub.testing.kits.sms.hooks import Ending, SmsHooks, SmsTrouble

_DOUBT = "The text may be on its way: only OutcomeUnknown keeps the hub from sending it twice."


class Troubles(SmsHooks):
    """Every trouble has one right name; the hub acts on the name."""

    def test_a_provider_that_is_down_is_unavailable(self) -> None:
        """Nothing was sent: the hub tries again by itself."""
        expect(self._meets(SmsTrouble.DOWN), Unavailable, "No connection was made, so nothing happened.")

    def test_too_many_calls_are_unavailable(self) -> None:
        """With the provider's own wish for when to come back."""
        error = expect(self._meets(SmsTrouble.TOO_MANY), Unavailable, "It was refused because of others, not for good.")
        assert error.retry_after is not None, "the provider says when to come back, and retry_after is not set"
        assert error.retry_after > timedelta(), "the provider says when to come back, and retry_after is nothing"

    def test_a_refused_number_is_rejected(self) -> None:
        """Only another number can help; who has it wants messages all the same."""
        error = expect(self._meets(SmsTrouble.NUMBER_REFUSED), Rejected, "The number is refused for good.")
        assert not error.opted_out, "the number is none, and its owner is said to have opted out"

    def test_an_opt_out_is_told_as_one(self) -> None:
        """Whoever said STOP gets nothing more, by any way: the law wants it so."""
        error = expect(self._meets(SmsTrouble.OPTED_OUT), Rejected, "The recipient wants no messages.")
        assert error.opted_out, "the recipient said STOP, and `opted_out` is not said: they are written to again"

    def test_a_refused_sender_says_nothing_of_the_recipient(self) -> None:
        """An operator has to mend it; the number is as good as before."""
        error = self._meets(SmsTrouble.SENDER_REFUSED)
        if isinstance(error, Rejected):
            blamed = error.opted_out or error.bounced or error.dead
            assert not blamed, "the sender was refused, and the recipient is said to be at fault"
            return
        expect(error, Misconfigured, "The hub's own sender may not be used.")

    def test_wrong_credentials_are_misconfigured(self) -> None:
        """Only the operator can mend that; the hub pauses the instance."""
        expect(self._meets(SmsTrouble.WRONG_CREDENTIALS), Misconfigured, "The operator has to mend that.")

    def test_check_tells_of_wrong_credentials(self) -> None:
        """Before the hub resumes an instance it asks check."""
        adapter = self.adapter()
        if not has_verb(type(adapter), "check"):
            self.cannot("the class has no check")
        self.break_partner(SmsTrouble.WRONG_CREDENTIALS)
        try:
            ending: object = adapter.check(self.call())  # type: ignore[attr-defined] # asked above
        except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
            ending = error
        finally:
            adapter.close()
        expect(ending, Misconfigured, "Credentials that are refused do not pass a check.")

    def test_a_connection_that_breaks_is_in_doubt(self) -> None:
        """The provider may have taken the text before the connection broke."""
        expect(self._meets(SmsTrouble.COMMITS_THEN_DROPS), OutcomeUnknown, _DOUBT)

    def test_a_failure_of_the_server_is_in_doubt(self) -> None:
        """It says nothing of the text."""
        expect(self._meets(SmsTrouble.SERVER_ERROR), OutcomeUnknown, _DOUBT)

    def test_an_answer_that_cannot_be_read_is_in_doubt(self) -> None:
        """A success by its code may be one, or an error page of something in between."""
        expect(self._meets(SmsTrouble.GARBAGE), OutcomeUnknown, _DOUBT)

    def test_an_answer_that_does_not_come_in_time_is_in_doubt(self) -> None:
        """The text was handed over, and nobody heard what became of it."""
        self.break_partner(SmsTrouble.HANGS)
        expect(self.send_in_time(), OutcomeUnknown, _DOUBT)

    def test_the_deadline_is_of_the_whole_call(self) -> None:
        """A provider that says a little now and then must not hold a worker for ever."""
        self.break_partner(SmsTrouble.DRIPS)
        expect(self.send_in_time(), OutcomeUnknown, _DOUBT)

    def test_the_adapter_does_not_try_again_by_itself(self) -> None:
        """Retries are the hub's, which asks first what became of the text."""
        self._meets(SmsTrouble.COMMITS_THEN_DROPS)
        assert len(self.taken()) == 1, f"one attempt sent {len(self.taken())} texts"

    def _meets(self, trouble: SmsTrouble) -> Ending:
        self.break_partner(trouble)
        return self.send()
