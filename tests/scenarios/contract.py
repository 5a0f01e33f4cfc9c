"""What the scenarios need of a hub in memory; `printhub.testing.MemoryHub` is one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from printhub.core.model.deliveries import Delivery
from printhub.core.model.history import StatusChange
from printhub.core.model.signals import AnySignal
from printhub.core.model.statuses import JobStatus


class Receipt(Protocol):
    """What became of an event at the door."""

    @property
    def accepted(self) -> bool:
        """Whether it was taken, now."""

    @property
    def repeated(self) -> bool:
        """Whether it had been taken before."""

    @property
    def refused(self) -> object:
        """The reason why it was not taken, or something false."""


class Hub(Protocol):
    """A whole hub, on a clock that stands still."""

    def emit(
        self,
        type: str,  # noqa: A002 - the attribute of the envelope is called so
        data: dict[str, Any],
        *,
        storefront: str = "shop",
        id: str | None = None,  # noqa: A002 - the attribute of the envelope is called so
        time: datetime | None = None,
        source: str | None = None,
    ) -> Receipt:
        """State an event."""

    def signals(self, instance: str, signals: Sequence[AnySignal]) -> None:
        """Take what an adapter read from a callback."""

    def run(self) -> None:
        """Let everything happen that can happen now."""

    def advance(self, by: timedelta) -> None:
        """Move the clock, then let everything happen that is due."""

    def restart(self, settings: dict[str, Any] | None = None) -> None:
        """Die, and begin again from the store, with other settings if there are any."""

    def deliveries(self, job: str, instance: str | None = None) -> Sequence[Delivery]:
        """All deliveries about a job, every run of them."""

    def history(self, job: str) -> Sequence[StatusChange]:
        """The job's history in the order in which it was written."""

    def current(self, job: str) -> JobStatus | None:
        """The job's current status."""

    def retrigger(self, delivery_id: UUID, *, why: str) -> object:
        """Reopen a delivery; raises ActRefused."""

    def settle(self, delivery_id: UUID, *, done: str | None, why: str) -> object:
        """Say what became of a delivery: a reference, or None for not done; raises ActRefused."""

    def send_again(self, delivery_id: UUID, *, why: str) -> object:
        """Make a new run of a delivery; raises ActRefused."""

    def reprint(self, job: str, *, why: str) -> object:
        """Make a new run of the whole chain; raises ActRefused."""

    def cancel_delivery(self, delivery_id: UUID, *, why: str) -> object:
        """Cancel one delivery that has not gone yet; raises ActRefused."""

    def notices(self) -> Sequence[object]:
        """What staff were told."""

    def early(self) -> Sequence[object]:
        """Events about what is not known yet."""

    def refused(self) -> Sequence[object]:
        """Events that were refused and are shown."""

    def unattributed(self) -> Sequence[object]:
        """Callbacks whose subject was not found yet."""
