"""Opens what the address of a file names: a file under one of the allowed roots, or one at a server."""

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from printhub.core.http.download import Downloads
from printhub.core.model.errors import NotFetched

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is about to be read; `ends` is False where a whole file looks like half of one."""

    length: int | None
    ends: bool
    chunks: Iterator[bytes] = field(repr=False)


class Sources:
    """Where files may come from."""

    def __init__(self, roots: Sequence[Path], downloads: Downloads) -> None:
        """Files may come from under `roots`, and from where `downloads` lets them."""
        self._roots = [path.resolve() for path in roots]
        self._downloads = downloads

    @contextlib.contextmanager
    def open(self, url: str) -> Iterator[Opened]:
        """Open a file for reading once; raises NotFetched, and OSError for a file that cannot be read."""
        try:
            scheme = urlsplit(url).scheme
        except ValueError:
            raise NotFetched("its address is none", lasting=True) from None
        if scheme in ("http", "https"):
            with self._downloads.open(url) as download:
                yield Opened(download.length, download.ends, download.chunks)
        elif scheme == "file":
            with _regular(self._allowed(url)) as reading:
                yield Opened(os.fstat(reading.fileno()).st_size, ends=True, chunks=chunks_of(reading))
        else:
            raise NotFetched("only http, https and file addresses are fetched", lasting=True)

    def _allowed(self, url: str) -> Path:
        try:
            parts = urlsplit(url)
            path = Path(unquote(parts.path, errors="strict"))
        except ValueError:
            raise NotFetched("its address is none", lasting=True) from None
        if parts.netloc not in ("", "localhost"):
            raise NotFetched("a file address names no host", lasting=True)
        try:
            resolved = path.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise NotFetched("its path cannot be followed", lasting=True) from error
        if not any(resolved.is_relative_to(root) for root in self._roots):
            raise NotFetched(f"{path.name} does not lie under any of [files] roots", lasting=True)
        return resolved


def chunks_of(reading: BinaryIO) -> Iterator[bytes]:
    """The bytes of an open file, a piece at a time."""
    while chunk := reading.read(CHUNK):
        yield chunk


def _regular(path: Path) -> BinaryIO:
    # To open a pipe would wait for ever; what became a link since it was resolved might lead anywhere.
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotFetched(f"there is no file {path.name}", lasting=False) from None
    except ValueError:
        raise NotFetched("its path cannot be followed", lasting=True) from None
    try:
        regular = stat.S_ISREG(os.fstat(handle).st_mode)
        moved = path.resolve() != path  # a folder on the way became a link meanwhile
        if not regular or moved:
            raise NotFetched(f"{path.name} is no file", lasting=True)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise
