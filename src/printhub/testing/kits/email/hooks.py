"""The hooks of the e-mail kit: what an author writes, and what the kit's tests are made of."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage as Mail
from email.policy import default
from enum import StrEnum
from typing import Any, TypeAlias

from printhub.core.channels.email.adapter import EmailAdapter
from printhub.core.channels.email.messages import EmailMessage
from printhub.core.model.call import Call
from printhub.core.model.errors import Unavailable
from printhub.core.model.reports import Outcome, Report
from printhub.core.model.signals import InboundRequest
from printhub.core.model.verbs import Verb
from printhub.testing.call import a_call
from printhub.testing.factories import an_email
from printhub.testing.kits.kit import Kit, expect

Ending: TypeAlias = Report | Exception
"""How a call of an adapter ended: what it returned, or what it raised."""


class MailTrouble(StrEnum):
    """What the next message meets at the mail system."""

    DOWN = "down"
    """Connections are refused."""
    RECIPIENT_REFUSED = "recipient_refused"
    """The recipient's address is refused for good."""
    RECIPIENT_LATER = "recipient_later"
    """The recipient's address is put off, such as 450."""
    SENDER_REFUSED = "sender_refused"
    """The hub's own address is refused for good."""
    CONTENT_REFUSED = "content_refused"
    """The message itself is refused for good, such as 554 after its end."""
    CONTENT_LATER = "content_later"
    """The message itself is put off, such as 451 after its end."""
    NAMES_THE_RECIPIENT = "names_the_recipient"
    """The message is taken; the answer repeats the recipient's address."""
    WRONG_CREDENTIALS = "wrong_credentials"
    """The mail system does not know who is calling."""
    BREAKS_BEFORE_THE_END = "breaks_before_the_end"
    """The connection is cut before the message was handed over."""
    HANGS_BEFORE_THE_END = "hangs_before_the_end"
    """No answer comes any more, and the message was not handed over."""
    BREAKS_AFTER_THE_END = "breaks_after_the_end"
    """The message is taken; the connection is cut before any answer."""
    HANGS_AFTER_THE_END = "hangs_after_the_end"
    """The message is taken; no answer comes before the deadline."""
    DRIPS_AFTER_THE_END = "drips_after_the_end"
    """The message is taken; the answer comes bit by bit, and is not complete at the deadline."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message as the mail system took it: whom bounces go to, whom it is for, and the mail itself."""

    envelope_sender: str = field(repr=False)
    recipient: str = field(repr=False)
    raw: bytes = field(repr=False)

    @property
    def mail(self) -> Mail:
        """The mail, read."""
        return message_from_bytes(self.raw, policy=default)


class EmailHooks(Kit):
    """Write `adapter` and `delivered`. The others are optional: a test that needs a missing one skips and says so."""

    deadline = timedelta(seconds=10)
    """How long a call may take at a mail system that answers."""
    short_deadline = timedelta(milliseconds=300)
    """How long a call may take at one that does not answer in time."""
    patience = timedelta(seconds=5)
    """How long after its deadline a call may still take to return."""

    def adapter(self) -> EmailAdapter[Any]:
        """Make a new adapter, configured for your mail system or its simulator. Called several times in a test."""
        raise NotImplementedError(f"{type(self).__name__}.adapter() is to return a configured adapter")

    def delivered(self) -> Sequence[Delivered]:
        """All messages that your mail system took, in their order."""
        raise NotImplementedError(f"{type(self).__name__}.delivered() is to return the messages that were taken")

    def break_partner(self, trouble: MailTrouble) -> None:
        """Let the next message meet `trouble`. Call `self.cannot(why)` for what your mail system never does."""
        self.cannot(f"break_partner() is not written, so nobody knows how the adapter meets {trouble}")

    def callback(self, body: bytes | None = None) -> InboundRequest:  # noqa: ARG002 - the default of a hook
        """A callback that your mail system really sends, about the recipient of `message()`; with all that proves it.

        With `body`, one that proves itself as well and has that body instead: what a fault at the sender makes.
        """
        self.cannot("callback() is not written, so nobody knows what a genuine one is")

    # --- what the tests are made of ---------------------------------------------------------------------------

    def message(self, **changes: Any) -> EmailMessage:
        """The first argument of `send`."""
        return an_email(**({"headers": {"Auto-Submitted": "auto-generated"}} | changes))

    def send(self, message: EmailMessage, call: Call | None = None) -> Ending:
        """Send by an adapter of its own, and return how that ended."""
        adapter = self.adapter()
        try:
            ending: Ending = adapter.send(message, call or self.call())
        except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
            return error
        finally:
            adapter.close()
        return ending

    def call(self, attempt: int = 1) -> Call:
        """The second argument of `send`."""
        return a_call(Verb.SEND, "message-1", attempt, deadline_in=self.deadline)

    def done(self, ending: Ending) -> Report:
        """The report of a message that the mail system took; fails where the adapter says anything else."""
        report = expect(ending, Report, "The mail system takes this.")
        assert report.outcome is Outcome.DONE, f"the mail system took it, and the adapter reports {report.outcome}"
        return report

    def send_in_time(self, message: EmailMessage) -> Ending:
        """Send to a mail system that takes it and does not answer in time; fails if the call is not given up."""
        ending: Ending = Unavailable("no call was made")
        for factor in (1, 3, 9):
            call = a_call(Verb.SEND, deadline_in=factor * self.short_deadline)
            ending = self.send_in_a_thread(message, call)
            # On a busy machine the deadline may pass before the message left; then the mail system was not met at all.
            if self.delivered() or not isinstance(ending, Unavailable):
                break
        return ending

    def only(self) -> Delivered:
        """The one message that was taken."""
        taken = self.delivered()
        assert len(taken) == 1, f"one message was sent, and {len(taken)} were taken"
        return taken[0]

    def send_in_a_thread(self, message: EmailMessage, call: Call) -> Ending:
        """Send, and return how that ended; fails if it has not ended some time after the deadline."""
        endings: list[Ending] = []
        thread = threading.Thread(target=lambda: endings.append(self.send(message, call)), daemon=True)
        thread.start()
        thread.join((call.remaining + self.patience).total_seconds())
        assert endings, f"the call was not given up within {self.patience} after its deadline"
        return endings[0]
