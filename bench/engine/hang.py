"""How late the calls of one instance are while the other one hangs."""

import time

from bench.engine.account import account
from bench.engine.deployment import Deployment
from bench.engine.figures import Table, percentile
from bench.engine.partner import Partner
from bench.engine.waiting import Stuck, say, wait_for_outcomes
from bench.engine.workload import CALLS, CHAINED, SINGLE, number_of, raw_event

PACE = 0.02
"""Seconds between two events: what the instance that works can do easily."""
PATIENCE = 20.0
SHARES = {"p50": 0.5, "p99": 0.99}
DELAY = f"call of {SINGLE} while {CHAINED} hangs"
NAMES = tuple(f"{DELAY}, {word}" for word in SHARES)


def hang(table: Table, who: Deployment, partner: Partner, events: int) -> None:
    """Let the instance of the chain hang, hand events in at a steady pace, and time the other's calls."""
    say(f"{who.name}: {events} events while {CHAINED} hangs")
    who.prepare()
    partner.forget()
    partner.hang(CHAINED)
    who.start()
    try:
        emitted: dict[str, float] = {}
        with who.emitter() as emit:
            for place in range(events):
                emitted[number_of(place)] = time.monotonic()
                emit(raw_event(place))
                time.sleep(PACE)
        delays = _delays(partner, emitted)
        partner.release()
        for word, share in SHARES.items():
            table.add(who.name, f"{DELAY}, {word}", percentile(delays, share) * 1000, "ms")
        wait_for_outcomes(who, partner, events * len(CALLS))
        account(partner.arrived(), range(events)).require_once()
    finally:
        partner.release()
        who.stop()
        who.remove()


def _delays(partner: Partner, emitted: dict[str, float]) -> list[float]:
    until = time.monotonic() + PATIENCE
    while True:
        found = [one.at - emitted[one.job] for one in partner.arrived() if one.call.startswith(f"{SINGLE}/")]
        if len(found) >= len(emitted):
            return found
        if time.monotonic() > until:
            raise Stuck(f"{len(emitted) - len(found)} calls of {SINGLE} did not come while {CHAINED} hung")
        time.sleep(0.2)
