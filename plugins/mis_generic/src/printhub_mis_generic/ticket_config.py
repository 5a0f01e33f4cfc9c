"""What the configuration says of a folder through which the MIS takes its tickets."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import JsonValue, StringConstraints, model_validator

from printhub import AdapterConfig, FolderConfig, Verb
from printhub_mis_generic.templates import Template, check_body

CHAIN = frozenset({Verb.NOTIFY, Verb.MANIFEST, Verb.ASSETS})
"""The verbs that submit a job, and that one call may cover."""


class TicketCall(AdapterConfig):
    """One verb, which is a file that the MIS takes from its folder."""

    name: Template
    """What the ticket is called, as a pattern of the facts; a `/` in the pattern leads into a folder. Two tickets that
    may lie there at once need two names: have `verb` in it where the MIS takes several."""
    format: Literal["text", "json"] = "text"
    """How the ticket is written: one template for all of it (CSV, XML, JDF), or as JSON."""
    body: JsonValue
    """The ticket: one template, or a table of templates for JSON. `files` in it have the names that they have in the
    folder. In XML write values with the filter `e`."""
    artwork: Template | None = None
    """What the job's files are called, as a pattern of the facts, `file` and `number` (from 1): they are placed before
    the ticket. Left out, none go along."""
    covers: frozenset[Verb] = frozenset()
    """The other verbs of the job that this one ticket settles too."""

    @model_validator(mode="after")
    def _body_fits(self) -> "TicketCall":
        if self.format == "text" and not isinstance(self.body, str):
            raise ValueError("body: expected one template for the whole text")
        if self.format == "json" and not isinstance(self.body, dict | list | str):
            raise ValueError("body: expected a table, a list, or one template that gives one of them")
        check_body(self.body, as_json=self.format == "json")
        return self


class TicketFolder(FolderConfig):
    """A folder through which the MIS takes its tickets, here or at an SFTP server."""

    trigger: Annotated[str, StringConstraints(pattern=r"^\.[A-Za-z0-9_-]{1,16}$")] | None = None
    """The ending of an empty file, such as `.trg`, that is placed beside every other one when all of them lie there."""
    notify: TicketCall | None = None
    """Tells the MIS of a job, by a ticket."""
    manifest: TicketCall | None = None
    """Asks for the production ticket, by a ticket."""
    assets: TicketCall | None = None
    """Delivers the artwork, with a ticket behind it."""
    update: TicketCall | None = None
    """Tells of changed data, by a ticket."""
    cancel: TicketCall | None = None
    """Withdraws the job, by a ticket."""

    @property
    def calls(self) -> dict[Verb, TicketCall]:
        """The verbs that have a section."""
        given = {
            Verb.NOTIFY: self.notify,
            Verb.MANIFEST: self.manifest,
            Verb.ASSETS: self.assets,
            Verb.UPDATE: self.update,
            Verb.CANCEL: self.cancel,
        }
        return {verb: call for verb, call in given.items() if call is not None}

    @property
    def verbs(self) -> frozenset[Verb]:
        """All that goes through the folder: what has a ticket, and what another's covers."""
        return frozenset[Verb]().union(self.calls, *(call.covers for call in self.calls.values()))

    def problems(self) -> Iterator[str]:
        """What does not hold together."""
        for verb, call in self.calls.items():
            if call.covers and (verb not in CHAIN or verb in call.covers or not call.covers <= CHAIN):
                yield f"folder.{verb}.covers: only notify, manifest and assets can cover, and only each other"
            if Verb.ASSETS in {verb, *call.covers} and call.artwork is None:
                yield f"folder.{verb}.artwork: is missing; say what the files are called that go along"
