"""`printhub serve`: the hub at work, until it is told to stop."""

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

import click

from printhub.cli.launch import Launch
from printhub.cli.logs import log_to, secrets_of
from printhub.cli.opening import opened
from printhub.cli.supervisor import supervised
from printhub.core.hub import Hub


@click.command()
@click.pass_obj
def serve(launch: Launch) -> None:
    """Run the hub until SIGTERM or Ctrl-C.

    Then running calls are let end, each within its instance's timeout; a second signal does not wait for them, and
    what they did is found out at the next start. Says in one line when it is ready; logs go to standard error, as
    JSON unless that is a terminal. Under systemd it says when it is ready and that it lives; with `[hub] metrics` it
    serves health and metrics. Exits with 2 when another one serves this store, or the store is not upgraded.
    """
    with opened(launch) as hub:
        log_to(sys.stderr, hub.settings.hub.log_level, secrets=frozenset(secrets_of(hub.settings)))
        with _told_to_stop() as stop, supervised(launch.environ, hub) as supervisor, hub.serving():
            click.echo(_ready(hub))
            supervisor.until(stop)
            click.echo("stopping: no further calls are made, and running ones may end")
        click.echo("stopped")


@contextlib.contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    stop = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the interface of signal handlers
        stop.set()
        signal.signal(number, signal.SIG_DFL)  # a second one ends the process

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ready(hub: Hub) -> str:
    names = ", ".join(bench.instance.name for bench in hub.benches) or "no instance"
    aside = [name for name, section in hub.settings.instances.items() if section.set_aside is not None]
    waiting = f"; set aside: {', '.join(aside)}" if aside else ""
    return f"ready: calling {names}{waiting}; the store is {hub.store.path}; Ctrl-C or SIGTERM stops it"
