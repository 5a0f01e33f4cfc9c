"""Backups as folders: written beside their place and renamed when whole, and checked before they are used."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

from pydantic import ValidationError

from printhub.core.files.manifest import Manifest, SavedFile
from printhub.core.model.errors import BackupUnusable

STORE = "printhub.db"
JOBS = "jobs"
LISTING = "files.jsonl"
MANIFEST = "manifest.json"
_CHUNK = 1024 * 1024

Progress = Callable[[str, int, int], None]
"""What is done, how much of it, and of how much."""


class BackupDraft:
    """A backup that is being written; it is there only when `finish` has returned."""

    def __init__(self, target: Path) -> None:
        """Begin; raises BackupUnusable when there is something at `target` already, or nothing can be written there."""
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise BackupUnusable(f"{target} is there already; a backup needs a place of its own")
        self._target = target.resolve()  # `.` has a name too
        if not self._target.parent.is_dir():
            # Not made: where a disk is not mounted, the backup would lie on the disk that it is to outlive.
            raise BackupUnusable(f"there is no folder {self._target.parent} to put the backup into: mount or make it")
        try:
            self._part = Path(mkdtemp(prefix=f".{self._target.name}.", suffix=".part", dir=self._target.parent))
        except OSError as error:
            raise BackupUnusable(f"{target} cannot be made: {error.strerror}") from error

    @property
    def store(self) -> Path:
        """Where the copy of the store goes."""
        return self._part / STORE

    def save(self, jobs: Path, place: str, sha256: str, size: int) -> str | None:
        """Copy a stored file unless it was copied before; returns why it is lost, None when it is not."""
        target = self._part / JOBS / place
        if target.exists():
            return None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            copied = copy(jobs / place, target)
        except FileNotFoundError:
            return "it is not on the disk"
        except OSError as error:
            raise BackupUnusable(f"{place} could not be copied: {error.strerror}") from error
        if (copied.sha256, copied.size) != (sha256, size):
            target.unlink()
            return "it is not what was stored: its size or its sha256 differs"
        return None

    def list(self, files: Iterable[SavedFile]) -> SavedFile:
        """Write the list of files, and take away what was copied and is not on it; returns what the list itself is."""
        wanted = set()
        with (self._part / LISTING).open("w", encoding="utf-8") as listing:
            for file in files:
                wanted.add(file.place)
                listing.write(file.model_dump_json() + "\n")
            listing.flush()
            os.fsync(listing.fileno())
        for path in _files_below(self._part / JOBS):
            if path.relative_to(self._part / JOBS).as_posix() not in wanted:
                path.unlink()
        return digest(self._part / LISTING, LISTING)

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and put the backup in its place."""
        try:
            with (self._part / MANIFEST).open("w", encoding="utf-8") as writing:
                writing.write(manifest.model_dump_json(indent=2) + "\n")
                writing.flush()
                os.fsync(writing.fileno())
            sync_folder(self._part)
            if self._target.exists():
                self._target.rmdir()  # an empty one, as was seen when it began
            self._part.rename(self._target)
            sync_folder(self._target.parent)
        except OSError as error:
            raise BackupUnusable(f"the backup could not be finished: {error.strerror}") from error

    def discard(self) -> None:
        """Take away what was written."""
        shutil.rmtree(self._part, ignore_errors=True)


class Backup:
    """A backup that is whole."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Use `Backup.at`."""
        self.folder = folder
        self.manifest = manifest

    @classmethod
    def at(cls, folder: Path) -> Self:
        """Read a backup's manifest; raises BackupUnusable."""
        try:
            manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        except OSError as error:
            detail = f"{folder} is no backup: {MANIFEST} cannot be read ({error.strerror})"
            raise BackupUnusable(detail) from error
        except ValidationError as error:
            raise BackupUnusable(f"{folder / MANIFEST} is none that this program can read: {_first(error)}") from None
        return cls(folder, manifest)

    def files(self) -> Iterator[SavedFile]:
        """The files in it, as they are listed; raises BackupUnusable."""
        try:
            with (self.folder / LISTING).open(encoding="utf-8") as listing:
                for line in listing:
                    yield SavedFile.model_validate_json(line)
        except (OSError, ValueError) as error:
            raise BackupUnusable(f"{self.folder / LISTING} cannot be read: {type(error).__name__}") from error

    def verify(self, progress: Progress) -> None:
        """Compare everything in it with what was saved; raises BackupUnusable naming what is missing or damaged."""
        faults = [*self._fault(self.manifest.listing), *self._fault(self.manifest.store)]
        if not faults:
            for number, file in enumerate(self.files(), 1):
                faults += self._fault(file, JOBS)
                progress("files checked", number, self.manifest.files)
        if faults:
            shown = "; ".join(faults[:5]) + (f"; and {len(faults) - 5} more" if len(faults) > 5 else "")
            raise BackupUnusable(f"the backup {self.folder} is damaged: {shown}")

    def unpack(self, into: Path, progress: Progress) -> None:
        """Copy all of it into a folder, checked once more on the way; raises BackupUnusable."""
        try:
            self._copy(self.manifest.store, "", into)
            for number, file in enumerate(self.files(), 1):
                self._copy(file, JOBS, into)
                progress("files restored", number, self.manifest.files)
        except OSError as error:
            raise BackupUnusable(f"the backup could not be copied to {into}: {error.strerror}") from error

    def _copy(self, file: SavedFile, below: str, into: Path) -> None:
        target = into / below / file.place
        target.parent.mkdir(parents=True, exist_ok=True)
        copied = copy(self.folder / below / file.place, target)
        if (copied.sha256, copied.size) != (file.sha256, file.size):
            raise BackupUnusable(f"{file.place} changed while the backup was read")

    def _fault(self, file: SavedFile, below: str = "") -> Iterator[str]:
        root = self.folder / below
        path = root / file.place
        if not path.resolve().is_relative_to(root.resolve()):
            yield f"{file.place} lies outside of it"
            return
        try:
            found = digest(path, file.place)
        except OSError:
            yield f"{file.place} cannot be read"
            return
        if (found.sha256, found.size) != (file.sha256, file.size):
            yield f"{file.place} is not what was saved"


def copy(source: Path, target: Path) -> SavedFile:
    """Copy a file to the disk, whole or not at all, and return what was copied."""
    found, size = hashlib.sha256(), 0
    temporary = target.with_name(f".{target.name}.part")
    try:
        with source.open("rb") as reading, temporary.open("wb") as writing:
            while chunk := reading.read(_CHUNK):
                size += len(chunk)
                found.update(chunk)
                writing.write(chunk)
            writing.flush()
            os.fsync(writing.fileno())
        temporary.replace(target)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return SavedFile(place=target.name, sha256=found.hexdigest(), size=size)


def digest(path: Path, place: str) -> SavedFile:
    """What a file holds."""
    with path.open("rb") as reading:
        found = hashlib.file_digest(reading, "sha256")
        return SavedFile(place=place, sha256=found.hexdigest(), size=reading.tell())


def sync_folder(folder: Path) -> None:
    """Let a rename survive a power cut, not only the bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, fault['loc'])) or 'it'}: {fault['msg']}"
