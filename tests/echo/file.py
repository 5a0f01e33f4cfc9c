"""A hot folder on this machine: whole files or none, the marker last."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from printhub import (
    Absent,
    AdapterConfig,
    Call,
    Effect,
    FileAdapter,
    FilePlacement,
    Finding,
    Found,
    Report,
    TicketFile,
    Unavailable,
    Verb,
)


class EchoFolder(AdapterConfig):
    folder: Path
    """The watched folder; it has to be there."""


class EchoFile(FileAdapter[EchoFolder]):
    """Puts the files of each key into a folder of their own, and beside it a marker once all are there."""

    name = "echo-file"
    Config = EchoFolder
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.PLACE: Effect.KEYED | Effect.LOOKUP}

    def place(self, placement: FilePlacement, call: Call) -> Report:
        if not self.config.folder.is_dir():
            raise Unavailable("the hot folder is not there")
        if not placement.files:
            return Report.skipped("the job has no files")
        marker = self._marker(call)
        if not marker.exists():
            call.sending()
            target = marker.with_suffix("")
            target.mkdir(exist_ok=True)
            for number, file in enumerate(placement.files, start=1):
                self._put(file, target / f"{number}-{Path(file.name).name}")
            _write(marker, placement.job.encode())
        parts = frozenset(file.part for file in placement.files if file.part)
        return Report.done(marker.stem, parts=parts)

    def lookup(self, placement: FilePlacement, call: Call) -> Finding:  # noqa: ARG002 - the signature of a verb
        marker = self._marker(call)
        return Found(Report.done(marker.stem)) if marker.exists() else Absent()

    def _marker(self, call: Call) -> Path:
        # A key may hold what a file name may not.
        return self.config.folder / f"{hashlib.sha256(call.key.encode()).hexdigest()[:16]}.done"

    def _put(self, file: TicketFile, target: Path) -> None:
        half = target.with_name(f".{target.name}.half")
        with file.open() as source, half.open("wb") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        half.rename(target)


def _write(target: Path, content: bytes) -> None:
    half = target.with_name(f".{target.name}.half")
    with half.open("wb") as copy:
        copy.write(content)
        copy.flush()
        os.fsync(copy.fileno())
    half.rename(target)
