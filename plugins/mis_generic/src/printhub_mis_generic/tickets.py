"""Tickets and artwork into the folder from which the MIS takes them."""

import json
from typing import Any

from printhub import (
    Call,
    FileToPlace,
    Finding,
    JobTicket,
    Misconfigured,
    Report,
    SafePlacing,
    Scope,
    safe_path,
    told_apart,
    without_slashes,
)
from printhub_mis_generic.templates import Facts, Pen
from printhub_mis_generic.ticket_config import TicketCall, TicketFolder


class Tickets:
    """The folder of one instance, for one worker thread."""

    def __init__(self, folder: TicketFolder, pen: Pen) -> None:
        """Keep the configuration; nothing is opened."""
        self._folder = folder
        self._pen = pen
        self._placing = SafePlacing(folder)

    def submit(self, ticket: JobTicket, facts: Facts, call: Call) -> Report:
        """Place the artwork of the job, its ticket behind it, and triggers behind both."""
        section = self._folder.calls[call.verb]
        where = f"folder.{call.verb}"
        names = self._artwork(where, section, ticket, facts)
        known = [
            {**file.model_dump(mode="json", exclude={"link"}), "name": name}
            for name, file in zip(names, ticket.files, strict=False)
        ]
        body = self._body(f"{where}.body", section, {**facts, "files": known})
        files = [
            FileToPlace(name, file.open, file.size, file.sha256)
            for name, file in zip(names, ticket.files, strict=False)
        ]
        files.append(FileToPlace.of(self._path(f"{where}.name", section.name, facts), body))
        if self._folder.trigger:
            files += [FileToPlace.of(f"{file.name}{self._folder.trigger}", b"") for file in files]
        return self._placing.place(files, call).report(**self._facts(ticket, call))

    def find(self, ticket: JobTicket, call: Call) -> Finding:
        """Whether the ticket of `call.verb` came into the folder, and what became of it."""
        return self._placing.find(call).finding(**self._facts(ticket, call))

    def check(self, call: Call) -> str:
        """Try out whether tickets can be placed; a sentence on what lies there."""
        return self._placing.check(call)

    def close(self) -> None:
        """Hang up, where the folder is at an SFTP server."""
        self._placing.close()

    def _facts(self, ticket: JobTicket, call: Call) -> dict[str, Any]:
        section = self._folder.calls[call.verb]
        arrived = frozenset(file.part for file in ticket.files if file.part) if section.artwork else frozenset()
        return {"covers": section.covers, "parts": arrived}

    def _artwork(self, where: str, section: TicketCall, ticket: JobTicket, facts: Facts) -> tuple[str, ...]:
        pattern = section.artwork
        if pattern is None:
            return ()
        described = [file.model_dump(mode="json", exclude={"link"}) for file in ticket.files]
        return told_apart(
            self._path(f"{where}.artwork", pattern, {**facts, "file": file, "number": number})
            for number, file in enumerate(described, start=1)
        )

    def _path(self, what: str, pattern: str, facts: Facts) -> str:
        return safe_path(self._pen.text(what, pattern, without_slashes(facts)), self._folder.name_bytes)

    def _body(self, what: str, section: TicketCall, facts: Facts) -> bytes:
        if section.format == "text":
            return self._pen.text(what, str(section.body), facts).encode()
        made = self._pen.json(what, section.body, facts)
        if not isinstance(made, dict | list):
            raise Misconfigured(f"{what}: gives neither an object nor a list", Scope.DELIVERY)
        return json.dumps(made, ensure_ascii=False, allow_nan=False).encode()
