"""What the MIS keeps about one job."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Artwork(NamedTuple):
    """A file that the MIS has: measured if uploaded, else as declared with its URL (0 and "" if undeclared)."""

    size: int
    sha256: str


@dataclass(frozen=True)
class MisJob:
    """One entry of the MIS's books, as it stood when it was read."""

    reference: str
    """The MIS's own id."""
    job: str
    """The hub's job id."""
    verdict: str = "received"
    """`pending`, `received` or `refused`: what the MIS thinks of the job as it was notified."""
    tickets: int = 1
    """How often this entry prints: 0 until received, 1 from then on."""
    manifests: int = 0
    artwork: Mapping[str, Artwork] = field(default_factory=dict)
    announced: tuple[str, ...] = ()
    """The file names that the notification gave, with or without a URL."""
    artwork_confirmed: bool = False
    updates: int = 0
    printed: bool = False
    cancelled: bool = False
    pending: tuple[str, ...] = ()
    """Verbs accepted and not yet decided."""
    refused: tuple[str, ...] = ()
    """Verbs accepted and then refused."""

    @property
    def manifested(self) -> bool:
        """Whether a manifest was taken."""
        return self.manifests > 0

    @property
    def state(self) -> str:
        """The one word that the MIS would show for the job."""
        if self.cancelled:
            return "cancelled"
        if self.printed:
            return "printed"
        if self.verdict != "received":
            return self.verdict
        if self.artwork_confirmed:
            return "assets_ok"
        return "manifested" if self.manifested else "received"

    def described(self) -> dict[str, object]:
        """As a lookup answers it."""
        return {
            "id": self.reference,
            "job": self.job,
            "state": self.state,
            "manifested": self.manifested,
            "artwork": list(self.artwork),
            "artwork_confirmed": self.artwork_confirmed,
            "updates": self.updates,
            "printed": self.printed,
            "cancelled": self.cancelled,
            "pending": list(self.pending),
            "refused": list(self.refused),
        }
