"""Several processes of a hub as the database sees them: stores and hubs of their own on one database."""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text

from printhub.core.hub import Hub
from printhub.core.model.adapter import Adapter
from printhub.core.settings import Settings
from printhub.core.store.store import Store, Tx
from tests.services.waiting import wait_until

T = TypeVar("T")


class Crowd:
    """Hubs that share one database; each is what a process of its own would be."""

    def __init__(
        self, url: str, folder: Path, written: Mapping[str, Any], adapters: Sequence[type[Adapter[Any]]]
    ) -> None:
        """Prepare hubs as `written` says, which has the shape of printhub.toml."""
        self._known = {adapter.name: adapter for adapter in adapters}
        instances = {
            name: {**section, "config": self._known[section["adapter"]].Config.model_validate({})}
            for name, section in written["instances"].items()
        }
        where = {"store": {"url": url}, "bus": {"url": "amqp://nobody.invalid"}, "hub": {"data": folder}}
        self._settings = Settings.model_validate({**written, **where, "instances": instances})
        self._open = contextlib.ExitStack()

    def join(self, **changes: Any) -> Hub:
        """One more hub."""
        hub = Hub(self._settings, self._known, durable=False, **changes)
        self._open.callback(hub.close)
        hub.renew_lease()
        return hub

    def close(self) -> None:
        """Close all of them."""
        self._open.close()


@contextlib.contextmanager
def crowd(
    url: str, folder: Path, written: Mapping[str, Any], adapters: Sequence[type[Adapter[Any]]]
) -> Iterator[Crowd]:
    """Hubs on a database, closed in the end."""
    with contextlib.closing(Crowd(url, folder, written, adapters)) as made:
        yield made


def at_once(works: Iterable[Callable[[], T]]) -> list[T]:
    """Do all at the same moment, each in a thread of its own; raises what the first one raised."""
    listed = list(works)
    gate = threading.Barrier(len(listed))

    def begin(work: Callable[[], T]) -> T:
        gate.wait(30)
        return work()

    with ThreadPoolExecutor(len(listed)) as pool:
        return [one.result(60) for one in [pool.submit(begin, work) for work in listed]]


def begun_or_waiting(store: Store, work: Callable[[], T]) -> "Future[T]":
    """Begin something in another thread; returns when it has ended, or waits for a transaction that is open."""
    found: Future[T] = Future()

    def run() -> None:
        try:
            found.set_result(work())
        except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it
            found.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    wait_until(lambda: found.done() or store.read(_somebody_waits), "it has ended, or waits for another")
    return found


def _somebody_waits(tx: Tx) -> bool:
    here = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    query = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ({here})"  # noqa: S608 - our own words
    return bool(tx.execute(text(query)).scalar_one())
