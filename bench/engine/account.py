"""Whether everything was delivered, each call exactly once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.engine.partner import Arrived
from bench.engine.workload import CALLS, body, event, number_of


class NotOnce(Exception):
    """Calls are missing, were made twice, for nobody, or with another body; the message says which."""


@dataclass(frozen=True, slots=True)
class Account:
    """What arrived held against what should have: (call, job) pairs."""

    missing: tuple[tuple[str, str], ...]
    repeated: tuple[tuple[str, str], ...]
    strange: tuple[tuple[str, str], ...]
    altered: tuple[tuple[str, str], ...]
    """Those whose body has not the length that it should have: not the same work."""

    def require_once(self) -> None:
        """Raise NotOnce unless everything arrived exactly once."""
        words = {
            "missing": self.missing,
            "made more than once": self.repeated,
            "unasked for": self.strange,
            "of another length": self.altered,
        }
        faults = [
            f"{len(found)} calls are {what}, the first: {found[0][0]} of {found[0][1]}"
            for what, found in words.items()
            if found
        ]
        if faults:
            raise NotOnce("; ".join(faults))


def account(arrived: Sequence[Arrived], places: Iterable[int]) -> Account:
    """Hold what arrived against the calls of the events at these places."""
    counted = Counter((one.call, one.job) for one in arrived)
    wanted = {(call, number_of(place)): size for place in places for call, size in _sizes(place).items()}
    return Account(
        missing=tuple(pair for pair in wanted if pair not in counted),
        repeated=tuple(pair for pair, times in counted.items() if times > 1),
        strange=tuple(counted.keys() - wanted.keys()),
        altered=tuple(
            pair for one in arrived for pair in [(one.call, one.job)] if one.size != wanted.get(pair, one.size)
        ),
    )


def _sizes(place: int) -> dict[str, int]:
    order = event(place)["data"]["order"]
    return {call: len(body(call, order)) for call in CALLS}
