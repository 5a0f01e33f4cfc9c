"""Under what conditions a run was made: figures of two machines, or of two disks, are not to be compared."""

import os
import platform
import sqlite3
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.engine.figures import percentile

_SYNCS = 50


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the machine is, and how busy it was with other things when the run began."""

    python: str
    sqlite: str
    system: str
    cores: int
    memory_gib: float
    busy_before: float
    """The share of all cores that was in use in the second before, in percent."""
    sync_ms: float
    """How long the disk takes to make 4 KiB durable (p50): where it takes next to nothing, nothing is durable."""

    def lines(self) -> list[str]:
        """In two lines."""
        return [
            f"Python {self.python}, SQLite {self.sqlite}, {self.system}, {self.cores} cores, {self.memory_gib:.0f} GiB",
            f"{self.busy_before:.0f} % of the cores busy before; the disk makes 4 KiB durable in {self.sync_ms:.2f} ms",
        ]

    def document(self) -> dict[str, Any]:
        """The same for JSON."""
        return {"conditions": asdict(self)}


def conditions(folder: Path) -> Conditions:
    """Look at the machine, and at the disk under `folder`."""
    return Conditions(
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        system=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count() or 1,
        memory_gib=psutil.virtual_memory().total / 2**30,
        busy_before=psutil.cpu_percent(interval=1.0),
        sync_ms=_sync_ms(folder / "sync"),
    )


def _sync_ms(path: Path) -> float:
    times = []
    with path.open("wb") as file:
        for _ in range(_SYNCS):
            file.write(bytes(4096))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - began) * 1000)
    path.unlink()
    return percentile(times, 0.5)
