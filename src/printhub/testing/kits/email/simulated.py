"""The e-mail kit with all its hooks written, for adapters that speak SMTP to the simulated mail server."""

from collections.abc import Sequence

from printhub.testing.kits.email.conformance import EmailConformance
from printhub.testing.kits.email.hooks import Delivered, MailTrouble
from printhub.testing.mail_simulator import MailSimulator

_REPLIES = {
    MailTrouble.RECIPIENT_REFUSED: ("rcpt", "550 5.1.1 <kim@customer.example>: no such user"),
    MailTrouble.RECIPIENT_LATER: ("rcpt", "450 4.2.0 <kim@customer.example>: greylisted"),
    MailTrouble.SENDER_REFUSED: ("mail", "550 5.7.1 not from here"),
    MailTrouble.CONTENT_REFUSED: ("dot", "554 5.7.1 not for kim@customer.example, taken for spam"),
    MailTrouble.WRONG_CREDENTIALS: ("auth", "535 5.7.8 not known here"),
    MailTrouble.CONTENT_LATER: ("dot", "451 4.3.0 not now, kim@customer.example"),
    MailTrouble.NAMES_THE_RECIPIENT: ("dot", "250 2.0.0 queued for <kim@customer.example> kim@customer.example"),
    MailTrouble.BREAKS_BEFORE_THE_END: ("data", MailSimulator.HANGS_UP),
    MailTrouble.HANGS_BEFORE_THE_END: ("rcpt", MailSimulator.STALLS),
    MailTrouble.BREAKS_AFTER_THE_END: ("dot", MailSimulator.HANGS_UP),
    MailTrouble.HANGS_AFTER_THE_END: ("dot", MailSimulator.STALLS),
    MailTrouble.DRIPS_AFTER_THE_END: ("dot", MailSimulator.DRIPS),
}


class SimulatedEmailConformance(EmailConformance):
    """Write `adapter` for `self.server`, which has a password; a new one is started for each test."""

    server: MailSimulator

    def setup_method(self) -> None:
        """Start the mail server."""
        self.server = MailSimulator(password="secret-0f-the-mails")  # noqa: S106 - of a server that lives for a test
        self.server.__enter__()

    def teardown_method(self) -> None:
        """End it."""
        self.server.__exit__()

    def delivered(self) -> Sequence[Delivered]:
        """What the simulator took."""
        return [Delivered(one.sender, one.recipient, one.body) for one in self.server.taken]

    def break_partner(self, trouble: MailTrouble) -> None:
        """Script the simulator's next reply of that stage."""
        if trouble is MailTrouble.DOWN:
            self.server.down()
        else:
            self.server.answer(*_REPLIES[trouble])
