"""A hot folder adapter that keeps the contract in every point, for a folder that can be told to misbehave."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from pydantic import SecretStr

from printhub import (
    Absent,
    AdapterConfig,
    Call,
    Effect,
    FileAdapter,
    FilePlacement,
    Finding,
    Found,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    Report,
    TicketFile,
    Unavailable,
    Verb,
    safe_name,
    told_apart,
)


class HonestConfig(AdapterConfig):
    root: Path
    """Here lie the watched folder `hot`, and beside it what belongs to the hub and to whoever keeps the folder."""
    token: SecretStr


class HonestFolder(FileAdapter[HonestConfig]):
    """Writes beside the folder, keeps a slip, moves by a second name."""

    name = "honest-folder"
    Config: type[HonestConfig] = HonestConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.PLACE: Effect.KEYED | Effect.LOOKUP}

    def place(self, placement: FilePlacement, call: Call) -> Report:
        trouble = self._open()
        if not placement.files:
            return Report.skipped("the job has no files")
        if trouble == "full":
            raise Unavailable("there is no room")
        names = self._names(placement)
        if not self._slip(call).exists():
            self._prepare(placement, names, call)
        call.sending()
        self._move(names, call)
        if trouble == "lost":
            raise OutcomeUnknown("the connection broke")
        return self._report(placement, call)

    def lookup(self, placement: FilePlacement, call: Call) -> Finding:
        self._open()
        return Found(self._report(placement, call)) if self._slip(call).exists() else Absent()

    def check(self, call: Call) -> Report:  # noqa: ARG002 - the signature of a check
        self._open()
        return Report.done()

    @property
    def hot(self) -> Path:
        return self.config.root / "hot"

    def _open(self) -> str:
        """Sign in, and learn what this call is to meet."""
        if not self.hot.is_dir():
            raise Unavailable("the folder is not there")
        told = self.config.root / "trouble"
        trouble = told.read_text() if told.exists() else ""
        told.unlink(missing_ok=True)
        if trouble == "refused":
            raise Misconfigured("the folder takes nothing")
        return trouble

    def _names(self, placement: FilePlacement) -> tuple[str, ...]:
        return told_apart(self._name(placement, file) for file in placement.files)

    def _name(self, placement: FilePlacement, file: TicketFile) -> str:
        return safe_name(f"{placement.job}-{file.name}", 100)

    def _prepare(self, placement: FilePlacement, names: tuple[str, ...], call: Call) -> None:
        parts = [self._part(call, number) for number in range(len(names))]
        try:
            for file, name, part in zip(placement.files, names, parts, strict=True):
                self._write(file, part)
                if self._is_taken(self.hot / name, part):
                    raise Rejected(f"{name} is taken by another file")
        except OSError:
            self._forget(parts)
            raise Unavailable("the file cannot be read") from None
        except Rejected:
            self._forget(parts)
            raise
        self._slip(call).write_text(call.key)

    def _is_taken(self, target: Path, part: Path) -> bool:
        return target.exists() and target.read_bytes() != part.read_bytes()

    def _forget(self, parts: list[Path]) -> None:
        for part in parts:
            part.unlink(missing_ok=True)

    def _write(self, file: TicketFile, part: Path) -> None:
        with file.open() as source, part.open("wb") as writing:
            while chunk := source.read(65536):
                writing.write(chunk)

    def _move(self, names: tuple[str, ...], call: Call) -> None:
        for number, name in enumerate(names):
            part = self._part(call, number)
            if part.exists():
                self._bring_in(part, self.hot / name)

    def _bring_in(self, part: Path, target: Path) -> None:
        if not target.exists():
            os.link(part, target)
        part.unlink()

    def _report(self, placement: FilePlacement, call: Call) -> Report:
        parts = frozenset(file.part for file in placement.files if file.part)
        return Report.done(self._slip(call).stem, parts=parts)

    def _slip(self, call: Call) -> Path:
        return self.config.root / f"{_digest(call.key)}.slip"

    def _part(self, call: Call, number: int) -> Path:
        return self.config.root / f"{_digest(call.key)}.{number}"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]
