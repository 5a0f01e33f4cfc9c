"""Puts the files of a backup into a data folder: staged inside it first, moved in by renaming, what was there kept."""

import contextlib
import shutil
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from printhub.core.files.backups import sync_folder
from printhub.core.model.errors import BackupUnusable


class Placing:
    """One data folder into which a backup goes."""

    def __init__(self, data: Path, jobs: Path) -> None:
        """`jobs` is the folder of working folders in it."""
        self._data = data
        self._jobs = jobs
        self._kept: Path | None = None

    @property
    def staged(self) -> Path:
        """Where the backup lies until it is put in place: on the same disk, so that renaming is enough."""
        return self._data / ".restoring"

    @property
    def used(self) -> bool:
        """Whether there are working folders already."""
        return self._jobs.is_dir() and any(self._jobs.iterdir())

    def make_room(self) -> None:
        """Make the data folder where it is missing; raises BackupUnusable."""
        try:
            self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise BackupUnusable(f"the data folder {self._data} cannot be made: {error.strerror}") from error

    def keep_aside(self, now: datetime) -> Path:
        """Make a folder for what is replaced."""
        self._kept = self._data / f"replaced-{now:%Y%m%dT%H%M%S.%fZ}"
        self._kept.mkdir(mode=0o700)
        return self._kept

    def bring_in(self, staged: Path) -> None:
        """Move staged working folders in. Files that are there already have the same ids, and are the same."""
        self._jobs.mkdir(parents=True, exist_ok=True)
        for folder in sorted(staged.iterdir()) if staged.is_dir() else ():
            target = self._jobs / folder.name
            if not target.exists():
                folder.rename(target)
                continue
            for file in folder.iterdir():
                file.replace(target / file.name)
        sync_folder(self._jobs)

    def move_strangers(self, ours: Collection[str], aside: Path) -> None:
        """Move the working folders out that belong to no job of the store."""
        for folder in sorted(self._jobs.iterdir()):
            if folder.name not in ours:
                aside.mkdir(parents=True, exist_ok=True)
                folder.rename(aside / folder.name)

    def clear(self) -> None:
        """Take away what is staged still, and the folder for what is replaced if nothing was."""
        shutil.rmtree(self.staged, ignore_errors=True)
        if self._kept is not None:
            with contextlib.suppress(OSError):  # it is not empty
                self._kept.rmdir()
