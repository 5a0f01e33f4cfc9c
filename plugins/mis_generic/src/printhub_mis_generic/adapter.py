"""The adapter: orders, tickets and artwork into any MIS that takes them over HTTP or through a folder."""

from collections.abc import Mapping
from typing import ClassVar

from printhub import (
    Call,
    CannotTell,
    Effect,
    Finding,
    JobTicket,
    MisAdapter,
    Misconfigured,
    Outcome,
    Report,
    Scope,
    Unavailable,
    Verb,
)
from printhub_mis_generic import artwork, facts, limits
from printhub_mis_generic.answers import Asked, judge, require_success
from printhub_mis_generic.artwork import Piece
from printhub_mis_generic.artwork_config import MultipartArtwork, SlotArtwork, UrlArtwork
from printhub_mis_generic.auth import secrets_of
from printhub_mis_generic.call_config import CallConfig
from printhub_mis_generic.config import MisGenericConfig
from printhub_mis_generic.errand import Errand
from printhub_mis_generic.exchange import Exchange
from printhub_mis_generic.lookup import find
from printhub_mis_generic.multipart import Multipart
from printhub_mis_generic.reading import Reading
from printhub_mis_generic.redaction import Redactor
from printhub_mis_generic.slots import Slots, SlotUploads, memo_of, slots_in
from printhub_mis_generic.templates import Pen
from printhub_mis_generic.ticket_config import CHAIN
from printhub_mis_generic.tickets import Tickets

_ANY = Effect.KEYED | Effect.LOOKUP


class MisGeneric(MisAdapter[MisGenericConfig]):
    """A MIS whose requests and answers are described in the configuration."""

    name = "mis_generic"
    Config = MisGenericConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {
        Verb.NOTIFY: _ANY,
        Verb.MANIFEST: _ANY,
        Verb.ASSETS: _ANY,
        Verb.UPDATE: _ANY,
        Verb.CANCEL: _ANY,
    }

    def __init__(self, config: MisGenericConfig) -> None:
        """Make what renders and reads; nothing is opened."""
        super().__init__(config)
        self._pen = Pen()
        self._exchange = Exchange(config, self._pen)
        self._redact = Redactor(secrets_of(config.auth))
        self._uploads: SlotUploads | None = None
        if isinstance(config.artwork, SlotArtwork):
            self._uploads = SlotUploads(config.artwork, config.errors, config.base_url or "", self._exchange)
        self._tickets = Tickets(config.folder, self._pen) if config.folder else None

    def verbs(self) -> frozenset[Verb]:
        """The verbs that this configuration has."""
        return self.config.verbs

    def effect(self, verb: Verb) -> Effect:
        """KEYED where the MIS honours the key that is sent, LOOKUP where a lookup is configured for the verb.

        Both for what goes through the folder.
        """
        if self._folder_of(verb):
            return _ANY
        effect = Effect.BLIND
        if self.config.idempotency.honours_key and self.config.call(verb):
            effect |= Effect.KEYED
        if self.config.lookup and verb in self.config.lookup.verbs:
            effect |= Effect.LOOKUP
        return effect & type(self).effects.get(verb, Effect.BLIND)

    def notify(self, ticket: JobTicket, call: Call) -> Report:
        """Tell the MIS of the job."""
        return self._submit(ticket, call)

    def manifest(self, ticket: JobTicket, call: Call) -> Report:
        """Ask for the production ticket."""
        return self._submit(ticket, call)

    def assets(self, ticket: JobTicket, call: Call) -> Report:
        """Deliver the artwork that has not arrived yet."""
        if not ticket.files and not ticket.job.product_type.prints:
            return Report.skipped("This job has no files.")
        if self._uploads is None or self._folder_of(call.verb):
            return self._submit(ticket, call)
        errand = self._errand(ticket, call)
        artwork.prove_readable(errand.files)
        known: dict[str, str] = {}
        for verb in (Verb.NOTIFY, Verb.ASSETS):
            known.update(slots_in(call.before(verb).memo, errand.reference))
        section, uploads = self.config.assets, self._uploads
        return uploads.deliver(errand, known, (lambda: self._ask(errand, section, uploads)) if section else None)

    def update(self, ticket: JobTicket, call: Call) -> Report:
        """Tell the MIS what the job looks like now."""
        return self._submit(ticket, call)

    def cancel(self, ticket: JobTicket, call: Call) -> Report:
        """Withdraw the job."""
        return self._submit(ticket, call)

    def lookup(self, ticket: JobTicket, call: Call) -> Finding:
        """Ask whether `call.verb` arrived."""
        if (tickets := self._folder_of(call.verb)) is not None:
            return tickets.find(ticket, call)
        lookup = self.config.lookup
        if lookup is None:
            return CannotTell("no lookup is configured")
        errand = self._errand(ticket, call, sending=False)
        reading = self._exchange.send(self._exchange.build("lookup", lookup, errand.facts), call, answer=lookup.answer)
        section = self.config.call(call.verb)
        errors = lookup.errors or self.config.errors
        return find(reading, call.verb, lookup, section, errors, errand.asked(repeatable=True))

    def check(self, call: Call) -> Report:
        """Prove address and credentials, and that tickets can be placed in the folder."""
        check = self.config.check
        placing = self._tickets.check(call) if self._tickets else ""
        if check is None:
            nothing = Report.skipped("No check is configured; the first call will show.")
            return Report.done(detail=placing) if self._tickets else nothing
        outgoing = self._exchange.build("check", check, facts.of_call(call, "check"))
        reading = self._exchange.send(outgoing, call, answer=check.answer)
        asked = Asked(what="check", redact=self._redact, repeatable=True)
        require_success(reading, check, check.errors or self.config.errors, asked)
        return Report.done(detail=placing)

    def close(self) -> None:
        """Hang up, where tickets go to an SFTP server."""
        if self._tickets is not None:
            self._tickets.close()

    def _folder_of(self, verb: Verb) -> Tickets | None:
        """The folder that the tickets of this verb go through, if it is one of those."""
        return self._tickets if self.config.folder and verb in self.config.folder.calls else None

    def _submit(self, ticket: JobTicket, call: Call) -> Report:
        if (tickets := self._folder_of(call.verb)) is not None:
            return tickets.submit(ticket, self._errand(ticket, call).facts, call)
        section = self.config.call(call.verb)
        if section is None:
            raise Misconfigured(
                f"[{call.verb}] is not configured: where another call covers it, send that one again", Scope.DELIVERY
            )
        errand = self._errand(ticket, call)
        reading = self._send(errand, section)
        asked = errand.asked(repeatable=section.repeatable)
        report = judge(reading, section, section.errors or self.config.errors, asked)
        return self._with_artwork(report, reading, errand)

    def _errand(self, ticket: JobTicket, call: Call, *, sending: bool = True) -> Errand:
        """Gather what the call is made of; where it sends the job, raise Rejected if it must not be sent as it is."""
        known = facts.of_job(ticket, call)
        carried = self.config.artwork
        if sending:
            if call.verb in CHAIN:
                artwork.require_all(ticket)
            limits.check(self.config.limits, call.verb, known, self._pen)
        files = artwork.pieces(ticket, carried, known, self._pen)
        by_url = carried if isinstance(carried, UrlArtwork) and sending and call.verb is not Verb.CANCEL else None
        known["files"] = facts.of_files(files, by_url)
        return Errand(
            call=call,
            facts=known,
            files=self._outstanding(files, call),
            redact=self._redact.knowing(ticket),
            job=ticket.job.id,
            reference=facts.known_reference(call),
        )

    def _outstanding(self, files: tuple[Piece, ...], call: Call) -> tuple[Piece, ...]:
        """The files that are still to be delivered.

        Those that the MIS fetches are named every time, as one key stands for one body.
        """
        if isinstance(self.config.artwork, UrlArtwork) or call.verb is not Verb.ASSETS:
            return files
        arrived = call.before(Verb.ASSETS).parts
        return tuple(piece for piece in files if piece.label not in arrived)

    def _send(self, errand: Errand, section: CallConfig) -> Reading:
        call, carried = errand.call, self.config.artwork
        if isinstance(carried, MultipartArtwork) and carried.by == call.verb and errand.files:
            fields = self._exchange.fields(str(call.verb), section, errand.facts)
            with Multipart(fields, carried.field, errand.files, call.key) as body:
                outgoing = self._exchange.build(str(call.verb), section, errand.facts, body)
                return self._exchange.send(outgoing, call, answer=section.answer, keyed=True)
        outgoing = self._exchange.build(str(call.verb), section, errand.facts)
        return self._exchange.send(outgoing, call, answer=section.answer, keyed=True)

    def _with_artwork(self, report: Report, reading: Reading, errand: Errand) -> Report:
        """Add to a report what its answer says of the artwork."""
        carried, verb = self.config.artwork, errand.call.verb
        if self._uploads is not None and verb is Verb.NOTIFY and self.config.assets is None:
            slots = self._uploads.opened(reading, errand.files)
            return report.model_copy(update={"memo": memo_of(slots, report.reference)})
        if isinstance(carried, UrlArtwork | MultipartArtwork) and carried.by == verb and report.outcome is Outcome.DONE:
            return _with_parts(report, reading, errand, carried)
        return report

    def _ask(self, errand: Errand, section: CallConfig, uploads: SlotUploads) -> Slots | Report:
        reading = self._send(errand, section)
        asked = errand.asked(repeatable=section.repeatable)
        report = judge(reading, section, section.errors or self.config.errors, asked)
        if report.outcome is Outcome.ACTION_REQUIRED:
            return report
        slots = uploads.opened(reading, errand.files)
        if report.outcome is Outcome.ACCEPTED and not slots:
            raise Unavailable("assets: the MIS has not opened its slots yet.")
        return slots


def _with_parts(report: Report, reading: Reading, errand: Errand, carried: UrlArtwork | MultipartArtwork) -> Report:
    names = carried.arrived(reading.document) if carried.arrived else None
    told = names if isinstance(names, list) else [piece.name for piece in errand.files]
    arrived = {piece.label for piece in errand.files if piece.name in told}
    parts = frozenset(arrived | errand.call.before(Verb.ASSETS).parts)
    missing = [piece.label for piece in errand.files if piece.label not in arrived]
    if not missing:
        return report.model_copy(update={"parts": parts})
    detail = f"The MIS has {len(arrived)} of {len(errand.files)} files; it lacks {', '.join(missing)}."
    if errand.call.verb is Verb.ASSETS:
        return Report.partial(parts, detail, reference=report.reference, progress=report.progress)
    covers = report.covers - {Verb.ASSETS}
    return report.model_copy(update={"parts": parts, "covers": covers, "detail": detail})
