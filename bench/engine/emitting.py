"""Emits events as fast as they are accepted, in a process of its own.

`python -m bench.engine.emitting NAME COUNT` says `ready`, waits for a line, emits, and says when it
began and ended (monotonic seconds, as JSON); it ends when its standard input is closed.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import psutil

from bench.engine.catalogue import contender
from bench.engine.contender import Contender, Emit, Site
from bench.engine.workload import raw_event

CALLERS = 8
"""Threads that hand events in."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """When the first event was handed in and the last one accepted, in monotonic seconds."""

    began: float
    ended: float


class Emitting:
    """A started emitter; `go` lets it begin, `result` waits until it is through."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.process = psutil.Process(process.pid)
        if self._line() != "ready":
            raise RuntimeError("the emitter did not start; its own message stands above")

    def go(self) -> None:
        """Let it emit."""
        assert self._process.stdin is not None  # noqa: S101 - piped below
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def result(self) -> Emitted:
        """Wait until all is accepted."""
        line = self._line()
        if not line:
            raise RuntimeError("the emitter failed; its own message stands above")
        return Emitted(**json.loads(line))

    def _line(self) -> str:
        assert self._process.stdout is not None  # noqa: S101 - piped below
        return self._process.stdout.readline().strip()


@contextmanager
def emitting(who: Contender, site: Site, count: int) -> Iterator[Emitting]:
    """Start an emitter of so many events; ends it at the end."""
    command = [sys.executable, "-m", "bench.engine.emitting", who.name, str(count)]
    process = subprocess.Popen(command, env=site.environ(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Emitting(process)
    finally:
        process.communicate(timeout=60)  # which closes its standard input


def emit_all(emit: Emit, raws: list[bytes], callers: int) -> Emitted:
    """Hand all events in, from so many threads at once; raises what one of them raises."""
    shares = [raws[start::callers] for start in range(callers)]
    faults: list[BaseException] = []

    def hand_in(share: list[bytes]) -> None:
        try:
            for raw in share:
                emit(raw)
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            faults.append(error)

    threads = [threading.Thread(target=hand_in, args=(share,)) for share in shares if share]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return Emitted(began, time.monotonic())


def _main(name: str, count: str) -> None:
    who = contender(name, Site.of_environ())
    raws = [raw_event(place) for place in range(int(count))]
    with who.emitter() as emit:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        if sys.stdin.readline():
            done = emit_all(emit, raws, CALLERS)
            sys.stdout.write(json.dumps(asdict(done)) + "\n")
            sys.stdout.flush()
            sys.stdin.read()


if __name__ == "__main__":
    _main(*sys.argv[1:])
