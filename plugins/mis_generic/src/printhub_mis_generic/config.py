"""All that an operator sets of one MIS."""

from collections.abc import Iterator
from typing import Self

from pydantic import model_validator

from printhub import AdapterConfig, Verb
from printhub_mis_generic.answer_config import ErrorConfig
from printhub_mis_generic.artwork_config import Artwork, MultipartArtwork, NoArtwork, SlotArtwork, UrlArtwork
from printhub_mis_generic.auth import Auth, HeaderAuth, HeaderName, HmacAuth, NoAuth, QueryAuth
from printhub_mis_generic.call_config import CallConfig, CheckConfig
from printhub_mis_generic.limits import Limit
from printhub_mis_generic.lookup_config import LookupConfig
from printhub_mis_generic.request_config import BaseUrl, RequestConfig
from printhub_mis_generic.templates import Template
from printhub_mis_generic.ticket_config import CHAIN, TicketFolder


class IdempotencyConfig(AdapterConfig):
    """How the MIS is told that a call is the same as an earlier one."""

    header: HeaderName | None = "Idempotency-Key"
    """The header that carries the call's key. TOML has no null: an empty text sends none."""
    honours_key: bool = False
    """Whether the MIS has only one effect for one key. Say so only if its documentation does: the hub relies on it."""

    @model_validator(mode="before")
    @classmethod
    def _empty_is_none(cls, data: object) -> object:
        return {**data, "header": None} if isinstance(data, dict) and data.get("header") == "" else data

    @model_validator(mode="after")
    def _key_is_sent(self) -> Self:
        if self.honours_key and self.header is None:
            raise ValueError("honours_key: a key that is not sent cannot be honoured; name its header")
        return self


class MisGenericConfig(AdapterConfig):
    """A MIS that is called over HTTP, that takes tickets through a folder, or both, each verb in one of the ways.

    A verb whose section is missing is a verb that this MIS does not have.
    """

    base_url: BaseUrl | None = None
    """Where the paths begin, such as https://mis.example.com/api. Left out only where nothing goes over HTTP."""
    auth: Auth = NoAuth()
    """How the hub signs in."""
    headers: dict[HeaderName, Template] = {}
    """Headers for every request but uploads into slots."""
    idempotency: IdempotencyConfig = IdempotencyConfig()
    """How the call's key is sent."""
    errors: ErrorConfig = ErrorConfig()
    """How the MIS tells of failures."""
    artwork: Artwork = NoArtwork()
    """How the files reach the MIS."""
    limits: tuple[Limit, ...] = ()
    """What the MIS would refuse, found out before anything is sent."""
    notify: CallConfig | None = None
    """Tells the MIS of a job. Left out only where a ticket does."""
    manifest: CallConfig | None = None
    """Asks for the production ticket."""
    assets: CallConfig | None = None
    """Delivers the artwork, or asks for the slots that it is uploaded to."""
    update: CallConfig | None = None
    """Tells of changed data."""
    cancel: CallConfig | None = None
    """Withdraws the job."""
    lookup: LookupConfig | None = None
    """Asks whether an earlier call arrived."""
    check: CheckConfig | None = None
    """Proves address and credentials."""
    folder: TicketFolder | None = None
    """The folder through which the MIS takes its tickets; what has a section there does not go over HTTP."""

    def call(self, verb: Verb) -> CallConfig | None:
        """The section of `verb`."""
        match verb:
            case Verb.NOTIFY:
                return self.notify
            case Verb.MANIFEST:
                return self.manifest
            case Verb.ASSETS:
                return self.assets
            case Verb.UPDATE:
                return self.update
            case Verb.CANCEL:
                return self.cancel
            case _:
                return None

    @property
    def calls(self) -> dict[Verb, CallConfig]:
        """The verbs that have a section."""
        return {verb: call for verb in Verb if (call := self.call(verb))}

    @property
    def verbs(self) -> frozenset[Verb]:
        """All that this MIS can be asked."""
        return self.verbs_over_http() | (self.folder.verbs if self.folder else frozenset())

    def verbs_over_http(self) -> frozenset[Verb]:
        """What has a section, what another call covers, uploads into notify's slots."""
        covered = frozenset[Verb]().union(*(call.covers for call in self.calls.values()))
        uploads = {Verb.ASSETS} if isinstance(self.artwork, SlotArtwork) else set[Verb]()
        return covered.union(self.calls, uploads)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        problems = [
            *self._of_ways(),
            *self._of_covers(),
            *self._of_artwork(),
            *self._of_multipart(),
            *self._of_lookup(),
            *self._of_headers(),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _of_ways(self) -> Iterator[str]:
        tickets = self.folder.verbs if self.folder else frozenset()
        if self.notify is None and Verb.NOTIFY not in tickets:
            yield "notify: is missing; a MIS is told of a job by [notify] or by [folder.notify]"
        if self.base_url is None and any((*self.calls.values(), self.lookup, self.check)):
            yield "base_url: is missing; say where the paths begin"
        over_http = self.verbs_over_http()
        for verb in sorted(tickets & over_http):
            yield f"folder.{verb}: goes over HTTP already; leave one of the two out"
        if self.folder is not None:
            yield from self.folder.problems()

    def _of_covers(self) -> Iterator[str]:
        for verb, call in self.calls.items():
            if call.covers and (verb not in CHAIN or verb in call.covers or not call.covers <= CHAIN):
                yield f"{verb}.covers: only notify, manifest and assets can cover, and only each other"

    def _of_artwork(self) -> Iterator[str]:
        notify = self.notify.covers if self.notify else frozenset()
        covered = Verb.ASSETS in notify or (self.manifest and Verb.ASSETS in self.manifest.covers)
        match self.artwork:
            case NoArtwork():
                if self.assets or covered:
                    yield "artwork.mode: say how the files go along, as `assets` is configured or covered"
            case UrlArtwork(by="notify") | MultipartArtwork(by="notify"):
                if Verb.ASSETS not in notify:
                    yield 'notify.covers: must name "assets", as artwork.by says that notify carries the files'
            case SlotArtwork(by="notify"):
                if self.assets or covered:
                    yield "assets: has no section and is not covered where notify's answer opens the slots"
            case UrlArtwork() | MultipartArtwork() | SlotArtwork():
                if not self.assets:
                    yield 'assets: is missing; add the section, or set artwork.by = "notify"'

    def _of_multipart(self) -> Iterator[str]:
        carrier = self.call(Verb(self.artwork.by)) if isinstance(self.artwork, MultipartArtwork) else None
        if carrier and (carrier.method == "GET" or not isinstance(carrier.body, dict | None)):
            yield "artwork.mode: a request with files takes a table of fields as its body, and no GET"

    def _of_lookup(self) -> Iterator[str]:
        for verb in sorted(self.lookup.verbs if self.lookup else ()):
            if verb not in self.verbs:
                yield f"lookup.verbs.{verb}: this MIS has no such verb"

    def _of_headers(self) -> Iterator[str]:
        """Find what would be set twice: by the operator, and by signing in, the key or the format."""
        ours = {name.lower() for name in self._auth_headers()} | {"content-type", "content-length", "host"}
        if self.idempotency.header:
            ours.add(self.idempotency.header.lower())
        requests: dict[str, RequestConfig] = {str(verb): call for verb, call in self.calls.items()}
        requests |= {name: call for name, call in {"lookup": self.lookup, "check": self.check}.items() if call}
        places = {"": self.headers, **{f"{name}.": request.headers for name, request in requests.items()}}
        for place, headers in places.items():
            for name in sorted(headers):
                if name.lower() in ours:
                    yield f"{place}headers.{name}: is set by `auth`, `idempotency` or `media_type`"
        for name, request in requests.items():
            if isinstance(self.auth, QueryAuth) and self.auth.name in request.params:
                yield f"{name}.params.{self.auth.name}: is set by `auth`"

    def _auth_headers(self) -> Iterator[str]:
        match self.auth:
            case HeaderAuth(name=name):
                yield name
            case HmacAuth(headers=headers):
                yield from headers
            case NoAuth() | QueryAuth():
                pass
            case _:
                yield "authorization"
