"""Notes when tokens and sessions were used last: to the minute, and never while somebody waits for it."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from printhub.core.model.errors import StoreUnavailable
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=1)
"""How much later a use must be than the last one that was noted."""


class Noting:
    """One thread that writes uses down, which begins with the first of them."""

    def __init__(self, store: Store) -> None:
        """Write into `store`."""
        self._store = store
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="identity-uses")
        self._on_the_way: set[UUID] = set()
        self._lock = threading.Lock()

    def note(
        self, write: Callable[[Tx, UUID, datetime], None], id_: UUID, last: datetime | None, now: datetime
    ) -> None:
        """Have `write` note a use of now, if the last one that was noted is old enough."""
        if last is not None and now - last < EVERY:
            return
        with self._lock:
            if id_ in self._on_the_way:
                return
            self._on_the_way.add(id_)
        self._writer.submit(self._write, write, id_, now)

    def close(self) -> None:
        """Write down what is left."""
        self._writer.shutdown()

    def _write(self, write: Callable[[Tx, UUID, datetime], None], id_: UUID, now: datetime) -> None:
        try:
            self._store.write(lambda tx: write(tx, id_, now))
        except StoreUnavailable as error:
            log.warning("a use could not be noted: %s", error)
        finally:
            with self._lock:
                self._on_the_way.discard(id_)
