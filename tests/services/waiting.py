"""Waiting for conditions instead of for time."""

import time
from collections.abc import Callable


def wait_until(holds: Callable[[], object], what: str, seconds: float = 15.0) -> None:
    """Wait for a condition; fail, naming it, when it does not come about."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"it did not come about within {seconds:g} s that {what}"
        time.sleep(0.005)
