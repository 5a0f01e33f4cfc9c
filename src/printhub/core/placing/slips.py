"""What was placed, kept in the staging folder: by it a repeated call finds out what an earlier one did.

A slip is written when all files of a call lie whole in the staging folder, and before the first is moved out of it.
So a file that stands in a slip and is not in the staging folder any more has been moved, whatever has become of it
since.
"""

import errno
import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, ValidationError

from printhub.core.placing.config import FolderConfig
from printhub.core.placing.folder import Folder

_ENDING = ".slip"
_OURS = re.compile(r"(?P<stem>[0-9a-f]{32})\.(?:slip|(?P<attempt>[0-9a-f]{12})\.(?P<what>\d+|draft|refused))")
_ABANDONED = timedelta(days=1)
"""After this time nobody writes any more on what is no slip and belongs to none."""


class Kept(BaseModel):
    """One file of a slip."""

    model_config = ConfigDict(frozen=True)

    name: str
    """From the watched folder on."""
    size: int
    sha256: str
    refused_before: datetime | None = None
    """When the file was modified that lay under its name among the refused ones before it was placed, if one did."""
    was_there: bool = False
    """Whether another call had placed the same content under this name, so that nothing was to be moved."""


class Slip(BaseModel):
    """What one call places; `attempt` is in the names that its files have in the staging folder."""

    model_config = ConfigDict(frozen=True)

    key: str
    attempt: str
    files: tuple[Kept, ...]


class SlipUnreadable(OSError):
    """A slip is not what was written. What its call did is not known; other calls have nothing to do with it."""


class Slips:
    """The slips of one staging folder."""

    def __init__(self, config: FolderConfig, folder: Folder) -> None:
        """Keep where they lie."""
        self._config = config
        self._folder = folder
        self._staging = config.inside(config.staging)

    def begin(self) -> str:
        """A name for a new attempt."""
        return secrets.token_hex(6)

    def path_of(self, key: str, attempt: str, number: int) -> str:
        """Where the file with this number lies until it is moved."""
        return f"{self._staging}/{_stem(key)}.{attempt}.{number}"

    def of(self, key: str) -> Slip | None:
        """The slip of a call; raises OSError for one that cannot be read, so that nothing is placed twice."""
        path = f"{self._staging}/{_stem(key)}{_ENDING}"
        if self._folder.find(path) is None:
            return None
        return self._read(path)

    def newest_first(self) -> Iterator[Slip]:
        """All slips, the one that was written last first."""
        entries = [entry for entry in self._folder.entries(self._staging) if entry.name.endswith(_ENDING)]
        for entry in sorted(entries, key=lambda entry: entry.modified, reverse=True):
            if _OURS.fullmatch(entry.name):
                with suppress(SlipUnreadable, FileNotFoundError):  # another worker may sweep
                    yield self._read(f"{self._staging}/{entry.name}")

    def keep(self, slip: Slip) -> None:
        """Write a slip; raises FileExistsError where another attempt of the call has written one."""
        draft = f"{self._staging}/{_stem(slip.key)}.{slip.attempt}.draft"
        self._folder.write(draft, [slip.model_dump_json().encode()], None)
        try:
            self._folder.move(draft, f"{self._staging}/{_stem(slip.key)}{_ENDING}")
        except FileExistsError:
            self._folder.remove(draft)
            raise
        self._folder.sync(self._staging)

    def mark_refused(self, slip: Slip) -> None:
        """Keep that the watcher refused what was placed, so that it stays known when that is cleared away."""
        if not self.is_refused(slip):
            self._folder.write(self._mark(slip), [], None)

    def is_refused(self, slip: Slip) -> bool:
        """Whether that was kept."""
        return self._folder.find(self._mark(slip)) is not None

    def withdraw(self, slip: Slip) -> None:
        """Forget a call that brought nothing. The slip goes first: without it, its files count as never placed."""
        self._folder.remove(f"{self._staging}/{_stem(slip.key)}{_ENDING}")
        self._folder.sync(self._staging)
        for number in range(len(slip.files)):
            self._folder.remove(self.path_of(slip.key, slip.attempt, number))

    def sweep(self, now: datetime) -> None:
        """Remove what dead attempts left behind, and slips that are older than they are kept; nothing of others."""
        listed = self._folder.entries(self._staging)
        found = {entry.name: ours for entry in listed if (ours := _OURS.fullmatch(entry.name))}
        entries = [entry for entry in listed if entry.name in found]
        moving = {ours["stem"] for ours in found.values() if (ours["what"] or "").isdigit()}
        for entry in entries:
            stem, attempt = found[entry.name]["stem"], found[entry.name]["attempt"]
            age = now - entry.modified
            if attempt is None:
                over = age > self._config.remember and stem not in moving
            else:
                over = age > _ABANDONED and not self._is_of_a_slip(stem, attempt)
            if over:
                self._folder.remove(f"{self._staging}/{entry.name}")

    def _mark(self, slip: Slip) -> str:
        return f"{self._staging}/{_stem(slip.key)}.{slip.attempt}.refused"

    def _is_of_a_slip(self, stem: str, attempt: str) -> bool:
        try:
            return self._read(f"{self._staging}/{stem}{_ENDING}").attempt == attempt
        except FileNotFoundError:
            return False
        except SlipUnreadable:
            return True  # nobody knows, so it stays

    def _read(self, path: str) -> Slip:
        try:
            return Slip.model_validate_json(b"".join(self._folder.read(path)))
        except ValidationError:
            raise SlipUnreadable(errno.EIO, f"the slip {path} cannot be read") from None


def _stem(key: str) -> str:
    """A key may hold what a file name may not."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
