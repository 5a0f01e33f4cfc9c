"""How many events a second go through, from the first one handed in to the last outcome, and what each costs."""

import time

from bench.engine.account import account
from bench.engine.contender import Contender, Site
from bench.engine.emitting import emitting
from bench.engine.figures import Table
from bench.engine.partner import Partner
from bench.engine.spent import Spending
from bench.engine.waiting import say, wait_for_outcomes
from bench.engine.workload import CALLS

RATE = "events a second"
ACCEPTED = "accepted a second meanwhile"
CPU = "CPU of the workers, an event"
EMITTER_CPU = "CPU of the emitter, an event"
SINK_CPU = "CPU of the sink, an event"
MEMORY = "peak memory of the workers"
ACCEPTED_BEFORE = "accepted a second, nothing else running"
BACKLOG_RATE = "events a second, of a backlog"
BACKLOG_CPU = "CPU of the workers, an event of a backlog"
NAMES = (RATE, ACCEPTED, CPU, EMITTER_CPU, SINK_CPU, MEMORY, ACCEPTED_BEFORE, BACKLOG_RATE, BACKLOG_CPU)
COMPARED = (RATE, BACKLOG_RATE, CPU, ACCEPTED_BEFORE)


def drain(table: Table, who: Contender, site: Site, partner: Partner, events: int) -> None:
    """Measure one contender both ways: events that come while it works, and events that had come before."""
    say(f"{who.name}: {events} events, emitted while they are worked off")
    who.prepare()
    try:
        _flow(table, who, site, partner, events)
    finally:
        who.stop()
        who.remove()
    say(f"{who.name}: {events} events, all accepted before")
    who.prepare()
    try:
        _backlog(table, who, site, partner, events)
    finally:
        who.stop()
        who.remove()


def _flow(table: Table, who: Contender, site: Site, partner: Partner, events: int) -> None:
    partner.forget()
    who.start()
    with emitting(who, site, events) as emitter:
        spending = Spending({"workers": who.processes(), "sink": [partner.process], "emitter": [emitter.process]})
        emitter.go()
        ended = wait_for_outcomes(who, partner, events * len(CALLS), look=spending.look, what="flow")
        emitted = emitter.result()
        seconds = ended - emitted.began
        table.add(who.name, RATE, events / seconds, "/s")
        table.add(who.name, ACCEPTED, events / (emitted.ended - emitted.began), "/s")
        table.add(who.name, CPU, spending.cpu("workers") / events * 1000, "ms")
        table.add(who.name, EMITTER_CPU, spending.cpu("emitter") / events * 1000, "ms")
        table.add(who.name, SINK_CPU, spending.cpu("sink") / events * 1000, "ms")
        table.add(who.name, MEMORY, spending.peak("workers") / 2**20, "MiB")
    account(partner.arrived(), range(events)).require_once()


def _backlog(table: Table, who: Contender, site: Site, partner: Partner, events: int) -> None:
    partner.forget()
    with emitting(who, site, events) as emitter:
        emitter.go()
        emitted = emitter.result()
    table.add(who.name, ACCEPTED_BEFORE, events / (emitted.ended - emitted.began), "/s")
    began = time.monotonic()
    who.start()
    spending = Spending({"workers": who.processes()})
    ended = wait_for_outcomes(who, partner, events * len(CALLS), look=spending.look, what="backlog")
    first = min((one.at for one in partner.arrived()), default=began)
    table.add(who.name, BACKLOG_RATE, events / (ended - first), "/s")
    table.add(who.name, BACKLOG_CPU, spending.cpu("workers") / events * 1000, "ms")
    account(partner.arrived(), range(events)).require_once()
