"""Whoever watches a hot folder, at their worst: every file is grabbed in the moment in which it is seen."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Grabbed:
    """What the watcher got of a file, which is all that it will ever print of it."""

    name: str
    size: int
    sha256: str
    content: bytes = field(repr=False, default=b"")
    """What it held; empty where contents are not kept."""


class FolderWatcher:
    """Looks into a folder all the time, in a thread of its own, from `with` on.

    It does not wait until a file has stopped growing: what it sees, it reads at once. So a file that comes into the
    folder half is grabbed half, and one that is touched after it was grabbed is grabbed again. It passes over folders
    and, as watchers do, over names that begin with a dot. With `trigger` it takes a file only when another one lies
    beside it, which has the same name with this ending.
    """

    def __init__(
        self,
        path: Path,
        *,
        every: timedelta = timedelta(milliseconds=1),
        takes: bool = True,
        trigger: str = "",
        refused: Path | None = None,
        keeps: bool = True,
    ) -> None:
        """Watch `path`; files are taken away unless `takes` is False.

        Those that `refuse` names are moved into the folder `refused`. With `keeps` False contents are digested only.
        """
        self._path = path
        self._every = every.total_seconds()
        self._takes = takes
        self._trigger = trigger
        self._refused = refused
        self._keeps = keeps
        self._unusable: set[str] = set()
        self._known: dict[str, tuple[int, int, int]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.grabbed: list[Grabbed] = []
        """What it got, in that order."""
        self.complaints: list[str] = []
        """What nobody could print: a trigger without its file, a file that went while it was read."""
        self.looks = 0
        """How often it has looked."""

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Look once more, and end."""
        self._over.set()
        self._thread.join(30)

    @property
    def contents(self) -> dict[str, bytes]:
        """What it got last under each name."""
        return {one.name: one.content for one in self.grabbed}

    def times(self, name: str) -> int:
        """How often it got a file of this name: how often that would have been printed."""
        return sum(one.name == name for one in self.grabbed)

    def refuse(self, name: str) -> None:
        """Have it take a file of this name for unusable, and move it away into `refused`."""
        self._unusable.add(name)

    def wait_for(self, holds: Callable[["FolderWatcher"], object], seconds: float = 10) -> None:
        """Wait until something has been grabbed; fails when that does not come about in time."""
        deadline = time.monotonic() + seconds
        while not holds(self):
            assert time.monotonic() < deadline, (
                f"the watcher has {[one.name for one in self.grabbed]} after {seconds} s"
            )
            time.sleep(0.002)

    def look(self) -> None:
        """Look once; the thread does nothing else."""
        self.looks += 1
        try:
            names = sorted(one.name for one in self._path.iterdir() if one.is_file() and not one.name.startswith("."))
        except FileNotFoundError:
            return
        if self._trigger:
            self._look_for_triggers(names)
        else:
            for name in names:
                self._grab(name)

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            self.look()
        self.look()

    def _look_for_triggers(self, names: list[str]) -> None:
        for trigger in [name for name in names if name.endswith(self._trigger)]:
            if trigger in self._known:
                continue
            name = trigger.removesuffix(self._trigger)
            if not self._grab(name):
                self.complaints.append(f"{trigger} has no {name}")
            if self._takes:
                (self._path / trigger).unlink(missing_ok=True)
            else:
                self._known[trigger] = (0, 0, 0)

    def _grab(self, name: str) -> bool:
        path = self._path / name
        try:
            looked_at = path.stat()
            seen = (looked_at.st_ino, looked_at.st_mtime_ns, looked_at.st_size)
            if self._known.get(name) == seen:
                return True
            content = path.read_bytes()
            if name in self._unusable and self._refused is not None:
                path.rename(self._refused / name)
                return True
            if self._takes:
                path.unlink()
            else:
                self._known[name] = seen
        except FileNotFoundError:
            self.complaints.append(f"{name} went while it was read")
            return False
        digest = hashlib.sha256(content).hexdigest()
        self.grabbed.append(Grabbed(name, len(content), digest, content if self._keeps else b""))
        return True
