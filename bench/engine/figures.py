"""Numbers as they are shown: percentiles, and the table that has to be complete."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank).

    Raises ValueError where there is no value: a percentile of nothing would be made up.
    """
    if not values:
        raise ValueError("there is nothing to take a percentile of")
    if not 0 < share <= 1:
        raise ValueError(f"a share lies above 0 and up to 1, {share} does not")
    return sorted(values)[math.ceil(share * len(values)) - 1]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number: `of` names what was measured, `name` which of its numbers it is."""

    of: str
    name: str
    value: float
    unit: str


class Incomplete(Exception):
    """A figure that should have been measured is missing; the message names it."""


@dataclass(slots=True)
class Table:
    """All figures of a run, in the order in which they were measured, and why what is missing is missing."""

    figures: list[Figure] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    def add(self, of: str, name: str, value: float, unit: str) -> Figure:
        """Take in one figure; raises ValueError for one that is no number."""
        if not math.isfinite(value):
            raise ValueError(f"{of}, {name}: {value} is no number to show")
        figure = Figure(of, name, value, unit)
        self.figures.append(figure)
        return figure

    def value(self, of: str, name: str) -> float | None:
        """One figure's value; None where it was not measured."""
        return next((one.value for one in self.figures if (one.of, one.name) == (of, name)), None)

    def require(self, of: str, names: Sequence[str]) -> None:
        """Raise Incomplete where one of these figures is missing."""
        missing = [name for name in names if self.value(of, name) is None]
        if missing:
            raise Incomplete(f"{of}: not measured: {'; '.join(missing)}")

    def compare(self, ours: str, theirs: str, names: Sequence[str]) -> None:
        """Add the ratio of ours to theirs for each of these figures that both have."""
        for name in names:
            own, other = self.value(ours, name), self.value(theirs, name)
            if own is not None and other:
                self.add(f"{ours} : {theirs}", name, own / other, "x")

    def lines(self) -> list[str]:
        """The table as text."""
        width = max((len(one.of) for one in self.figures), default=0)
        wide = max((len(one.name) for one in self.figures), default=0)
        shown = [f"{one.of:{width}}  {one.name:{wide}}  {_number(one.value):>10} {one.unit}" for one in self.figures]
        return shown + [f"{of}: not measured: {why}" for of, why in self.skipped.items()]

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            "figures": [
                {"of": one.of, "name": one.name, "value": round(one.value, 4), "unit": one.unit} for one in self.figures
            ],
            "skipped": self.skipped,
        }


def _number(value: float) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"
