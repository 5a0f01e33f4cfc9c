"""Brings a job's files into its working folder, whole or not at all, and opens them again."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from uuid import UUID

from printhub.core.files.backups import sync_folder
from printhub.core.model.errors import Misconfigured, PrintHubError, Scope

_CHUNK = 1024 * 1024


class NotFetched(PrintHubError):
    """The file could not be brought in; `lasting` tells whether trying again is of no use."""

    def __init__(self, detail: str, *, lasting: bool) -> None:
        """Say why, without naming paths outside the allowed roots."""
        super().__init__(detail)
        self.detail = detail
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in its working folder."""

    place: str
    sha256: str
    size: int


class WorkingFolders:
    """One folder per job under `root`; names are the hub's own ids, so that no name from outside becomes a path."""

    def __init__(self, root: Path, allowed: Sequence[Path], max_bytes: int) -> None:
        """Files may come from under `allowed` and have `max_bytes` at the most."""
        self._root = root
        self._allowed = [path.resolve() for path in allowed]
        self._max_bytes = max_bytes

    @property
    def root(self) -> Path:
        """The folder that all of them lie in."""
        return self._root

    def fetch(self, url: str, job_id: UUID, file_id: UUID, *, sha256: str | None, size: int | None) -> Stored:
        """Copy a file in: under a temporary name, verified, then renamed. Raises NotFetched."""
        source = self._allowed_path(url)
        place = Path(str(job_id)) / str(file_id)
        target = self._root / place
        temporary = target.with_name(f".{target.name}.part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            stored = Stored(str(place), *self._copy(source, temporary))
            _verify(stored, sha256, size)
            temporary.replace(target)
            sync_folder(target.parent)
        except FileNotFoundError:
            raise NotFetched(f"there is no file {source.name}", lasting=False) from None
        except OSError as error:
            raise NotFetched(f"{source.name} could not be copied: {error.strerror}", lasting=False) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        return stored

    def remove(self, job_id: UUID) -> None:
        """Take a job's working folder away; one that is not there is no error."""
        shutil.rmtree(self._root / str(job_id), ignore_errors=True)

    def open(self, place: str) -> BinaryIO:
        """Open a stored file for reading."""
        path = (self._root / place).resolve()
        if not path.is_relative_to(self._root.resolve()):
            raise NotFetched("the file's place is outside the working folders", lasting=True)
        return path.open("rb")

    def url(self, place: str, life: timedelta) -> str:
        """A URL for a partner to fetch a stored file from; there is no HTTP door to serve it yet."""
        detail = (
            "this file lies in the hub's own folder, and the hub serves no files yet: "
            "deliver it by upload, or set files_stay_put where the storefront's own URLs can be handed on"
        )
        raise Misconfigured(f"{detail} (asked for {place}, {life})", Scope.DELIVERY)

    def _allowed_path(self, url: str) -> Path:
        try:
            parts = urlsplit(url)
            path = Path(unquote(parts.path, errors="strict"))
        except ValueError:
            raise NotFetched("its address is none", lasting=True) from None
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            detail = (
                f"the hub does not fetch {parts.scheme} URLs yet: put the file under one of [files] roots, "
                "or set files_stay_put = true for the storefront to hand its URLs on"
            )
            raise NotFetched(detail, lasting=True)
        try:
            resolved = path.resolve()
            no_file = resolved.exists() and not resolved.is_file()  # to read a pipe would wait for ever
        except (OSError, RuntimeError, ValueError) as error:
            raise NotFetched("its path cannot be followed", lasting=True) from error
        if not any(resolved.is_relative_to(root) for root in self._allowed):
            raise NotFetched(f"{path.name} does not lie under any of [files] roots", lasting=True)
        if no_file:
            raise NotFetched(f"{path.name} is no file", lasting=True)
        return resolved

    def _copy(self, source: Path, temporary: Path) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with source.open("rb") as reading, temporary.open("wb") as writing:
            while chunk := reading.read(_CHUNK):
                size += len(chunk)
                if size > self._max_bytes:
                    raise NotFetched(f"{source.name} has more than {self._max_bytes} bytes", lasting=True)
                digest.update(chunk)
                writing.write(chunk)
            writing.flush()
            os.fsync(writing.fileno())
        return digest.hexdigest(), size


def _verify(stored: Stored, sha256: str | None, size: int | None) -> None:
    if size is not None and stored.size != size:
        raise NotFetched(f"the file has {stored.size} bytes, and {size} were announced", lasting=False)
    if sha256 is not None and stored.sha256 != sha256:
        raise NotFetched("the file's sha256 is not the one that was announced", lasting=False)
