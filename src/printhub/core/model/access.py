"""Who asks, and what they may: the roles, the rights of each, and whose orders they see.

This is the one table of rights. A door asks it before it does anything, and shows of what it found only what the
asker may see; nothing else in the hub decides who may what.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from printhub.core.model.errors import Forbidden


class Right(StrEnum):
    """Something that one may do or see, and what that means."""

    meaning: str

    def __new__(cls, word: str, meaning: str) -> Self:
        """Give the word its meaning."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning = meaning
        return member

    EMIT = "emit", "hand in events whose source is one's own"
    READ_ORDERS = "read_orders", "orders and their jobs"
    READ_MONEY = "read_money", "prices, totals and payments"
    READ_PERSONAL = (
        "read_personal",
        "who a customer is: names, e-mail, telephone, billing address, notes, and what was sent to partners",
    )
    READ_JOBS = "read_jobs", "jobs, their histories, and why they stand where they stand"
    READ_HIDDEN = "read_hidden", "entries of the history that are for the platform alone (CustomStatusHidden)"
    READ_FILES = "read_files", "artwork and output"
    WRITE_FILES = "write_files", "upload artwork and output, have files supplied again"
    ACT_ON_JOBS = "act_on_jobs", "block and release, set the production status, reprint"
    ACT_ON_ORDERS = "act_on_orders", "ask for a cancellation, add notes, set the purchase-order number"
    READ_DELIVERIES = "read_deliveries", "deliveries, attempts and failures"
    ACT_ON_DELIVERIES = "act_on_deliveries", "retrigger, settle, skip, cancel, send again"
    READ_HUB = "read_hub", "instances, plugins, quarantine, what could not be attributed, the log of acts"
    ACT_ON_HUB = "act_on_hub", "pause, resume and check instances, which serve all storefronts"
    FOLLOW = "follow", "read the feed of changes"
    ERASE = "erase", "erase a customer's personal data"
    ADMINISTER = "administer", "make, change and end users and tokens, none of which may do more than oneself"


class Role(StrEnum):
    """What somebody is to the hub."""

    PLATFORM_ADMINISTRATOR = "platform_administrator"
    STOREFRONT_ADMINISTRATOR = "storefront_administrator"
    PRINT_OPERATOR = "print_operator"
    FINANCE = "finance"
    INTEGRATOR = "integrator"
    STOREFRONT = "storefront"
    """A storefront's own software."""

    @property
    def rights(self) -> frozenset[Right]:
        """What this role may."""
        return _RIGHTS[self]

    @property
    def everywhere(self) -> bool:
        """Whether it may be given for all storefronts, those that are still to come included."""
        return self not in (Role.STOREFRONT_ADMINISTRATOR, Role.STOREFRONT)


_R = Right
_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.PLATFORM_ADMINISTRATOR: frozenset(Right),
    Role.STOREFRONT_ADMINISTRATOR: frozenset(Right)
    - {_R.READ_HIDDEN, _R.READ_HUB, _R.ACT_ON_HUB},  # what serves all storefronts is the platform's
    Role.PRINT_OPERATOR: frozenset({_R.READ_JOBS, _R.READ_FILES, _R.WRITE_FILES, _R.ACT_ON_JOBS}),
    Role.FINANCE: frozenset({_R.READ_ORDERS, _R.READ_MONEY, _R.READ_PERSONAL}),
    Role.INTEGRATOR: frozenset(
        {_R.READ_JOBS, _R.READ_HIDDEN, _R.READ_DELIVERIES, _R.ACT_ON_DELIVERIES, _R.READ_HUB, _R.ACT_ON_HUB}
    ),
    Role.STOREFRONT: frozenset(
        {
            _R.EMIT,
            _R.READ_ORDERS,
            _R.READ_MONEY,
            _R.READ_PERSONAL,
            _R.READ_JOBS,
            _R.READ_FILES,
            _R.WRITE_FILES,
            _R.FOLLOW,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who has proved who they are, by a token or by a session."""

    name: str
    """Who it is in the log of acts: `user:anna`, `token:shop-core`."""
    role: Role
    storefronts: frozenset[str] | None = None
    """The storefronts whose orders they see; None for all."""
    rights: frozenset[Right] = field(default=frozenset(), repr=False)
    """What they may; all that the role may where nothing narrower was given."""

    def __post_init__(self) -> None:
        """Take the role's rights, or fewer."""
        object.__setattr__(self, "rights", (self.rights or self.role.rights) & self.role.rights)

    def may(self, *rights: Right) -> bool:
        """Whether they may all of this."""
        return self.rights.issuperset(rights)

    def sees(self, storefront: str | None) -> bool:
        """Whether they see what belongs to this storefront; what belongs to none is seen by those who see all."""
        return self.storefronts is None or storefront in self.storefronts

    def among(self, wanted: Iterable[str]) -> tuple[str, ...] | None:
        """The storefronts to look in when these are asked for, none meaning any; None for all there are."""
        chosen = frozenset(wanted)
        if self.storefronts is None:
            return tuple(sorted(chosen)) or None
        return tuple(sorted(chosen & self.storefronts if chosen else self.storefronts))

    def require(self, right: Right) -> None:
        """Raise Forbidden unless they may do this."""
        if right not in self.rights:
            raise Forbidden(f"{self.name} ({self.role}) may not {right.replace('_', ' ')}")
