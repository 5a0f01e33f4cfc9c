"""Addresses and numbers that nothing more is sent to, and why."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Medium(StrEnum):
    """What an address is for."""

    EMAIL = "email"
    SMS = "sms"


class SuppressionCause(StrEnum):
    """Why nothing more is sent there."""

    HARD_BOUNCE = "hard_bounce"
    """The address is dead: its mail server said so for good."""
    COMPLAINT = "complaint"
    """Whoever reads there reported a message as unwanted."""
    OPT_OUT = "opt_out"
    """They said that they want no more."""
    MANUAL = "manual"
    """An operator put it here."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address of one storefront's customers that nothing is sent to; None for an address that was erased."""

    id: UUID
    medium: Medium
    storefront: str
    cause: SuppressionCause
    detail: str
    since: datetime
    by: str
    address: str | None = field(default=None, repr=False)
    delivery_id: UUID | None = None
    digest: str = ""

    def __post_init__(self) -> None:
        """Derive what the address is found by; what was read from the store has it already."""
        if not self.digest and self.address:
            object.__setattr__(self, "digest", digest_of(self.medium, self.storefront, self.address))


def normalised(medium: Medium, address: str) -> str:
    """An address as it is compared: e-mail without regard to capitals, numbers without what parts their digits."""
    if medium is Medium.EMAIL:
        return address.strip().casefold()
    return "".join(sign for sign in address if sign.isdigit() or sign == "+")


def digest_of(medium: Medium, storefront: str, address: str) -> str:
    """What a suppressed address is found by, in hex (SHA-256)."""
    return hashlib.sha256(f"{medium}\n{storefront}\n{normalised(medium, address)}".encode()).hexdigest()
