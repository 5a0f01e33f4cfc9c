"""What an e-mail adapter makes of everything that goes wrong between it and its mail system."""

import contextlib

from printhub.core.model.adapter import has_verb
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.verbs import Verb
from printhub.testing.call import a_call
from printhub.testing.kits.email.hooks import EmailHooks, Ending, MailTrouble
from printhub.testing.kits.kit import expect

_DOUBT = "The message may be on its way: only OutcomeUnknown has the hub ask what is set for this case."


class Troubles(EmailHooks):
    """Every trouble has one right name; the hub acts on the name."""

    def test_a_mail_system_that_is_down_is_unavailable(self) -> None:
        """Nothing was sent: the hub tries again by itself."""
        expect(self._meets(MailTrouble.DOWN), Unavailable, "No connection was made, so nothing happened.")

    def test_a_dead_recipient_bounced(self) -> None:
        """What is refused at once is a bounce like one that comes later: what was to follow one follows."""
        error = expect(self._meets(MailTrouble.RECIPIENT_REFUSED), Rejected, "The address is refused for good.")
        assert error.bounced, "the recipient was refused, and `bounced` is not said: nothing follows, no letter goes"

    def test_a_recipient_that_is_put_off_is_unavailable(self) -> None:
        """Greylisting, a full mailbox: it may be taken later."""
        expect(self._meets(MailTrouble.RECIPIENT_LATER), Unavailable, "It was put off, not refused.")

    def test_a_refused_sender_is_no_bounce(self) -> None:
        """It says nothing of the recipient: a letter to them would be wrong."""
        error = expect(self._meets(MailTrouble.SENDER_REFUSED), Rejected, "The hub's own address is refused.")
        assert not error.bounced, "the sender was refused, and the recipient is said to have bounced"

    def test_a_refused_content_is_no_bounce(self) -> None:
        """Taken for spam, say: the address is alive."""
        error = expect(self._meets(MailTrouble.CONTENT_REFUSED), Rejected, "The message is refused for good.")
        assert not error.bounced, "the message was refused, and the recipient is said to have bounced"

    def test_a_content_that_is_put_off_is_unavailable(self) -> None:
        """The end was sent, and the answer says for certain that the message was not taken."""
        expect(self._meets(MailTrouble.CONTENT_LATER), Unavailable, "It was put off, not refused, and not taken.")

    def test_wrong_credentials_are_misconfigured(self) -> None:
        """Only the operator can mend that; the hub pauses the instance."""
        expect(self._meets(MailTrouble.WRONG_CREDENTIALS), Misconfigured, "The operator has to mend that.")

    def test_check_tells_of_wrong_credentials(self) -> None:
        """Before the hub resumes an instance it asks check."""
        adapter = self.adapter()
        if not has_verb(type(adapter), "check"):
            self.cannot("the class has no check")
        self.break_partner(MailTrouble.WRONG_CREDENTIALS)
        try:
            ending: object = adapter.check(a_call(Verb.SEND, deadline_in=self.deadline))  # type: ignore[attr-defined] # asked above
        except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
            ending = error
        finally:
            adapter.close()
        expect(ending, Misconfigured, "Credentials that are refused do not pass a check.")

    def test_a_connection_that_breaks_before_the_end_is_unavailable(self) -> None:
        """No mail system takes half a message (RFC 5321, 4.1.1.4): nobody has to be asked."""
        expect(self._meets(MailTrouble.BREAKS_BEFORE_THE_END), Unavailable, "Nothing was handed over.")

    def test_a_mail_system_that_hangs_before_the_end_is_given_up(self) -> None:
        """In time; nothing was handed over, so the hub tries again by itself."""
        self.break_partner(MailTrouble.HANGS_BEFORE_THE_END)
        call = a_call(Verb.SEND, deadline_in=self.short_deadline)
        ending = self.send_in_a_thread(self.message(), call)
        expect(ending, Unavailable, "Nothing was handed over.")

    def test_a_connection_that_breaks_after_the_end_is_in_doubt(self) -> None:
        """The mail system may have taken the message before the connection broke."""
        expect(self._meets(MailTrouble.BREAKS_AFTER_THE_END), OutcomeUnknown, _DOUBT)

    def test_an_answer_that_does_not_come_in_time_is_in_doubt(self) -> None:
        """The message was handed over, and nobody heard what became of it."""
        self.break_partner(MailTrouble.HANGS_AFTER_THE_END)
        expect(self.send_in_time(self.message()), OutcomeUnknown, _DOUBT)

    def test_the_deadline_is_of_the_whole_call(self) -> None:
        """A mail system that says a little now and then must not hold a worker for ever."""
        self.break_partner(MailTrouble.DRIPS_AFTER_THE_END)
        expect(self.send_in_time(self.message()), OutcomeUnknown, _DOUBT)

    def test_the_adapter_does_not_try_again_by_itself(self) -> None:
        """Retries are the hub's: a person may have said that they are to be asked first."""
        self._meets(MailTrouble.BREAKS_AFTER_THE_END)
        assert len(self.delivered()) == 1, f"one attempt sent {len(self.delivered())} messages"

    def test_what_was_refused_does_not_spoil_what_follows(self) -> None:
        """The next message over the same connection goes to its own recipient, and no other."""
        adapter = self.adapter()
        try:
            self.break_partner(MailTrouble.RECIPIENT_REFUSED)
            call = a_call(Verb.SEND, deadline_in=self.deadline)
            with contextlib.suppress(Rejected):
                adapter.send(self.message(recipient="dead@customer.example"), call)
            adapter.send(self.message(), call)
        finally:
            adapter.close()
        assert self.only().recipient == self.message().recipient

    def _meets(self, trouble: MailTrouble) -> Ending:
        self.break_partner(trouble)
        return self.send(self.message())
