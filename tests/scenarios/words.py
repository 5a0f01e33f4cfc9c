"""How a step of a scenario is read: an act, its words, its options, and how it is expected to end."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from printhub.core.model.statuses import JobStatus

_DURATION = re.compile(r"(-?)(\d+)(s|m|h|d)")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_ENDINGS = (" is refused", " is repeated", " refused")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `payment Paid at=-5m is refused` is the act `payment`, one word, one option and an ending."""

    text: str
    act: str
    words: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    ending: str = ""
    """"refused", "repeated", or nothing where the step is to go through."""

    @property
    def rest(self) -> str:
        """All that stands behind the act, as it was written; for acts with a grammar of their own."""
        return self.text.removeprefix(self.act).strip()


def read_step(text: str, acts: Iterable[str]) -> Step:
    """Read a step; the act is the longest of `acts` that the text begins with. Raises ValueError if there is none."""
    act = max((act for act in acts if text == act or text.startswith(f"{act} ")), key=len, default=None)
    if act is None:
        raise ValueError(f"there is no step {text!r}")
    if act.startswith("answers"):
        return Step(text, act)
    own = act.startswith("callback")  # where "refused" is the partner's word
    ending = "" if own else next((ending for ending in _ENDINGS if text.endswith(ending)), "")
    tokens = text.removesuffix(ending).removeprefix(act).split()
    return Step(
        text=text,
        act=act,
        words=tuple(token for token in tokens if "=" not in token),
        options=dict(token.split("=", 1) for token in tokens if "=" in token),
        ending=ending.split()[-1] if ending else "",
    )


def status_named(name: str) -> JobStatus:
    """The status with this name on the wire; raises ValueError."""
    for status in JobStatus:
        if status == name:
            return status
    raise ValueError(f"there is no status {name!r}")


def duration(text: str) -> timedelta:
    """Read `10s`, `-5m`, `2h`, `1d`; raises ValueError."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f"expected a duration such as 10s, -5m, 2h or 1d, found {text!r}")
    sign, number, unit = found.groups()
    return timedelta(seconds=int(f"{sign}{number}") * _UNITS[unit])
