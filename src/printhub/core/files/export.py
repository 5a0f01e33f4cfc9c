"""A file of JSON lines that is written bit by bit, and that its owner alone can read."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pydantic_core

from printhub.core.model.errors import ActRefused


class Export:
    """One file; what `write` has returned of is on the disk."""

    def __init__(self, path: Path) -> None:
        """Make the file; raises ActRefused where there is one already, or none can be made."""
        self.path = path
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise ActRefused(f"{path} is there already; name another file for the export") from None
        except OSError as error:
            raise ActRefused(f"the export {path} cannot be written: {error.strerror}; nothing was removed") from error
        self._file = os.fdopen(handle, "wb")

    def __enter__(self) -> Self:
        """Use it as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file; it stays."""
        self._file.close()

    @property
    def place(self) -> int:
        """How much was written."""
        return self._file.tell()

    def write(self, lines: Iterable[Mapping[str, Any]], *, at: int) -> None:
        """Write lines from `at` on, over what was written there for a try that failed; raises ActRefused."""
        try:
            self._file.seek(at)
            self._file.truncate()
            for line in lines:
                self._file.write(pydantic_core.to_json(line, bytes_mode="base64") + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            detail = f"the export {self.path} cannot be written: {error.strerror}; what is not in it was not removed"
            raise ActRefused(detail) from error
