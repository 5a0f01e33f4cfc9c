"""A file system of this machine: a disk, or a share that is mounted here."""

import contextlib
import ctypes
import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from printhub.core.placing.folder import CHUNK, Entry

_NOREPLACE = 1
"""RENAME_NOREPLACE of Linux (renameat2(2))."""
_HERE = -100
"""AT_FDCWD: paths count from the directory that the process is in."""
_NOT_OFFERED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _rename(old: str, new: str) -> int:
    """0, or the number of the error; ENOSYS where this system has no such call."""
    rename = getattr(_libc(), "renameat2", None)
    if rename is None:
        return errno.ENOSYS
    done = rename(_HERE, os.fsencode(old), _HERE, os.fsencode(new), ctypes.c_uint(_NOREPLACE))
    return 0 if done == 0 else ctypes.get_errno()


class LocalFolder:
    """Files by the calls of the operating system."""

    def __init__(self, rename: Callable[[str, str], int] = _rename) -> None:
        """Rename by the system's own call; nothing is opened."""
        self._rename = rename

    def during(self, remaining: Callable[[], timedelta]) -> contextlib.AbstractContextManager[None]:  # noqa: ARG002 - it is not in our hands
        """Nothing has to be opened, and the system lets nobody break off what it does."""
        return contextlib.nullcontext()

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder, or a link to one."""
        return Path(path).is_dir()

    def make_folder(self, path: str) -> None:
        """Make a folder."""
        Path(path).mkdir()

    def same_file_system(self, path: str, other: str) -> bool:
        """Whether both are on one device."""
        return Path(path).stat().st_dev == Path(other).stat().st_dev

    def find(self, path: str) -> Entry | None:
        """The file itself, where it is no link."""
        try:
            found = Path(path).lstat()
        except FileNotFoundError:
            return None
        return Entry(Path(path).name, found.st_size, _moment(found))

    def entries(self, path: str) -> list[Entry]:
        """The files; one that goes while they are looked at is left out."""
        found = []
        with os.scandir(path) as scanned:
            for one in scanned:
                with contextlib.suppress(FileNotFoundError):
                    if not one.is_dir(follow_symlinks=False):
                        looked_at = one.stat(follow_symlinks=False)
                        found.append(Entry(one.name, looked_at.st_size, _moment(looked_at)))
        return found

    def read(self, path: str) -> Iterator[bytes]:
        """Read a file; a link or a pipe in its place is none."""
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as reading:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(errno.EINVAL, "it is no file")
            while chunk := reading.read(CHUNK):
                yield chunk

    def write(self, path: str, chunks: Iterable[bytes], mode: int | None) -> None:
        """Write and fsync."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        with os.fdopen(handle, "wb") as writing:
            for chunk in chunks:
                writing.write(chunk)
            if mode is not None:
                os.fchmod(writing.fileno(), mode)
            writing.flush()
            os.fsync(writing.fileno())

    def move(self, old: str, new: str) -> None:
        """Rename without overwriting; where the file system offers no such call, by a second name for the file.

        The first is what watchers hear of as one move. NFS only has the second; it can leave both names behind when
        the machine dies between the two steps.
        """
        failed = self._rename(old, new)
        if failed == 0:
            return
        if failed not in _NOT_OFFERED:
            raise OSError(failed, os.strerror(failed))
        os.link(old, new, follow_symlinks=False)
        os.unlink(old)  # noqa: PTH108 - beside os.link

    def remove(self, path: str) -> None:
        """Remove a file."""
        Path(path).unlink(missing_ok=True)

    def sync(self, path: str) -> None:
        """Fsync the folder; some network file systems offer none, and need none."""
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in _NOT_OFFERED:
                raise
        finally:
            os.close(handle)

    def close(self) -> None:
        """Nothing is open."""


def _moment(looked_at: os.stat_result) -> datetime:
    return datetime.fromtimestamp(looked_at.st_mtime, UTC)
