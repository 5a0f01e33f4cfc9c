"""A hub that has nothing to do: what it costs, and how soon it does something about one event."""

import time

from bench.engine.account import account
from bench.engine.contender import Contender
from bench.engine.figures import Table, percentile
from bench.engine.partner import Partner
from bench.engine.spent import cpu_seconds
from bench.engine.waiting import say, wait_for_outcomes
from bench.engine.workload import CALLS, number_of, raw_event

IDLE_CPU = "idle, CPU of one core"
FIRST_CALL = "idle, emit to first call"
LAST_OUTCOME = "idle, emit to last outcome"
SHARES = {"p50": 0.5, "p99": 0.99}
NAMES = (IDLE_CPU, *(f"{name}, {word}" for name in (FIRST_CALL, LAST_OUTCOME) for word in SHARES))
COMPARED = NAMES[1:]


def idle(table: Table, who: Contender, partner: Partner, events: int, seconds: float) -> None:
    """Measure the CPU of an idle contender, then single events, each handed in when all before it is over."""
    say(f"{who.name}: idle for {seconds:.0f} s, then {events} single events")
    who.prepare()
    partner.forget()
    who.start()
    try:
        time.sleep(1)  # what it does at its start is over
        began, spent = time.monotonic(), cpu_seconds(who.processes())
        time.sleep(seconds)
        share = (cpu_seconds(who.processes()) - spent) / (time.monotonic() - began)
        table.add(who.name, IDLE_CPU, share * 100, "%")
        _single(table, who, partner, events)
    finally:
        who.stop()
        who.remove()


def _single(table: Table, who: Contender, partner: Partner, events: int) -> None:
    emitted: dict[str, float] = {}
    ended: list[float] = []
    with who.emitter() as emit:
        for place in range(events):
            raw = raw_event(place)
            emitted[number_of(place)] = time.monotonic()
            emit(raw)
            durable = wait_for_outcomes(who, partner, (place + 1) * len(CALLS), closely=True)
            ended.append(durable - emitted[number_of(place)])
            time.sleep(0.02)  # so that it falls idle again
    arrived = partner.arrived()
    account(arrived, range(events)).require_once()
    first: dict[str, float] = {}
    for one in arrived:
        first.setdefault(one.job, one.at - emitted[one.job])
    for name, values in ((FIRST_CALL, list(first.values())), (LAST_OUTCOME, ended)):
        for word, share in SHARES.items():
            table.add(who.name, f"{name}, {word}", percentile(values, share) * 1000, "ms")
