"""A watched folder, as the tests look into it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from printhub import Call, FileToPlace, FolderConfig, Placed, SafePlacing, Verb
from printhub.testing import a_call


@dataclass
class Watched:
    path: Path
    settings: dict[str, Any]

    def config(self, **changes: Any) -> FolderConfig:
        return FolderConfig.model_validate({"path": str(self.path), **self.settings, **changes})

    def placing(self, **changes: Any) -> SafePlacing:
        return SafePlacing(self.config(**changes))

    def place(self, files: dict[str, bytes], key: str = "key-1", **changes: Any) -> Placed:
        """Place on a new connection."""
        placing = self.placing(**changes)
        try:
            return placing.place([FileToPlace.of(name, content) for name, content in files.items()], call(key))
        finally:
            placing.close()

    def find(self, key: str = "key-1", **changes: Any) -> Placed:
        placing = self.placing(**changes)
        try:
            return placing.find(call(key))
        finally:
            placing.close()

    @property
    def seen(self) -> dict[str, bytes]:
        """What a watcher sees."""
        found = [path for path in self.path.rglob("*") if path.is_file() and ".printhub" not in path.parts]
        return {path.relative_to(self.path).as_posix(): path.read_bytes() for path in found}

    @property
    def behind(self) -> list[str]:
        """What lies in the staging folder, without slips."""
        staging = self.path / ".printhub"
        return sorted(path.name for path in staging.iterdir() if path.suffix != ".slip") if staging.exists() else []

    def slips(self) -> list[Path]:
        return sorted((self.path / ".printhub").glob("*.slip"))


def call(key: str = "key-1", seconds: float = 30) -> Call:
    return a_call(Verb.PLACE, key, deadline_in=timedelta(seconds=seconds))


def a_file(name: str, content: bytes, looks: Callable[[], None] | None = None) -> FileToPlace:
    """A file that says what it should be, and lets somebody look each time before a piece of it is read."""
    digest = hashlib.sha256(content).hexdigest()
    return FileToPlace(name, lambda: _Looked(content, looks or (lambda: None)), len(content), digest)


class _Looked(BytesIO):
    def __init__(self, content: bytes, looks: Callable[[], None]) -> None:
        super().__init__(content)
        self._looks = looks

    def read(self, size: int | None = -1, /) -> bytes:
        self._looks()
        return super().read(min(size or 1, 4096))
