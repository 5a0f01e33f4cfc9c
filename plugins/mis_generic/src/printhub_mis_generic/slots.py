"""Artwork by slots: the MIS opens one for each file, and each file is uploaded to its own."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from pydantic import JsonValue

from printhub import Misconfigured, Rejected, Report, Scope
from printhub_mis_generic.answer_config import ErrorConfig
from printhub_mis_generic.answers import failure
from printhub_mis_generic.artwork import Piece
from printhub_mis_generic.artwork_config import SlotArtwork
from printhub_mis_generic.errand import Errand
from printhub_mis_generic.exchange import Exchange, Outgoing
from printhub_mis_generic.multipart import media_type_of
from printhub_mis_generic.reading import Reading

Slots = Mapping[str, str]
"""Addresses by the file's label."""

_MEMO_BYTES = 15 * 1024  # a memo may have 16 KB
_GONE = {401, 403, 404, 410}


class _Expired(Exception):
    """A slot that was opened earlier is no longer there."""


class SlotUploads:
    """Uploads of one instance. An upload may be made again: the same file in the same slot changes nothing."""

    def __init__(self, artwork: SlotArtwork, errors: ErrorConfig, base_url: str, exchange: Exchange) -> None:
        """`base_url` is where relative addresses begin, and whose host may have slots."""
        self._artwork = artwork
        self._errors = errors
        self._base_url = base_url
        self._exchange = exchange

    def opened(self, reading: Reading, files: Sequence[Piece]) -> Slots:
        """The slots that an answer opens for these files."""
        listed = self._artwork.slots(reading.document)
        by_name = {}
        for slot in listed if isinstance(listed, list) else []:
            name, url = self._artwork.slot_name(slot), self._artwork.slot_url(slot)
            if isinstance(name, str) and isinstance(url, str):
                by_name[name] = urljoin(f"{self._base_url}/", url)
        return {piece.label: by_name[piece.name] for piece in files if piece.name in by_name}

    def deliver(self, errand: Errand, known: Slots, ask: Callable[[], Slots | Report] | None) -> Report:
        """Upload the errand's files into the known slots, or into those that `ask` opens, if it does not report.

        Where some files are refused and others arrive the report is partial. A fault that time mends is raised, and
        the next attempt uploads all of them again.
        """
        if ask is None or all(piece.label in known for piece in errand.files):
            try:
                return self._upload(errand, known, fresh=False)
            except _Expired:
                if ask is None:
                    raise Misconfigured("The slots that notify's answer opened have expired.", Scope.DELIVERY) from None
        opened = ask()
        return opened if isinstance(opened, Report) else self._upload(errand, opened, fresh=True)

    def _upload(self, errand: Errand, slots: Slots, *, fresh: bool) -> Report:
        lacking = [piece.label for piece in errand.files if piece.label not in slots]
        if lacking:
            raise Rejected(f"The MIS opened no slot for {', '.join(lacking)}; nothing was uploaded.")
        for url in slots.values():
            self._require_known_host(url)
        statuses: dict[str, int] = {}
        refused: list[Rejected] = []
        for piece in errand.files:
            try:
                statuses[piece.label] = self._put(errand, piece, slots[piece.label], fresh=fresh)
            except Rejected as refusal:
                refused.append(refusal)
        arrived = errand.call.before(errand.call.verb).parts.union(statuses)
        if refused and not arrived:
            raise refused[0]
        if refused:
            detail = "; ".join(refusal.detail for refusal in refused)
            return Report.partial(arrived, detail, memo=memo_of(slots, errand.reference))
        made = Report.done if set(statuses.values()).isdisjoint(self._artwork.accepted_statuses) else Report.accepted
        return made(errand.reference, parts=arrived, memo=memo_of(slots, errand.reference))

    def _put(self, errand: Errand, piece: Piece, url: str, *, fresh: bool) -> int:
        """Upload one file and return the HTTP status; raises Rejected where the MIS refuses it."""
        templates = {f"artwork.headers.{key}": (key, text) for key, text in self._artwork.headers.items()}
        headers = self._exchange.headers(templates, errand.facts)
        with piece.file.open() as content:
            outgoing = Outgoing(
                name="artwork",
                method=self._artwork.method,
                url=url,
                headers={**headers, "Content-Type": media_type_of(piece)},
                body=content,
                repeatable=True,
            )
            signed = self._artwork.signed and _origin(url) == _origin(self._base_url)
            reading = self._exchange.send(outgoing, errand.call, signed=signed)
        good = (*self._artwork.statuses, *self._artwork.accepted_statuses)
        if reading.status in good and not reading.holds(self._errors.when):
            return reading.status
        if reading.status in _GONE and not fresh:
            raise _Expired
        asked = replace(errand.asked(repeatable=True), what=f"upload of {piece.label}", reference=url)
        error = failure(reading, self._errors, asked)
        if isinstance(error, Misconfigured):
            raise Misconfigured(error.detail, Scope.DELIVERY)  # a slot has credentials of its own
        raise error

    def _require_known_host(self, url: str) -> None:
        scheme, host = _origin(url)
        if scheme not in {"http", "https"} or host not in {_origin(self._base_url)[1], *self._artwork.hosts}:
            raise Misconfigured(
                f"The MIS opened a slot at {host or 'no host'}; allow it in artwork.hosts", Scope.DELIVERY
            )


def memo_of(slots: Slots, reference: str | None) -> JsonValue:
    """What is kept of the slots of the job that the MIS calls `reference`; nothing where it would be too much."""
    memo: JsonValue = {"reference": reference, "slots": dict(slots)}
    return memo if len(json.dumps(memo)) <= _MEMO_BYTES else None


def slots_in(memo: JsonValue, reference: str | None) -> Slots:
    """The slots that a memo holds, if they are of that job: a job that was sent again has slots of its own."""
    if not isinstance(memo, dict) or memo.get("reference") != reference:
        return {}
    slots = memo.get("slots")
    return {label: str(url) for label, url in slots.items()} if isinstance(slots, dict) else {}


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower().rpartition("@")[2]
