"""What a backup says of itself: of which hub, when, with what in it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from printhub.core.model.record import Message


class SavedFile(Message):
    """One file of a backup: its place below the folder of working folders, and what it holds."""

    place: str
    sha256: str
    size: int


class LostFile(Message):
    """A file that the store names and that could not be saved, and why."""

    place: str
    reason: str


class Manifest(Message):
    """The first page of a backup; the files are listed beside it, one JSON object a line."""

    format: Literal[1] = 1
    printhub: str
    """The version of the program that took it."""
    hub: UUID
    """The hub that it is of."""
    taken_at: datetime
    store: SavedFile
    store_version: str
    listing: SavedFile
    """The list of files."""
    files: int
    bytes: int
    counts: dict[str, int]
    """How many rows the store has of what matters most."""
    lost: tuple[LostFile, ...] = ()
