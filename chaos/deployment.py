"""How the hub of a campaign runs: embedded in one process on SQLite, or scaled on PostgreSQL and RabbitMQ."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from chaos.member import Member
from chaos.shop import configured
from tests.services import broker, database
from tests.services.broker import PrivateBroker
from tests.services.database import PrivateDatabase

CALLS = ("claim", "call", "outcome")
"""The stations of those who make calls."""
DUTIES = ("relay", "timers", "fetch", "sweep")
"""The stations of which a hub has one, however many processes it has."""
RECOVERS = ("recover",)
"""What only a process does at its start that has the store for itself."""
PRINTHUB = str(Path(sys.executable).with_name("printhub"))


class Service(Protocol):
    """A server of ours alone that can be restarted under load."""

    url: str

    def start(self) -> None:
        """Start it on its port, and wait until it answers."""

    def stop(self) -> None:
        """End it as its operator would."""

    def kill(self) -> None:
        """End it as a crash would."""

    def close(self) -> None:
        """End it for good."""


class Deployment:
    """The processes of one hub, and the services below them."""

    def __init__(self, folder: Path, members: list[Member], store: str, services: Mapping[str, Service]) -> None:
        """Put together by `embedded` and `scaled`; `store` is what the checker reads: a path or a postgresql:// URL."""
        self.folder = folder
        self.members = members
        self.store = store
        self.services = services

    def start(self) -> None:
        """Start all, and wait until they work."""
        for member in self.members:
            member.start()
        for member in self.members:
            member.wait_ready()

    def stop(self) -> None:
        """Stop all."""
        for member in self.members:
            member.stop()


def embedded(folder: Path, urls: Mapping[str, str]) -> Deployment:
    """One `printhub serve` on SQLite."""
    path = configured(folder, urls, {})
    _upgrade(path)
    serve = _member(folder, path, "serve", ("serve",), (*DUTIES, *CALLS, *RECOVERS))
    return Deployment(folder, [serve], str(folder / "var" / "printhub.db"), {})


def scaled(folder: Path, urls: Mapping[str, str], services: Mapping[str, Service]) -> Deployment:
    """`printhub serve --no-workers` and two `printhub work`, on services called `store` and `bus`."""
    path = configured(folder, urls, {name: {"url": service.url} for name, service in services.items()})
    _upgrade(path)
    members = [
        _member(folder, path, "serve", ("serve", "--no-workers"), DUTIES),
        _member(folder, path, "work-1", ("work",), CALLS),
        _member(folder, path, "work-2", ("work",), CALLS),
    ]
    return Deployment(folder, members, services["store"].url, services)


def why_not_scaled() -> str | None:
    """Why the hub cannot be run scaled here: a server is not installed. None where it can."""
    if database.programs() is None:
        return "PostgreSQL is not installed"
    if broker.program() is None:
        return "RabbitMQ is not installed"
    return None


@contextmanager
def own_services() -> Iterator[Mapping[str, Service]]:
    """A PostgreSQL and a RabbitMQ of our own."""
    with ExitStack() as open_, tempfile.TemporaryDirectory(prefix="mq-") as folder:
        services: dict[str, Service] = {"store": PrivateDatabase(), "bus": PrivateBroker(Path(folder))}
        for service in services.values():
            open_.callback(service.close)
            service.start()
        yield services


def _member(folder: Path, path: Path, name: str, command: Sequence[str], stations: Collection[str]) -> Member:
    environ = {"PRINTHUB_CONFIG": str(path)}
    return Member(name, [PRINTHUB, *command], folder / f"{name}.log", environ, stations)


def _upgrade(path: Path) -> None:
    environ = {**os.environ, "PRINTHUB_CONFIG": str(path)}
    subprocess.run([PRINTHUB, "db", "upgrade"], check=True, capture_output=True, env=environ)
