"""This process's sign of life: renewed by the living, so that the work of the dead is taken up."""

import time
from datetime import timedelta
from uuid import UUID

LEASE = timedelta(seconds=4)
"""How long a worker counts as alive without renewing its lease."""
_SURE = (LEASE - timedelta(seconds=1)).total_seconds()


class Lease:
    """What a worker process knows of its own lease, by a clock that nobody sets."""

    def __init__(self, worker: UUID) -> None:
        """The lease of `worker`, an id that is new with each start of a process."""
        self.worker = worker
        self._renewed = float("-inf")
        self._steady_since = float("inf")

    def renewed(self, begun: float) -> None:
        """Note that it was renewed by a write that was `begun` at this moment (monotonic, in seconds)."""
        if begun - self._renewed > _SURE:
            self._steady_since = begun
        self._renewed = begun

    @property
    def holds(self) -> bool:
        """Whether nobody can have taken this worker for dead."""
        return time.monotonic() - self._renewed < _SURE

    @property
    def is_steady(self) -> bool:
        """Whether it was renewed without a gap for as long as a lease lasts.

        Where nobody could renew because the store was away, only then is who has not renewed really dead.
        """
        return self.holds and time.monotonic() - self._steady_since > LEASE.total_seconds()
