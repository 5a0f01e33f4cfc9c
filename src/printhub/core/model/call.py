"""The second argument of every verb: what an adapter may know of the call that it makes."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from pydantic import JsonValue

from printhub.core.model.verbs import Mode, Verb


class Reply(Protocol):
    """The partner's answer, read whole; a `requests.Response` is one."""

    status_code: int

    @property
    def headers(self) -> Mapping[str, str]:
        """Names are found in any case."""

    @property
    def content(self) -> bytes:
        """The whole body."""

    @property
    def text(self) -> str:
        """The body as text, in the charset that the answer names."""

    def json(self) -> Any:  # noqa: ANN401 - JSON can be anything
        """The body read as JSON; raises ValueError when it is not."""


class Http(Protocol):
    """The hub's tuned session: total deadline, size cap, no redirects, and it knows whether bytes have left."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: Any = None,  # noqa: ANN401 - bytes, text, or a file object to stream
        repeatable: bool | None = None,
    ) -> Reply:
        """Make one request and return the answer, whatever its status code.

        Raises Unavailable when it certainly had no effect (nothing was sent, or the request is `repeatable`: GET and
        HEAD are unless you say otherwise), OutcomeUnknown when it may have had one, Misconfigured for an address
        that cannot be right.
        """


class Wire:
    """Remembers whether bytes of a call may have left this machine."""

    def __init__(self) -> None:
        """Begin with nothing sent."""
        self._sent = threading.Event()

    def sending(self) -> None:
        """Mark the moment before the first byte goes out; from here on a failure may have had its effect."""
        self._sent.set()

    @property
    def sent(self) -> bool:
        """Whether a failure may have had its effect."""
        return self._sent.is_set()


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of another verb of the same job at the same instance."""

    reference: str | None = None
    memo: JsonValue = None
    parts: frozenset[str] = frozenset()
    """Parts that have arrived; a retrigger sends only the others."""


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt at one verb.

    `key` stays the same over all attempts of a delivery: pass it on as the partner's idempotency key. `attempt`
    counts from 1. `deadline` is when the hub gives the call up. `earlier` holds what this job's verbs at this
    instance reported before, this verb's own earlier attempts included.
    """

    verb: Verb
    key: str
    attempt: int
    deadline: datetime
    mode: Mode
    http: Http = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)
    earlier: Mapping[Verb, Earlier] = field(default_factory=dict, repr=False)
    callback_url: str | None = None
    """Where the partner can call this instance back: put `/PURPOSE` behind it, such as `/status`. None where the
    hub has no public address."""
    wire: Wire = field(default_factory=Wire, repr=False)

    @property
    def remaining(self) -> timedelta:
        """Time until the deadline; zero when it has passed."""
        return max(self.deadline - self.now(), timedelta())

    def sending(self) -> None:
        """Mark the moment before the first byte goes out, in an adapter that does not use `call.http`."""
        self.wire.sending()

    def before(self, verb: Verb) -> Earlier:
        """What is known of `verb`, or an empty record."""
        return self.earlier.get(verb, Earlier())
