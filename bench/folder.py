"""`make bench-folder`: whether a watcher that looks every millisecond ever sees half a file.

Files are placed one after the other, of all sizes from nothing to half a megabyte, by a process that is killed now and
then; the next one carries on with the call that it died in. Somebody else takes each file in the moment in which it is
seen. Exits with 1 where a file was not whole, came twice, or never came.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from printhub import FileToPlace, FolderConfig, SafePlacing, Verb
from printhub.testing import FolderWatcher, a_call

_LARGEST = 500_000
_KILLED_AFTER = (0.05, 3.0)
"""Seconds that a placing process lives, at least and at most."""


def content(number: int) -> bytes:
    """What stands in a file: the same in every process, and different in every file."""
    made = random.Random(number)  # noqa: S311 - it only makes files differ
    return made.randbytes(int(_LARGEST * made.random() ** 4))


def place_all(path: str, numbers: Sequence[int], done: str) -> None:
    """Place these files, and write down how far it came."""
    placing = SafePlacing(FolderConfig(path=path))
    for number in numbers:
        whole = content(number)
        files = [FileToPlace.of(f"J-{number}.pdf", whole), FileToPlace.of(f"J-{number}.trg", b"")]
        placing.place(files, a_call(Verb.PLACE, f"key-{number}", deadline_in=timedelta(minutes=1)))
        Path(f"{done}.new").write_text(str(number))
        Path(f"{done}.new").replace(done)


def killed_now_and_then(path: str, placements: int, done: Path) -> int:
    """Place all, in processes that are killed; how many were."""
    deaths, lives = 0, random.Random(placements)  # noqa: S311 - any moment is as good
    context = multiprocessing.get_context("spawn")
    while (placed := _reached(done)) < placements - 1:
        worker = context.Process(target=place_all, args=(path, range(placed + 1, placements), str(done)))
        worker.start()
        while worker.is_alive() and _reached(done) == placed:
            time.sleep(0.005)  # it is let begin, or no work would ever be done
        worker.join(lives.uniform(*_KILLED_AFTER))
        if worker.is_alive():
            os.kill(worker.pid or 0, signal.SIGKILL)
            worker.join()
            deaths += 1
    return deaths


def _reached(done: Path) -> int:
    return int(done.read_text()) if done.exists() else -1


def main() -> int:
    """Run, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--placements", type=int, default=10_000)
    parser.add_argument("--json", action="store_true", help="one line for programs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="printhub-hot-") as folder:
        hot, done = Path(folder) / "hot", Path(folder) / "done"
        hot.mkdir()
        began = time.monotonic()
        with FolderWatcher(hot, keeps=False) as watcher:
            deaths = killed_now_and_then(str(hot), given.placements, done)
        seconds = time.monotonic() - began
    seen = {one.name: one.sha256 for one in watcher.grabbed}
    expected = {f"J-{number}.pdf": hashlib.sha256(content(number)).hexdigest() for number in range(given.placements)}
    expected |= {f"J-{number}.trg": hashlib.sha256(b"").hexdigest() for number in range(given.placements)}
    figures = {
        "placements": given.placements,
        "deaths": deaths,
        "looks": watcher.looks,
        "seconds": round(seconds, 1),
        "not_whole": sorted(name for name, digest in seen.items() if expected.get(name) != digest),
        "never_came": sorted(expected.keys() - seen),
        "came_again": len(watcher.grabbed) - len(seen),
        "complaints": watcher.complaints,
    }
    sys.stdout.write(json.dumps(figures) + "\n" if given.json else _told(figures))
    faults = ("not_whole", "never_came", "came_again", "complaints")
    return 1 if any(figures[fault] for fault in faults) else 0


def _told(figures: dict[str, object]) -> str:
    return "".join(f"{name.replace('_', ' '):>12}  {value}\n" for name, value in figures.items())


if __name__ == "__main__":
    sys.exit(main())
