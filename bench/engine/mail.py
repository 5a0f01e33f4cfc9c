"""How many e-mails a second go out through one SMTP instance: rendered, handed over, and their outcome durable."""

import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.engine.account import NotOnce
from bench.engine.deployment import Deployment
from bench.engine.emitting import CALLERS, emit_all
from bench.engine.figures import Table
from bench.engine.programs import Program
from bench.engine.spent import Spending, cpu_seconds
from bench.engine.waiting import say, wait_for_outcomes
from bench.engine.workload import MAILING_SOURCE, raw_event

RATE = "e-mails a second, of a backlog"
CPU = "CPU of the workers, an e-mail"
TEMPLATES_CPU = "CPU of their template processes, an e-mail"
MEMORY = "peak memory of the workers, e-mail"
NAMES = (RATE, CPU, TEMPLATES_CPU, MEMORY)


class MailSink:
    """A running mail server that takes everything; a context manager that ends it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="printhub-bench-mail-")
        self._path = Path(self._folder.name) / "taken"
        self._path.touch()
        self._program = Program([sys.executable, "-m", "bench.engine.mail_sink", str(self._path)])
        self.port = int(self._program.wait_until_ready().removeprefix("ready"))
        self._file = self._path.open(encoding="utf-8")
        self._ids: list[str] = []

    def __enter__(self) -> Self:
        """The sink, serving."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it."""
        self._program.end()
        self._file.close()
        self._folder.cleanup()

    def count(self) -> int:
        """How many messages it took."""
        self._ids += self._file.read().splitlines()
        return len(self._ids)

    def require_once(self, messages: int) -> None:
        """Raise NotOnce unless so many messages came, each once by its Message-ID."""
        taken = self.count()
        twice = [name for name, times in Counter(self._ids).items() if times > 1]
        if taken != messages or twice:
            raise NotOnce(f"{taken} e-mails of {messages} were taken, {len(twice)} of them more than once")


def mail(table: Table, who: Deployment, messages: int) -> None:
    """Measure order confirmations whose orders had all been accepted before."""
    say(f"{who.name}: {messages} e-mails, all planned before")
    with MailSink() as sink:
        who.site = replace(who.site, smtp=sink.port)
        who.prepare()
        try:
            with who.emitter() as emit:
                emit_all(emit, [raw_event(place, source=MAILING_SOURCE) for place in range(messages)], CALLERS)
            who.start()
            spending = Spending({"workers": who.processes()})
            began = time.monotonic()
            ended = wait_for_outcomes(who, sink, messages, look=spending.look, what="e-mail")
            table.add(who.name, RATE, messages / (ended - began), "/s")
            table.add(who.name, CPU, spending.cpu("workers") / messages * 1000, "ms")
            rendering = [child for one in who.processes() for child in one.children(recursive=True)]
            table.add(who.name, TEMPLATES_CPU, cpu_seconds(rendering) / messages * 1000, "ms")
            table.add(who.name, MEMORY, spending.peak("workers") / 2**20, "MiB")
            sink.require_once(messages)
        finally:
            who.stop()
            who.remove()
