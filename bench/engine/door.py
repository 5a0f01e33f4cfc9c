"""How many events a second come in by the door, and how long one waits, while every adapter is down."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import requests

from bench.engine.deployment import Deployment
from bench.engine.figures import Table, percentile
from bench.engine.waiting import say
from bench.engine.workload import STOREFRONT, raw_event
from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Role
from printhub.core.settings.sections import WebSettings
from printhub.web.app import make_app
from printhub.web.server import WebServer

T = TypeVar("T")
BATCH = 100
SENDERS = 2
A_SECOND = 200
"""Single events that are handed in a second, where it is looked how long one waits."""
CALLERS = 16
BATCHES = f"by HTTP, accepted a second, batches of {BATCH}"
SINGLES = f"by HTTP, one event at {A_SECOND}/s: handed in a second"
WAIT_50, WAIT_99 = (f"by HTTP, one event at {A_SECOND}/s: answered after, {share}" for share in ("p50", "p99"))
NAMES = (BATCHES, SINGLES, WAIT_50, WAIT_99)
_ONE, _MANY = "application/cloudevents+json", "application/cloudevents-batch+json"
Measure = Callable[[Table, str, str, str, int], None]
_BY = Asker("operator:bench", Role.PLATFORM_ADMINISTRATOR)


def door(table: Table, who: Deployment, events: int) -> None:
    """Measure batches from two senders, and single events at a steady pace, each on an empty store."""
    say(f"{who.name}: the door")
    for measure in (_batches, _singles):
        who.prepare()
        hub = who.opened()
        try:
            _measured(table, who.name, hub, measure, events)
        finally:
            hub.close()
            who.remove()


def _measured(table: Table, name: str, hub: Hub, measure: Measure, events: int) -> None:
    token = hub.identity.tokens.add("bench", Role.STOREFRONT, frozenset({STOREFRONT}), by=_BY).secret
    app = make_app(hub)
    with WebServer(app, WebSettings(listen="127.0.0.1:0")) as server:
        address = f"http://127.0.0.1:{server.port}/v1/events"
        measure(table, name, address, token, events)


def _batches(table: Table, name: str, address: str, token: str, events: int) -> None:
    raws = [raw_event(place) for place in range(events)]
    bodies = [b"[" + b",".join(raws[start : start + BATCH]) + b"]" for start in range(0, events, BATCH)]
    began = time.monotonic()
    _at_once(
        [bodies[start::SENDERS] for start in range(SENDERS)], lambda share: _post_all(address, token, share, _MANY)
    )
    table.add(name, BATCHES, events / (time.monotonic() - began), "/s")


def _singles(table: Table, name: str, address: str, token: str, events: int) -> None:
    raws = [raw_event(place) for place in range(min(events, 10 * A_SECOND))]
    waits: list[float] = []
    began = time.monotonic()

    def send(share: list[tuple[int, bytes]]) -> None:
        with requests.Session() as session:
            for place, raw in share:
                due = began + place / A_SECOND
                time.sleep(max(0.0, due - time.monotonic()))
                _post(session, address, token, raw, _ONE)
                waits.append((time.monotonic() - due) * 1000)  # of one that had to wait for a caller, too

    numbered = list(enumerate(raws))
    _at_once([numbered[start::CALLERS] for start in range(CALLERS)], send)
    table.add(name, SINGLES, len(raws) / (time.monotonic() - began), "/s")
    table.add(name, WAIT_50, percentile(waits, 0.5), "ms")
    table.add(name, WAIT_99, percentile(waits, 0.99), "ms")


def _at_once(shares: Sequence[T], send: Callable[[T], None]) -> None:
    with ThreadPoolExecutor(len(shares)) as pool:
        list(pool.map(send, shares))


def _post_all(address: str, token: str, bodies: list[bytes], kind: str) -> None:
    with requests.Session() as session:
        for body in bodies:
            _post(session, address, token, body, kind)


def _post(session: requests.Session, address: str, token: str, body: bytes, kind: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    answer = session.post(address, body, headers=headers, timeout=60)
    if answer.status_code != 202:
        raise RuntimeError(f"the door answered {answer.status_code}: {answer.text[:300]}")
