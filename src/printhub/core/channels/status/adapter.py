"""The class that status adapters subclass."""

from abc import abstractmethod
from typing import ClassVar

from printhub.core.channels.status.messages import StatusMessage
from printhub.core.model.adapter import Adapter, ConfigT
from printhub.core.model.call import Call
from printhub.core.model.reports import Report
from printhub.core.model.verbs import Kind


class StatusAdapter(Adapter[ConfigT]):
    """Tells somebody outside of what the hub recorded: a storefront's webhook, say.

    What a publish brings about writes no status, or the hub would feed itself.
    """

    kind: ClassVar[Kind] = Kind.STATUS

    @abstractmethod
    def publish(self, message: StatusMessage, call: Call) -> Report:
        """Pass the event on; `done` when the other side took it."""
