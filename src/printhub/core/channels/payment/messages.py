"""A request to give money back, as the ledger recorded it."""

from typing import Literal

from printhub.core.model.money import Money
from printhub.core.model.record import Message
from printhub.core.model.verbs import Mode


class RefundRequest(Message):
    """One ledger entry that moves money."""

    version: Literal[1] = 1
    storefront: str
    mode: Mode
    entry: str
    """The ledger entry's id; also the call's key."""
    order: str
    payment: str
    """The gateway's id of the payment."""
    amount: Money
    reason: str = ""
