"""What an SMS adapter has to be by itself."""

import contextlib
from typing import ClassVar
from unittest import SkipTest

from printhub.core.model.verbs import Kind
from printhub.testing.kits.itself import Itself
from printhub.testing.kits.kit import told
from printhub.testing.kits.sms.hooks import SmsHooks, SmsTrouble
from printhub.testing.kits.watching import overheard

_TELLING = (
    SmsTrouble.WRONG_CREDENTIALS,
    SmsTrouble.NUMBER_REFUSED,
    SmsTrouble.OPTED_OUT,
    SmsTrouble.SERVER_ERROR,
    SmsTrouble.COMMITS_THEN_DROPS,
)


class SmsItself(SmsHooks, Itself):
    """What holds for every adapter, and that numbers and texts stay out of errors, reports and logs."""

    kind: ClassVar[Kind] = Kind.SMS

    def test_no_personal_data_is_in_an_error(self) -> None:
        """Who is written to, and what, is in no log: a provider's answer repeats the number."""
        for error in self.failures():
            assert not any(datum in told(error) for datum in self._personal()), (
                f"personal data shows in {type(error).__name__}, or in what caused it"
            )

    def test_no_personal_data_is_in_a_report(self) -> None:
        """Operators read it, and it is kept longer than the message."""
        report = self.done(self.send())
        shown = f"{report!r} {report.model_dump_json()}"
        assert not any(datum in shown for datum in self._personal()), "personal data shows in the report"

    def test_nothing_of_a_message_is_logged_or_printed(self) -> None:
        """Nor a secret: at the most talkative setting, whether the text went or not."""
        hidden = self._personal()
        with contextlib.suppress(SkipTest):
            hidden |= set(self._secrets())
        with overheard() as heard:
            self.send()
            with contextlib.suppress(SkipTest):
                self.failures()
        assert not any(datum in heard.getvalue() for datum in hidden), "personal data or a secret was logged or printed"

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
            endings.append(self.send())
        if not endings:
            self.cannot(why)
        return [ending for ending in endings if isinstance(ending, Exception)]

    def _personal(self) -> set[str]:
        message = self.message()
        return {message.recipient, message.recipient.removeprefix("+"), message.text}
