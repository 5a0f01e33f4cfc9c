"""The class that text message adapters subclass."""

from abc import abstractmethod
from typing import ClassVar

from printhub.core.channels.sms.messages import SmsMessage
from printhub.core.model.adapter import Adapter, ConfigT
from printhub.core.model.call import Call
from printhub.core.model.reports import Report
from printhub.core.model.verbs import Kind


class SmsAdapter(Adapter[ConfigT]):
    """Hands one text message for one number to a provider.

    Never send twice on doubt: a timeout after the request left is `OutcomeUnknown`. A number that is refused for good
    is `Rejected` with `bounced=True`, and with `opted_out=True` where its owner said STOP: no other provider is asked
    then. Receipts that come later are signals.
    """

    kind: ClassVar[Kind] = Kind.SMS

    @abstractmethod
    def send(self, message: SmsMessage, call: Call) -> Report:
        """Send the message; `done` with the provider's id once the provider took it."""
