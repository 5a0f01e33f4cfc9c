"""The storefronts' side, as a process that is killed: what it was told is on disk before it says the next thing.

What it was not told about it says again when it is started again, word for word. It is the door for what the MISs say
by themselves as well, late and sometimes twice.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from chaos import evidence
from chaos.orders import Stated, steps
from printhub.core.flow.callback import to_event
from printhub.core.flow.receipts import Receipt
from printhub.core.hub import Hub
from printhub.core.model.envelope import Event
from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.failpoints import VARIABLE, armed
from printhub.core.model.reports import Report
from printhub.core.model.signals import Settled
from printhub.core.plugin.discovery import discover
from printhub.core.settings import load

T = TypeVar("T")

STOP = "no-new-orders"
"""The file that says that no new orders are wanted."""
ALL_STATED = "done: all is stated"


class Told:
    """The file of what was told: one line an event, each on disk before the next event is stated."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.ids: set[str] = set()
        if path.exists():
            whole = path.read_bytes()
            kept = whole[: whole.rfind(b"\n") + 1]  # the line that a kill cut short was never relied on
            self.ids = {json.loads(line)["id"] for line in kept.splitlines()}
            with path.open("r+b") as file:
                file.truncate(len(kept))
        self._file = path.open("a", encoding="utf-8")

    def note(self, event: Stated, receipt: Receipt) -> None:
        """Write down what was said of an event of a storefront, and bring it to disk."""
        facts = {"storefront": event.storefront, "order": event.order, "jobs": event.jobs, "paid": event.paid}
        facts |= {"quantity": event.data.get("quantity")}
        self._write({"id": event.id, "source": event.body["source"], "type": event.type, **facts}, receipt)

    def note_callback(self, event: Event, receipt: Receipt) -> None:
        """The same of what a MIS said by itself."""
        self._write({"id": event.id, "source": event.source, "type": event.type, "jobs": [], "paid": False}, receipt)

    def _write(self, line: dict[str, Any], receipt: Receipt) -> None:
        whole = {**line, "said": str(receipt.taken), "reason": receipt.reason}
        self._file.write(json.dumps(whole) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.ids.add(line["id"])


def main(folder: Path, seed: int, began: datetime, pause: float) -> None:
    """State events, a step each `pause` seconds, until there is a file that says stop; then what is left of those."""
    plugins = discover()
    settings = load(folder / "printhub.toml", plugins=plugins, environ={})
    hub = Hub(settings, plugins.adapters, reached=armed(os.environ.get(VARIABLE, "")))
    told = Told(folder / evidence.TOLD)
    artwork = (folder / "artwork").resolve()
    placed: set[str] = set()
    sys.stdout.write("ready: stating events\n")
    sys.stdout.flush()
    for step in steps(seed, began, next(artwork.iterdir()).as_uri()):
        known = [event for event in step if event.id in told.ids]
        placed |= {event.order for event in known}
        stop = (folder / STOP).exists()
        left = [event for event in step if event not in known and (event.order in placed or not stop)]
        if stop and not known and not left:
            break
        for event in left:
            placed.add(event.order)
            _state(hub, told, event)
        if left:  # what was stated before a kill is only gone through again
            _call_back(hub, told, folder)
            time.sleep(pause)
    sys.stdout.write(f"{ALL_STATED}\n")
    sys.stdout.flush()
    while True:  # the MISs may say something yet
        _call_back(hub, told, folder)
        time.sleep(0.2)


def _state(hub: Hub, told: Told, event: Stated) -> None:
    told.note(event, _until_taken(lambda: hub.intake.take_raw(json.dumps(event.body).encode())))


def _call_back(hub: Hub, told: Told, folder: Path) -> None:
    """Hand in what the MISs have said since; what they said twice goes twice, unless a kill came between."""
    said = [(line["instance"], _signal(line)) for line in evidence.lines(folder / evidence.CALLBACKS)]
    events = [(instance, signal, to_event(instance, signal)) for instance, signal in said]
    for instance, signal, event in [item for item in events if item[2].id not in told.ids]:
        receipts = _until_taken(partial(hub.intake.take_signals, instance, [signal]))
        told.note_callback(event, receipts[0])


def _signal(said: evidence.Row) -> Settled:
    report = Report.done(said["reference"])
    return Settled(key=said["key"], reference=said["reference"], job=said["job"], report=report, dedupe=said["id"])


def _until_taken(take: Callable[[], T]) -> T:
    while True:
        try:
            return take()
        except StoreUnavailable:
            time.sleep(0.2)  # nothing was said; the store is locked, or being started again


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), float(sys.argv[4]))
