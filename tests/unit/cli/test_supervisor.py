"""What systemd is told: sd_notify(3), over a real socket."""

import itertools
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from printhub.cli.supervisor import Supervisor
from printhub.web.readiness import Readiness


class Systemd:
    """The other end of the socket."""

    def __init__(self, address: str, name: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.settimeout(10)
        self.environ = {"NOTIFY_SOCKET": name}

    def hears(self) -> str:
        return self.socket.recv(100).decode()


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    name = str(tmp_path / "notify")
    made = Systemd(f"\0{name}", f"@{name}") if request.param == "abstract" else Systemd(name, name)
    yield made
    made.socket.close()


def running(supervisor: Supervisor) -> tuple[threading.Thread, threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=supervisor.until, args=(stop,))
    thread.start()
    return thread, stop


def test_it_is_told_when_the_process_is_ready_and_when_it_is_about_to_end(systemd: Systemd) -> None:
    readiness = Readiness({})
    thread, stop = running(Supervisor(systemd.environ, readiness))

    assert systemd.hears() == "READY=1"
    assert readiness.look().ready
    stop.set()
    assert systemd.hears() == "STOPPING=1"
    assert not readiness.look().ready
    thread.join()


def test_a_watchdog_hears_of_it_twice_in_each_of_its_spans(systemd: Systemd) -> None:
    thread, stop = running(Supervisor({**systemd.environ, "WATCHDOG_USEC": "20000"}, Readiness({})))

    assert [systemd.hears() for _ in range(4)] == ["READY=1", *["WATCHDOG=1"] * 3]
    stop.set()
    left = itertools.dropwhile(lambda said: said == "WATCHDOG=1", iter(systemd.hears, ""))
    assert next(left) == "STOPPING=1"
    thread.join()


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}, {"WATCHDOG_USEC": "soon"}])
def test_without_systemd_nothing_is_told_and_nothing_fails(environ: dict[str, str]) -> None:
    thread, stop = running(Supervisor(environ, Readiness({})))

    stop.set()
    thread.join(10)
    assert not thread.is_alive()
