"""The hooks of the SMS kit: what an author writes, and what the kit's tests are made of."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from printhub.core.channels.sms.adapter import SmsAdapter
from printhub.core.channels.sms.messages import SmsMessage
from printhub.core.model.call import Call
from printhub.core.model.errors import Unavailable
from printhub.core.model.reports import Finding, Outcome, Report
from printhub.core.model.signals import InboundRequest
from printhub.core.model.verbs import Verb
from printhub.testing.call import a_call
from printhub.testing.factories import an_sms
from printhub.testing.kits.kit import Kit, expect

Ending: TypeAlias = Report | Finding | Exception
"""How a call of an adapter ended: what it returned, or what it raised."""

NUMBER, OTHER = "+447400123456", "+447400654321"
"""Two numbers that could be somebody's."""


class SmsTrouble(StrEnum):
    """What the next text, or question, meets at the provider."""

    DOWN = "down"
    """Connections are refused, for every verb."""
    HANGS = "hangs"
    """The text is taken; no answer comes before the deadline."""
    DRIPS = "drips"
    """The text is taken; the answer comes bit by bit, and is not complete at the deadline."""
    COMMITS_THEN_DROPS = "commits_then_drops"
    """The text is taken; the connection is cut before any answer."""
    SERVER_ERROR = "server_error"
    """The text is taken; the answer is a server's own failure, such as 500."""
    GARBAGE = "garbage"
    """The text is taken; the answer is a success by its code, and cannot be read."""
    NUMBER_REFUSED = "number_refused"
    """The number is refused for good, and the answer repeats it."""
    SENDER_REFUSED = "sender_refused"
    """The hub's own sender may not be used."""
    OPTED_OUT = "opted_out"
    """The recipient has said STOP, and the provider refuses to send."""
    WRONG_CREDENTIALS = "wrong_credentials"
    """The provider does not know who is calling; `check` too meets it."""
    TOO_MANY = "too_many"
    """The provider wants fewer calls, and says for how long."""
    LOOKUP_BROKEN = "lookup_broken"
    """The next look-up is answered with a server's own failure."""


@dataclass(frozen=True, slots=True)
class TakenText:
    """A text as the provider took it."""

    recipient: str = field(repr=False)
    sender: str
    text: str = field(repr=False)


class SmsHooks(Kit):
    """Write `adapter` and `taken`. The others are optional: a test that needs a missing one skips and says so."""

    deadline = timedelta(seconds=10)
    """How long a call may take at a provider that answers."""
    short_deadline = timedelta(milliseconds=300)
    """How long a call may take at one that does not answer in time."""
    patience = timedelta(seconds=5)
    """How long after its deadline a call may still take to return."""
    key = "0199aaaa-0000-7000-8000-000000000001"
    """The key of the calls."""
    callback_url = "https://hub.example/in/text"
    """Where the provider is told to call back."""

    def adapter(self) -> SmsAdapter[Any]:
        """Make a new adapter, configured for your provider or its simulator. Called several times in a test."""
        raise NotImplementedError(f"{type(self).__name__}.adapter() is to return a configured adapter")

    def taken(self) -> Sequence[TakenText]:
        """All texts that your provider took, in their order."""
        raise NotImplementedError(f"{type(self).__name__}.taken() is to return the texts that were taken")

    def break_partner(self, trouble: SmsTrouble) -> None:
        """Let the next text meet `trouble`. Call `self.cannot(why)` for what your provider never does."""
        self.cannot(f"break_partner() is not written, so nobody knows how the adapter meets {trouble}")

    def callback(self) -> InboundRequest:
        """The receipt that your provider really sends of the text that it took last, with all that proves it."""
        self.cannot("callback() is not written, so nobody knows what a genuine one is")

    # --- what the tests are made of ---------------------------------------------------------------------------

    def message(self, **changes: Any) -> SmsMessage:
        """The first argument of `send`."""
        return an_sms(**({"recipient": NUMBER, "sender": "PrintHub", "text": "Kim, order O-1 is here."} | changes))

    def call(self, attempt: int = 1, *, key: str = "", deadline_in: timedelta | None = None) -> Call:
        """The second argument of `send`."""
        made = a_call(Verb.SEND, key or self.key, attempt, deadline_in=deadline_in or self.deadline)
        return replace(made, callback_url=self.callback_url)

    def send(self, message: SmsMessage | None = None, call: Call | None = None) -> Ending:
        """Send by an adapter of its own, and return how that ended."""
        return self._ending("send", message or self.message(), call or self.call())

    def look_up(self, message: SmsMessage | None = None) -> Ending:
        """Look the message up by an adapter of its own, and return how that ended."""
        return self._ending("lookup", message or self.message(), self.call())

    def done(self, ending: Ending) -> Report:
        """The report of a text that the provider took; fails where the adapter says anything else."""
        report = expect(ending, Report, "The provider takes this.")
        assert report.outcome is Outcome.DONE, f"the provider took it, and the adapter reports {report.outcome}"
        return report

    def only(self) -> TakenText:
        """The one text that was taken."""
        taken = self.taken()
        assert len(taken) == 1, f"one text was sent, and {len(taken)} were taken"
        return taken[0]

    def send_in_time(self) -> Ending:
        """Send to a provider that takes it and does not answer in time; fails if the call is not given up."""
        ending: Ending = Unavailable("no call was made")
        for factor in (1, 3, 9):
            ending = self._in_a_thread(self.call(deadline_in=factor * self.short_deadline))
            # On a busy machine the deadline may pass before the text left; then the provider was not met at all.
            if self.taken() or not isinstance(ending, Unavailable):
                break
        return ending

    def _in_a_thread(self, call: Call) -> Ending:
        endings: list[Ending] = []
        thread = threading.Thread(target=lambda: endings.append(self.send(None, call)), daemon=True)
        thread.start()
        thread.join((call.remaining + self.patience).total_seconds())
        assert endings, f"the call was not given up within {self.patience} after its deadline"
        return endings[0]

    def _ending(self, verb: str, message: SmsMessage, call: Call) -> Ending:
        adapter = self.adapter()
        try:
            ending: Ending = getattr(adapter, verb)(message, call)
        except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
            return error
        finally:
            adapter.close()
        return ending
