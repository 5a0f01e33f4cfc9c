"""Keeps answers back while an instance is to look as if it hung."""

from collections.abc import Callable


class Gate:
    """Answers that wait, of one instance at a time."""

    def __init__(self) -> None:
        self._closed = ""
        self._waiting: list[Callable[[], None]] = []

    def close(self, instance: str) -> None:
        """Keep back the answers of this instance from now on."""
        self._closed = instance

    def waits(self, instance: str, answer: Callable[[], None]) -> bool:
        """Whether an answer has to wait; if so it is given when the gate opens."""
        if instance != self._closed:
            return False
        self._waiting.append(answer)
        return True

    def open(self) -> None:
        """Give all answers that wait."""
        self._closed = ""
        waiting, self._waiting = self._waiting, []
        for answer in waiting:
            answer()
