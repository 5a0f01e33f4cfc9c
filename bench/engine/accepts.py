"""How many events a second a hub accepts in this process: durably, checked, projected, planned, and to be found."""

import time

from bench.engine.deployment import Deployment
from bench.engine.emitting import emit_all
from bench.engine.figures import Table
from bench.engine.waiting import say
from bench.engine.workload import raw_event
from printhub.core.flow.receipts import Submitted
from printhub.core.model.envelope import read_event

CALLERS = 32
BATCH = 100
ONE_CALLER = "accepted a second, one caller"
MANY_CALLERS = f"accepted a second, {CALLERS} callers"
BATCHES = f"accepted a second, batches of {BATCH}"
NAMES = (ONE_CALLER, MANY_CALLERS, BATCHES)


def accepts(table: Table, who: Deployment, events: int) -> None:
    """Measure one caller, 32 callers, and batches of 100, each on an empty store."""
    say(f"{who.name}: accepts")
    for name, callers in ((ONE_CALLER, 1), (MANY_CALLERS, CALLERS)):
        who.prepare()
        count = max(callers, events // 4 if callers == 1 else events)
        raws = [raw_event(place) for place in range(count)]
        with who.emitter() as emit:
            done = emit_all(emit, raws, callers)
        table.add(who.name, name, count / (done.ended - done.began), "/s")
        who.remove()
    who.prepare()
    table.add(who.name, BATCHES, _batches(who, events), "/s")
    who.remove()


def _batches(who: Deployment, events: int) -> float:
    raws = [raw_event(place) for place in range(events)]
    hub = who.opened()
    try:
        began = time.monotonic()
        for start in range(0, events, BATCH):
            batch = [Submitted(read_event(raw)) for raw in raws[start : start + BATCH]]
            for receipt in hub.intake.take(batch):
                if not receipt.accepted:
                    raise RuntimeError(f"the event {receipt.id} was {receipt.taken}: {receipt.reason}")
        return events / (time.monotonic() - began)
    finally:
        hub.close()
