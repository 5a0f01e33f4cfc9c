"""What each of the providers can do."""

from typing import Protocol

from printhub import Call, Effect, Finding, InboundRequest, Received, Report, SmsMessage

RECEIPT, INBOUND = "receipt", "inbound"
"""What stands behind an instance's name in the addresses that providers call: for receipts, and for texts of people."""


class Provider(Protocol):
    """One way to send. The adapter has looked at number and length before; what is raised is what a verb raises."""

    @property
    def effect(self) -> Effect:
        """What makes a repeated `send` safe there."""

    def send(self, message: SmsMessage, call: Call) -> Report:
        """Hand the message over; done when the provider has taken it."""

    def lookup(self, message: SmsMessage, call: Call) -> Finding:
        """Whether the provider has it."""

    def check(self, call: Call) -> Report:
        """Prove address and credentials, and send nothing."""

    def verify(self, request: InboundRequest) -> None:
        """Raise Refused unless the provider sent it."""

    def read(self, request: InboundRequest) -> Received:
        """Read a receipt or a text."""
