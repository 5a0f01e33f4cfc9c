"""What the files of a job are called in the folder, and what stands in its ticket."""

from typing import Any

from printhub import FilePlacement, FileToPlace, Renderer, TicketFile, safe_path, told_apart, without_slashes
from printhub_hot_folder.config import HotFolderConfig


class Naming:
    """The patterns of one instance, for one worker thread."""

    def __init__(self, config: HotFolderConfig) -> None:
        """Keep the patterns."""
        self._config = config
        self._renderer = Renderer()

    def files(self, placement: FilePlacement) -> tuple[FileToPlace, ...]:
        """All files of a job in the order in which they are placed: artwork, ticket, triggers.

        Raises TemplateInvalid for a pattern that this job has no facts for.
        """
        facts = placement.model_dump(mode="json", exclude={"version", "files"})
        names = told_apart(
            self._path("name", self._config.name, {**facts, "file": described(file), "number": number})
            for number, file in enumerate(placement.files, start=1)
        )
        placed = [
            FileToPlace(name, file.open, file.size, file.sha256)
            for name, file in zip(names, placement.files, strict=True)
        ]
        ticket = self._config.ticket
        if ticket is not None:
            known = [{**described(file), "name": name} for name, file in zip(names, placement.files, strict=True)]
            body = self._renderer.text("ticket.body", ticket.body, {**facts, "files": known})
            placed.append(FileToPlace.of(self._path("ticket.name", ticket.name, facts), body.encode()))
        if self._config.trigger:
            placed += [FileToPlace.of(f"{file.name}{self._config.trigger}", b"") for file in placed]
        return tuple(placed)

    def _path(self, what: str, pattern: str, facts: dict[str, Any]) -> str:
        return safe_path(self._renderer.text(what, pattern, without_slashes(facts)), self._config.name_bytes)


def described(file: TicketFile) -> dict[str, Any]:
    """A file as patterns know it."""
    return file.model_dump(mode="json", exclude={"link"})
