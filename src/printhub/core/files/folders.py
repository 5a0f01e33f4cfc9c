"""Brings a job's files into its working folder, whole or not at all; opens, hands out and clears them again."""

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from printhub.core.files.backups import sync_folder
from printhub.core.files.sources import Sources, chunks_of
from printhub.core.model.errors import ActRefused, NotFetched

ABANDONED = timedelta(hours=1)
"""How long a file may lie in a working folder that the store does not know of: its upload may still be under way."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in its working folder."""

    place: str
    sha256: str
    size: int


class WorkingFolders:
    """One folder per job under `root`; names are the hub's own ids, so that no name from outside becomes a path."""

    def __init__(self, root: Path, sources: Sources) -> None:
        """Files come from `sources`."""
        self._root = root
        self._sources = sources

    @property
    def root(self) -> Path:
        """The folder that all of them lie in."""
        return self._root

    def remove(self, job_id: UUID) -> None:
        """Take a job's working folder away; one that is not there is no error."""
        shutil.rmtree(self._root / str(job_id), ignore_errors=True)

    def fetch(
        self,
        url: str,
        job_id: UUID,
        file_id: UUID,
        *,
        max_bytes: int,
        sha256: str | None = None,
        size: int | None = None,
        stopped: Callable[[], bool] = lambda: False,
        to_come: Callable[[], bool] = lambda: True,
    ) -> Stored:
        """Bring a file in: under a temporary name, verified, then renamed. Raises NotFetched.

        `sha256` and `size` are what was announced. It is given up when `stopped` says so, and what was brought does not
        take its place when `to_come` says then that the file is not waited for any more.
        """
        if size is not None and size > max_bytes:
            raise _too_large(max_bytes)
        with _as_not_fetched(), self._sources.open(url) as opened:
            if opened.length is not None and opened.length > max_bytes:
                raise _too_large(max_bytes)
            if not opened.ends and size is None and sha256 is None:
                detail = "its server does not say where the file ends: announce its size or sha256"
                raise NotFetched(detail, lasting=True)
            with self._placing(job_id, file_id) as temporary:
                stored = _write(self._place(job_id, file_id), opened.chunks, temporary, max_bytes, stopped)
                _verify(stored, sha256, size)
                if not to_come():
                    raise NotFetched("it is not waited for any more", lasting=False)
        return stored

    def take(self, reading: BinaryIO, job_id: UUID, file_id: UUID, *, max_bytes: int) -> Stored:
        """Copy an open file in, in the same way. Raises NotFetched."""
        with _as_not_fetched(), self._placing(job_id, file_id) as temporary:
            return _write(self._place(job_id, file_id), chunks_of(reading), temporary, max_bytes, lambda: False)

    def open(self, place: str) -> BinaryIO:
        """Open a stored file for reading."""
        path = (self._root / place).resolve()
        if not path.is_relative_to(self._root.resolve()):
            raise NotFetched("the file's place is outside the working folders", lasting=True)
        return path.open("rb")

    def hand_out(self, place: str, target: Path, *, sha256: str | None, force: bool) -> None:
        """Copy a stored file to `target`, whole or not at all; raises ActRefused.

        What is there already is replaced only with `force`; a copy that differs from `sha256` is not kept.
        """
        if target.is_dir():
            raise ActRefused(f"{target} is a folder; name the file to write")
        try:
            reading = self.open(place)
        except OSError as error:
            raise ActRefused(f"the file cannot be read in the working folder: {error.strerror}") from error
        temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with reading, temporary.open("xb") as writing:
                shutil.copyfileobj(reading, writing)
                writing.flush()
                os.fsync(writing.fileno())
            with temporary.open("rb") as copy:
                if sha256 is not None and hashlib.file_digest(copy, "sha256").hexdigest() != sha256:
                    raise ActRefused(
                        "the file in the working folder is damaged: its sha256 is not the one it came with"
                    )
            if force:
                temporary.replace(target)
            else:
                _put_new(temporary, target)
        except FileExistsError:
            raise ActRefused(f"{target} is there already; --force replaces it") from None
        except OSError as error:
            raise ActRefused(f"{target} could not be written: {error.strerror}") from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def clear(self, job_id: UUID, file_ids: Iterable[UUID]) -> None:
        """Delete files of a job, and its folder when nothing is left in it; what is gone already is no error."""
        for file_id in file_ids:
            (self._root / self._place(job_id, file_id)).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # not empty, or not there
            (self._root / str(job_id)).rmdir()

    def has(self, stored: Stored) -> bool:
        """Whether a file lies there still; one that does counts as new, so that it is not taken for abandoned."""
        path = self._root / stored.place
        try:
            os.utime(path)
            return path.stat().st_size == stored.size
        except OSError:
            return False

    def jobs(self) -> Iterator[UUID]:
        """The jobs that have a working folder, in no order, read as they are asked for."""
        with contextlib.suppress(FileNotFoundError), os.scandir(self._root) as folders:
            for folder in folders:
                with contextlib.suppress(ValueError):
                    yield UUID(folder.name)

    def clear_abandoned(self, job_id: UUID, places: Collection[str]) -> None:
        """Delete what lies in a job's folder for long and is none of `places`, those that the store knows of."""
        known = {Path(place).name for place in places}
        before = time.time() - ABANDONED.total_seconds()
        with contextlib.suppress(FileNotFoundError), os.scandir(self._root / str(job_id)) as files:
            for file in files:
                if file.name not in known and file.stat(follow_symlinks=False).st_mtime < before:
                    Path(file.path).unlink(missing_ok=True)
        self.clear(job_id, ())

    @staticmethod
    def _place(job_id: UUID, file_id: UUID) -> str:
        return f"{job_id}/{file_id}"

    @contextlib.contextmanager
    def _placing(self, job_id: UUID, file_id: UUID) -> Iterator[Path]:
        """A path to write to; what was written there takes its place at the end, or is gone.

        It is nobody else's: a process that has lost its duties may be fetching the same file still.
        """
        target = self._root / self._place(job_id, file_id)
        temporary = target.with_name(f".{target.name}.{uuid4().hex}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            yield temporary
            temporary.replace(target)
            sync_folder(target.parent)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _put_new(temporary: Path, target: Path) -> None:
    """Give a file its name; raises FileExistsError where there is one of that name."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # not every file system has hard links, a USB stick's has none
        target.open("xb").close()
        try:
            temporary.replace(target)
        except OSError:
            target.unlink(missing_ok=True)
            raise


def _write(place: str, chunks: Iterable[bytes], temporary: Path, max_bytes: int, stopped: Callable[[], bool]) -> Stored:
    digest, size = hashlib.sha256(), 0
    with temporary.open("wb") as writing:
        for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                raise _too_large(max_bytes)
            if stopped():
                raise NotFetched("the hub is stopping", lasting=False)
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    if size == 0:
        raise NotFetched("the file is empty", lasting=False)
    return Stored(place, digest.hexdigest(), size)


def _too_large(max_bytes: int) -> NotFetched:
    return NotFetched(f"the file has more than the {max_bytes} bytes that such a job may have", lasting=True)


def _verify(stored: Stored, sha256: str | None, size: int | None) -> None:
    if size is not None and stored.size != size:
        raise NotFetched(f"the file has {stored.size} bytes, and {size} were announced", lasting=False)
    if sha256 is not None and stored.sha256 != sha256:
        raise NotFetched("the file's sha256 is not the one that was announced", lasting=False)


@contextlib.contextmanager
def _as_not_fetched() -> Iterator[None]:
    try:
        yield
    except OSError as error:  # its own text may name paths
        raise NotFetched(f"the file could not be copied: {error.strerror}", lasting=False) from error
