"""What an e-mail adapter has to be by itself."""

import contextlib
import gc
from typing import ClassVar
from unittest import SkipTest

from printhub.core.channels.email.messages import EmailMessage
from printhub.core.model.errors import AdapterError
from printhub.core.model.verbs import Kind
from printhub.testing.kits.email.hooks import EmailHooks, MailTrouble
from printhub.testing.kits.itself import Itself
from printhub.testing.kits.kit import told
from printhub.testing.kits.watching import connected, overheard

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
        personal = self._personal()
        for error in self.failures():
            assert not any(datum in told(error) for datum in personal), (
                f"personal data shows in {type(error).__name__}, or in what caused it"
            )

    def test_no_personal_data_is_in_a_report(self) -> None:
        """Operators read it, and it is kept longer than the message."""
        self.break_partner(MailTrouble.NAMES_THE_RECIPIENT)
        report = self.done(self.send(self._written()))
        shown = f"{report!r} {report.model_dump_json()}"
        assert not any(datum in shown for datum in self._personal()), "personal data shows in the report"

    def test_nothing_of_a_message_is_logged_or_printed(self) -> None:
        """Nor a secret: at the most talkative setting, whether the message went or not."""
        hidden = self._personal()
        with contextlib.suppress(SkipTest):
            hidden |= set(self._secrets())
        with overheard() as heard:
            self.done(self.send(self._written()))
            with contextlib.suppress(SkipTest):
                self.failures()
        assert not any(datum in heard.getvalue() for datum in hidden), (
            "personal data or a secret was logged or printed; log the Message-ID"
        )

    def test_it_closes_what_it_opened(self) -> None:
        """However its call ended: a process that runs for months has only so many sockets."""
        for trouble in (None, MailTrouble.RECIPIENT_REFUSED, MailTrouble.BREAKS_AFTER_THE_END):
            with contextlib.suppress(SkipTest):
                if trouble is not None:
                    self.break_partner(trouble)
                adapter = self.adapter()
                with connected() as sockets:
                    with contextlib.suppress(AdapterError):
                        adapter.send(self.message(), self.call())
                    adapter.close()
                gc.collect()  # what belonged to the call is gone with it, and is not the adapter's
                left = [one for reference in sockets if (one := reference()) is not None and one.fileno() != -1]
                assert not left, f"{len(left)} connections are open after close(), with {trouble or 'no trouble'}"

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
            endings.append(self.send(self._written()))
        if not endings:
            self.cannot(why)
        return [ending for ending in endings if isinstance(ending, Exception)]

    def _written(self) -> EmailMessage:
        return self.message(recipient_name="Kim Sample")

    def _personal(self) -> set[str]:
        message = self._written()
        said = [line for line in message.text.splitlines() if line]
        return {message.recipient, message.recipient_name, message.subject, *said}
