"""One process at a time: the lock on a data folder, which ends with the process whatever happens to it."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from printhub.core.model.errors import StoreUnavailable


@contextlib.contextmanager
def sole_use(data: Path) -> Iterator[None]:
    """Keep every other serving process off the folder; raises StoreUnavailable where one works on it already."""
    with (data / "printhub.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreUnavailable(
                f"another `printhub serve` works on {data}; stop it first, or give this one a data folder of its own"
            ) from error
        yield
