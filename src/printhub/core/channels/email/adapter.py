"""The class that e-mail adapters subclass."""

from abc import abstractmethod
from typing import ClassVar

from printhub.core.channels.email.messages import EmailMessage
from printhub.core.model.adapter import Adapter, ConfigT
from printhub.core.model.call import Call
from printhub.core.model.reports import Report
from printhub.core.model.verbs import Kind


class EmailAdapter(Adapter[ConfigT]):
    """Hands one message for one recipient to a mail system.

    A recipient refused for good is `Rejected` with `bounced=True`; a refused sender or content is plain `Rejected`.
    A connection lost after the message's end was sent is `OutcomeUnknown`. Bounces that come later are signals.
    """

    kind: ClassVar[Kind] = Kind.EMAIL

    @abstractmethod
    def send(self, message: EmailMessage, call: Call) -> Report:
        """Send the message; `done` once the mail system took it. `message.message_id` is the same in every attempt."""
