"""What all ways to run PrintHub have in common: the file, the processes, and a store to look into."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from sqlalchemy import func, select

from bench.engine.contender import Emit, Site
from bench.engine.hub_file import hub_file
from bench.engine.programs import Program
from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.plugin.discovery import discover
from printhub.core.settings import load
from printhub.core.store.schema import delivery

PRINTHUB = str(Path(sys.executable).with_name("printhub"))
CONFIG = "printhub.toml"
_DONE = select(func.count()).select_from(delivery).where(delivery.c.state == DeliveryState.DONE)


class Deployment:
    """A PrintHub whose file says where its store and its bus are; the rest is the same for all."""

    name: str
    commands: Sequence[Sequence[str]]
    """The arguments of each `printhub` process."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._programs: list[Program] = []
        self._looking: Hub | None = None

    def why_not(self) -> str | None:
        """Nothing is in the way."""
        return None

    def places(self) -> str:
        """The sections of the file that say where store and bus are, if they do not lie in its folder."""
        return ""

    def make_room(self) -> None:
        """Make what has to be there before the store is made: for a file, nothing."""

    def prepare(self) -> None:
        """Write the file and make an empty store."""
        self.remove()
        self.make_room()
        self.site.path.mkdir(parents=True)
        (self.site.path / CONFIG).write_text(hub_file(self.site, self.places()), "utf-8")
        (self.site.path / "var").mkdir()
        run = [PRINTHUB, "db", "upgrade"]
        done = subprocess.run(run, cwd=self.site.path, env=_environ(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"`printhub db upgrade` failed: {done.stderr or done.stdout}")

    def start(self) -> None:
        """Start all processes and wait until each says that it is ready."""
        self._programs = [Program([PRINTHUB, *command], self.site.path, _environ()) for command in self.commands]
        for program in self._programs:
            program.wait_until_ready()

    def stop(self) -> None:
        """Let running calls end, then all processes."""
        programs, self._programs = self._programs, []
        for program in programs:
            program.end()

    def remove(self) -> None:
        """Close the store and remove the folder."""
        if self._looking is not None:
            self._looking.close()
            self._looking = None
        shutil.rmtree(self.site.path, ignore_errors=True)

    def processes(self) -> list[psutil.Process]:
        """All `printhub` processes."""
        return [program.process for program in self._programs]

    def outcomes(self) -> int:
        """How many deliveries are done, as the store says."""
        if self._looking is None:
            self._looking = self.opened()
        return self._looking.store.read(lambda tx: tx.execute(_DONE).scalar_one())

    @contextmanager
    def emitter(self) -> Iterator[Emit]:
        """Hand events to a hub's own intake in this process, which makes no calls."""
        hub = self.opened()

        def emit(raw: bytes) -> None:
            receipt = hub.intake.take_raw(raw)
            if not receipt.accepted:
                raise RuntimeError(f"the event {receipt.id} was {receipt.taken}: {receipt.reason}")

        try:
            yield emit
        finally:
            hub.close()

    def opened(self) -> Hub:
        """A hub on the store that makes no calls; the caller closes it."""
        plugins = discover()
        settings = load(self.site.path / CONFIG, plugins=plugins, environ={})
        return Hub(settings, plugins.adapters)


def _environ() -> dict[str, str]:
    """The environment without what would change or refuse the configuration: the file alone says what the hub is."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PRINTHUB_")}
