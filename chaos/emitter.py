"""The storefronts' side, as a process that is killed: what it was told is on disk before it says the next thing.

What it was not told about it says again when it is started again, word for word.
"""

import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from chaos.orders import Stated, steps
from printhub.core.hub import Hub
from printhub.core.model.errors import StoreUnavailable
from printhub.core.model.failpoints import VARIABLE, armed
from printhub.core.plugin.discovery import discover
from printhub.core.settings import load

TOLD, STOP = "told.jsonl", "no-new-orders"


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

    def note(self, event: Stated, receipt: Any) -> None:  # noqa: ANN401 - whatever kind of receipt the hub gives
        """Write down what was said of an event, and bring it to disk."""
        line = {
            "id": event.id,
            "source": event.body["source"],
            "storefront": event.storefront,
            "type": event.type,
            "order": event.order,
            "jobs": event.jobs,
            "paid": event.paid,
            "said": str(receipt.taken),
            "reason": receipt.reason,
        }
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.ids.add(event.id)


def main(folder: Path, seed: int, began: datetime, pause: float) -> None:
    """State events, a step each `pause` seconds, until there is a file that says stop; then what is left of those."""
    plugins = discover()
    settings = load(folder / "printhub.toml", plugins=plugins, environ={})
    hub = Hub(settings, plugins.adapters, reached=armed(os.environ.get(VARIABLE, "")))
    told = Told(folder / TOLD)
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
        if left:
            time.sleep(pause)
    hub.close()


def _state(hub: Hub, told: Told, event: Stated) -> None:
    while True:
        try:
            receipt = hub.intake.take_raw(json.dumps(event.body).encode())
        except StoreUnavailable:
            time.sleep(0.2)  # nothing was said; the store is locked, or being started again
        else:
            told.note(event, receipt)
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), float(sys.argv[4]))
