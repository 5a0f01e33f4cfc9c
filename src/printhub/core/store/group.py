"""Lets many threads write in few commits: one thread carries out together whatever came during the last commit."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from printhub.core.model.errors import StoreUnavailable

T = TypeVar("T")
Item = TypeVar("Item")

_BATCH = 64
"""How many writes share one commit at the most."""


class Run(Protocol):
    """Runs work in a transaction of its own and returns after its commit; it may run the work more than once."""

    def __call__(self, work: Callable[[Connection], T], /) -> T:
        """Raises what `work` raises, or StoreUnavailable."""


class Group:
    """A thread that commits writes in groups.

    There is no timer in it: it commits at once whatever came while it made the last commit. When one write of a group
    fails, the group is rolled back and repeated one by one, so that a fault hits only its own caller.
    """

    def __init__(self, name: str, run: Run) -> None:
        """Carry out by `run`; `name` is the store's, for errors."""
        self._name = name
        self._run = run
        self._queue: queue.SimpleQueue[_Alone | _WithOthers | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_all, name="store-writer", daemon=True)
        self._writer.start()
        self._closed = False
        self._gate = threading.Lock()

    def alone(self, work: Callable[[Connection], T]) -> T:
        """Carry out `work` and return after its commit.

        A caller that is interrupted meanwhile withdraws what has not begun, and waits for what has; the
        KeyboardInterrupt says which.
        """
        result: T = self._queued(_Alone(work))
        return result

    def with_others(self, work: Callable[[Connection, Sequence[Item]], None], item: Item) -> None:
        """Carry out `work` on all items that share one commit, and return after that."""
        self._queued(_WithOthers(work, item))

    @property
    def waiting(self) -> int:
        """How many writes wait for the present commit to end."""
        return self._queue.qsize()

    def close(self) -> bool:
        """Finish what is queued, then end the thread; False when that was done before."""
        with self._gate:
            if self._closed:
                return False
            self._closed = True
            self._queue.put(None)
        self._writer.join()
        return True

    def _queued(self, write: "_Alone | _WithOthers") -> Any:  # noqa: ANN401 - what the write returns
        try:
            with self._gate:  # nothing may be queued behind the end
                if self._closed:
                    raise StoreUnavailable(f"the store {self._name} is closed")
                self._queue.put(write)
            return write.future.result()
        except KeyboardInterrupt:
            if write.future.cancel():
                raise KeyboardInterrupt("the write that had not begun was withdrawn: it is not done") from None
            write.future.result()
            raise KeyboardInterrupt("the write that was under way is done all the same") from None

    def _write_all(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, last = [first], False
            while len(batch) < _BATCH:
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
                if item is None:
                    last = True
                    break
                batch.append(item)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: "list[_Alone | _WithOthers]") -> None:
        begun = False

        def carry_out(tx: Connection) -> list[Any]:
            nonlocal begun, batch
            begun = True
            batch = [write for write in batch if _claimed(write)]
            return _carry_out(tx, batch)

        try:
            results = self._run(carry_out)
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the caller that caused it
            if begun and len(batch) > 1 and not isinstance(error, StoreUnavailable):
                for item in batch:
                    self._commit([item])
                return
            # A transaction that could not begin is nobody's fault: each waiting in turn would wait as often.
            for write in filter(_claimed, batch):
                write.future.set_exception(error)
            return
        for write, result in zip(batch, results, strict=True):
            write.future.set_result(result)


@dataclass(slots=True, eq=False)
class _Alone:
    """A write that waits for its commit; `context` has what its caller's log lines say in every field."""

    work: Callable[[Connection], Any]
    context: Context = field(default_factory=copy_context)
    future: Future[Any] = field(default_factory=Future)


@dataclass(slots=True, eq=False)
class _WithOthers:
    """A write that waits for its commit, and is carried out in one go with all others of the same `work`."""

    work: Callable[[Connection, Sequence[Any]], None]
    item: Any
    future: Future[Any] = field(default_factory=Future)


def _claimed(write: _Alone | _WithOthers) -> bool:
    """Whether a write is the writer's, so that nobody can withdraw it any more; False where somebody has."""
    return write.future.running() or write.future.set_running_or_notify_cancel()


def _carry_out(tx: Connection, batch: Sequence[_Alone | _WithOthers]) -> list[Any]:
    """Carry out all writes, in the order in which they came; those that go together at the place of the first."""
    results: list[Any] = []
    done: set[object] = set()
    for write in batch:
        if isinstance(write, _Alone):
            results.append(write.context.run(write.work, tx))
            continue
        results.append(None)
        if write.work not in done:
            done.add(write.work)
            write.work(tx, [o.item for o in batch if isinstance(o, _WithOthers) and o.work is write.work])
    return results
