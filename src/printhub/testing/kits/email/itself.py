"""What an e-mail adapter has to be by itself."""

from typing import ClassVar
from unittest import SkipTest

from printhub.core.model.verbs import Kind
from printhub.testing.kits.email.hooks import EmailHooks, MailTrouble
from printhub.testing.kits.itself import Itself
from printhub.testing.kits.kit import told

_TELLING = (
    MailTrouble.WRONG_CREDENTIALS,
    MailTrouble.RECIPIENT_REFUSED,
    MailTrouble.CONTENT_REFUSED,
    MailTrouble.BREAKS_AFTER_THE_END,
    MailTrouble.DOWN,
)


class EmailItself(EmailHooks, Itself):
    """What holds for every adapter, and that recipients and their mail stay out of errors."""

    kind: ClassVar[Kind] = Kind.EMAIL

    def test_no_personal_data_is_in_an_error(self) -> None:
        """Who is written to, and what, is in no log: a mail server's reply repeats the address."""
        message = self.message(recipient_name="Kim Sample")
        people = {message.recipient, message.recipient_name, message.subject, message.text}
        for error in self.failures():
            assert not any(datum in told(error) for datum in people), (
                f"personal data shows in {type(error).__name__}, or in what caused it"
            )

    def failures(self) -> list[Exception]:
        """The errors of send."""
        endings = []
        why = ""
        for trouble in _TELLING:
            try:
                self.break_partner(trouble)
            except SkipTest as skip:
                why = str(skip)
                continue
            endings.append(self.send(self.message(recipient_name="Kim Sample")))
        if not endings:
            self.cannot(why)
        return [ending for ending in endings if isinstance(ending, Exception)]
