"""A MIS whose production is a line in a file."""

from collections.abc import Mapping
from typing import ClassVar

from printhub import Call, Effect, Finding, JobTicket, MisAdapter, Rejected, Report, Verb
from tests.echo.book import EchoBook, EchoConfig

_BOTH = Effect.KEYED | Effect.LOOKUP


class EchoMis(MisAdapter[EchoConfig]):
    """Has every verb that a MIS can have."""

    name = "echo-mis"
    Config = EchoConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {
        Verb.NOTIFY: _BOTH,
        Verb.MANIFEST: _BOTH,
        Verb.ASSETS: _BOTH,
        Verb.UPDATE: _BOTH,
        Verb.CANCEL: _BOTH,
    }

    def __init__(self, config: EchoConfig) -> None:
        super().__init__(config)
        self._book = EchoBook(config.file)

    def notify(self, ticket: JobTicket, call: Call) -> Report:
        with_files = {file.part for file in ticket.files}
        lacking = [part.id for part in ticket.job.parts if part.id not in with_files]
        if lacking:
            raise Rejected(f"the parts {', '.join(lacking)} have no file")
        return self._book.enter(call, job=ticket.job.id, quantity=ticket.job.quantity)

    def manifest(self, ticket: JobTicket, call: Call) -> Report:
        return self._book.enter(call, job=ticket.job.id, of=call.before(Verb.NOTIFY).reference)

    def assets(self, ticket: JobTicket, call: Call) -> Report:
        sizes = {}
        for file in ticket.files:
            with file.open() as content:
                sizes[file.name] = len(content.read())
        parts = frozenset(file.part for file in ticket.files if file.part)
        return self._book.enter(call, job=ticket.job.id, files=sizes).model_copy(update={"parts": parts})

    def update(self, ticket: JobTicket, call: Call) -> Report:
        return self._book.enter(call, job=ticket.job.id, quantity=ticket.job.quantity)

    def cancel(self, ticket: JobTicket, call: Call) -> Report:
        return self._book.enter(call, job=ticket.job.id)

    def lookup(self, ticket: JobTicket, call: Call) -> Finding:  # noqa: ARG002 - the signature of a verb
        return self._book.find(call)

    def check(self, call: Call) -> Report:  # noqa: ARG002 - the signature of a verb
        return Report.done() if self.config.file.parent.is_dir() else Report.action_required("make the folder")
