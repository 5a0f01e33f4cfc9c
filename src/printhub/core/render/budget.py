"""What one rendering may spend on memory: characters, list items and digits."""

from collections.abc import Sized
from typing import Any

MOST_ITEMS = 10_000
"""Items that `range` may count, and that lists may grow to by + and *."""

_MOST_BITS = 4096


class NotOffered(Exception):
    """The template asks for what it may not have, or for too much of it; the text says of what, never with data."""


class Budget:
    """Counts what a rendering writes, and refuses what would grow out of hand before it is made."""

    def __init__(self, most_characters: int) -> None:
        """Allow `most_characters` for each rendering."""
        self._most = most_characters
        self._spent = 0

    def begin(self) -> None:
        """Begin a rendering."""
        self._spent = 0

    def spend(self, characters: int) -> None:
        """Count what is written, also into a `set` block or a macro's result."""
        self._spent += characters
        if self._spent > self._most:
            raise NotOffered(f"it writes more than {self._most} characters")

    def allow_text(self, characters: int) -> None:
        """Refuse a text that would be longer than a whole rendering."""
        if characters > self._most:
            raise NotOffered(f"it makes a text of more than {self._most} characters")

    def allow_operation(self, operator: str, left: Any, right: Any) -> None:  # noqa: ANN401 - any two operands
        """Refuse an operation whose result would be far larger than what goes in."""
        if operator == "*":
            self._allow_repeat(left, right)
            self._allow_repeat(right, left)
            if isinstance(left, int) and isinstance(right, int):
                _allow_bits(left.bit_length() + right.bit_length())
        elif operator == "**" and isinstance(left, int) and isinstance(right, int):
            _allow_bits(left.bit_length() * abs(right))
        elif operator == "+":
            self._allow_sum(left, right)
        elif operator == "%" and isinstance(left, str | bytes):
            raise NotOffered("the operator % on text is not offered; use the filter `format` or ~")

    def _allow_repeat(self, sequence: object, times: object) -> None:
        if isinstance(times, int) and isinstance(sequence, Sized):
            self._allow_length(sequence, len(sequence) * times)

    def _allow_sum(self, left: object, right: object) -> None:
        if isinstance(left, Sized) and isinstance(right, Sized):
            self._allow_length(left, len(left) + len(right))

    def _allow_length(self, sequence: Sized, length: int) -> None:
        if isinstance(sequence, str | bytes):
            self.allow_text(length)
        elif length > MOST_ITEMS:
            raise NotOffered(f"it makes a list of more than {MOST_ITEMS} items")


def _allow_bits(bits: int) -> None:
    if bits > _MOST_BITS:
        raise NotOffered("it makes a number of more than a thousand digits")
