"""Calls for tests of adapters: the second argument of every verb, with the hub's own tuned HTTP behind it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from printhub.core.http.addresses import Addresses
from printhub.core.http.session import HttpPool
from printhub.core.model.call import Call, Earlier, Http, Wire
from printhub.core.model.verbs import Mode, Verb


def a_call(  # noqa: PLR0913 - each a thing that a test may want otherwise
    verb: Verb = Verb.NOTIFY,
    key: str = "key-1",
    attempt: int = 1,
    *,
    http: Http | None = None,
    mode: Mode = Mode.TEST,
    earlier: Mapping[Verb, Earlier] | None = None,
    deadline_in: timedelta = timedelta(seconds=10),
    sent: tuple[str, ...] = (),
    private_hosts: Sequence[str] | None = None,
) -> Call:
    """One attempt at `verb` that has to end within `deadline_in`.

    `http` is the hub's tuned session unless you give another; `call.wire.sent` tells whether bytes have left. `sent` is
    what the session's `sent` was after an earlier attempt: it refuses to send another body under the same key.
    `private_hosts` is what the adapter's own `private_hosts` says.
    """
    wire = Wire()
    deadline = _now() + deadline_in
    addresses = None if private_hosts is None else Addresses(private_hosts, setting="its private_hosts")
    return Call(
        verb=verb,
        key=key,
        attempt=attempt,
        deadline=deadline,
        mode=mode,
        http=http or HttpPool(addresses=addresses).bound(wire=wire, deadline=deadline, now=_now, sent=sent),
        now=_now,
        earlier=dict(earlier or {}),
        wire=wire,
    )


def _now() -> datetime:
    return datetime.now(UTC)
