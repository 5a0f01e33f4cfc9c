"""What placing asks of a place where files lie; paths are whole, with `/` between the names."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

CHUNK = 256 * 1024
"""Bytes that are read or written at a time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that is there; `modified` is by the clock of the machine that it lies on."""

    name: str
    size: int
    modified: datetime


class Folder(Protocol):
    """A file system. Every method raises OSError for what cannot be done, ConnectionError where nobody answers."""

    def during(self, remaining: Callable[[], timedelta]) -> AbstractContextManager[None]:
        """Be open for a call, which is broken off when nothing is `remaining`; raises Misconfigured for credentials."""

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder."""

    def make_folder(self, path: str) -> None:
        """Make a folder; raises OSError where there is one, or something else of that name."""

    def same_file_system(self, path: str, other: str) -> bool:
        """Whether a file can be moved from one folder to the other; True where nobody can know."""

    def find(self, path: str) -> Entry | None:
        """The file, if it is there."""

    def entries(self, path: str) -> list[Entry]:
        """The files in a folder, without the folders in it."""

    def read(self, path: str) -> Iterator[bytes]:
        """What a file holds, a piece at a time."""

    def write(self, path: str, chunks: Iterable[bytes], mode: int | None) -> None:
        """Write a file that was not there, with these permissions, so that it outlives a loss of power."""

    def move(self, old: str, new: str) -> None:
        """Move a file in one step; raises FileExistsError where the new name is taken, and overwrites nothing."""

    def remove(self, path: str) -> None:
        """Remove a file; one that is not there is fine."""

    def sync(self, path: str) -> None:
        """Have the names in a folder outlive a loss of power, where that can be asked for."""

    def close(self) -> None:
        """End what is open; may be opened again."""
