"""What an operator sets of one watched folder, here or at an SFTP server."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from printhub.core.model.adapter import AdapterConfig
from printhub.core.model.duration import Duration
from printhub.core.placing.names import MOST_BYTES


def _one_word(value: str) -> str:
    if any(sign.isspace() or not sign.isprintable() for sign in value):
        raise ValueError("expected one word, without spaces")
    return value


def _plain_path(value: str) -> str:
    if "\x00" in value or ".." in value.split("/"):
        raise ValueError("expected the path of a folder, without ..")
    return value.rstrip("/") or "/"


def _inner_path(value: str) -> str:
    if PurePosixPath(value) == PurePosixPath():
        raise ValueError("expected a folder of its own, not the watched one")
    return _plain_path(value)


Filled = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
FolderPath = Annotated[Filled, AfterValidator(_plain_path)]
InnerPath = Annotated[Filled, AfterValidator(_inner_path)]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^SHA256:[A-Za-z0-9+/]{43}$")]


class Consumption(StrEnum):
    """When a file counts as delivered."""

    IGNORED = "ignored"
    """Once it lies in the folder."""
    AWAITED = "awaited"
    """Once the watcher has taken it away."""


class SftpConfig(AdapterConfig):
    """The SFTP server that has the folder."""

    host: Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(_one_word)]
    """The server's name or address."""
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    """Where it listens."""
    user: Filled
    """Who signs in."""
    password: SecretStr | None = None
    """What they sign in with; better is a key."""
    key_file: Path | None = None
    """The private key that they sign in with, in OpenSSH's form."""
    passphrase: SecretStr | None = None
    """What the private key is locked with."""
    known_hosts: Path | None = None
    """The server's host keys, in a file as OpenSSH keeps them; a server that is not in it is not spoken to."""
    fingerprints: tuple[Fingerprint, ...] = ()
    """Or the fingerprints of its host keys (`SHA256:…`, as of `ssh-keygen -lf`); two while it changes."""

    @model_validator(mode="after")
    def _both_prove_themselves(self) -> Self:
        if (self.known_hosts is None) is not bool(self.fingerprints):
            raise ValueError("expected known_hosts or fingerprints, and not both: any server could pose as this one")
        if self.password is None and self.key_file is None:
            raise ValueError("expected a password or a key_file to sign in with")
        return self


class FolderConfig(AdapterConfig):
    """A folder that somebody watches."""

    path: FolderPath
    """The watched folder, from the root on; at an SFTP server also from the user's home on. It has to be there."""
    staging: InnerPath = ".printhub"
    """Where files are written before they are moved in, and where it is kept what was placed: a folder in the watched
    one, or anywhere else on the same file system by its whole path. It is made where it is not there; nothing in it is
    for others to change."""
    refused: InnerPath | None = None
    """The folder that the watcher moves to what it cannot use, given likewise. A file in it has failed."""
    consumption: Consumption = Consumption.IGNORED
    """When a file counts as delivered: `ignored` once it lies in the folder, `awaited` once the watcher has taken it
    away. Until then it is accepted, and `expect` of the instance says how long that may take."""
    name_bytes: Annotated[int, Field(ge=32, le=240)] = MOST_BYTES
    """How many bytes a file's name may have, in UTF-8."""
    permissions: Annotated[str, StringConstraints(pattern=r"^0?[0-7]{3}$")] | None = None
    """The permissions of placed files, such as `0660`; left out, what is usual for the hub's user."""
    remember: Annotated[Duration, Field(ge=timedelta(days=1))] = timedelta(days=30)
    """How long it is kept what was placed. A call that is repeated later than that would place its files anew."""
    sftp: SftpConfig | None = None
    """The SFTP server that has the folder, where it is not one of this machine's."""

    @model_validator(mode="after")
    def _is_found(self) -> Self:
        if self.sftp is None and not self.path.startswith("/"):
            raise ValueError("path: expected the whole path, from the root on")
        for name, inner in (("staging", self.staging), ("refused", self.refused)):
            if inner is not None and self.inside(inner) == self.path:
                raise ValueError(f"{name}: expected a folder of its own, not the watched one")
        if self.refused is not None and self.inside(self.refused) == self.inside(self.staging):
            raise ValueError("refused: expected another folder than staging")
        return self

    def inside(self, path: str) -> str:
        """A path from the watched folder on, as a whole; one that is whole already stays as it is."""
        return str(PurePosixPath(self.path, path))

    @property
    def mode_bits(self) -> int | None:
        """The permissions as a number."""
        return int(self.permissions, 8) if self.permissions else None
