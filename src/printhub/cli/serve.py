"""`printhub serve` and `printhub work`: the hub at work, until it is told to stop."""

import contextlib
import signal
import sys
import threading
from collections.abc import Collection, Iterator
from types import FrameType

import click

from printhub.cli.launch import Launch
from printhub.cli.logs import log_to, secrets_of
from printhub.cli.opening import found_plugins, opened
from printhub.cli.supervisor import supervised
from printhub.core.hub import Hub
from printhub.core.identity.users import FIRST
from printhub.core.model.errors import ConfigInvalid, not_configured
from printhub.core.serving import serving
from printhub.web.app import make_app
from printhub.web.server import WebServer


@click.command()
@click.option("--workers/--no-workers", default=True, help="Make calls too, or leave them to `printhub work`.")
@click.pass_obj
def serve(launch: Launch, *, workers: bool) -> None:
    """Run the hub until SIGTERM or Ctrl-C.

    Then running calls are let end, each within its instance's timeout; a second signal does not wait for them, and
    what they did is found out at the next start. Says in one line when it is ready; logs go to standard error, as
    JSON unless that is a terminal. Under systemd it says when it is ready and that it lives; with `[hub] metrics` it
    serves health and metrics. Exits with 2 when another one serves this store, or the store is not upgraded.

    With --no-workers, which needs PostgreSQL and RabbitMQ, it does only what is the whole hub's: it wakes workers,
    fires timers, fetches files, and takes up what dead workers left. Any number may run; one at a time does it.
    """
    with opened(launch) as hub:
        if not workers:
            _require_many(hub, "serve --no-workers")
        _run(launch, hub, only=None if workers else (), duties=True)


@click.command()
@click.option("--only", multiple=True, metavar="INSTANCE", help="Call this instance only; may be given several times.")
@click.pass_obj
def work(launch: Launch, *, only: tuple[str, ...]) -> None:
    """Make calls beside other processes of the same hub.

    Any number of them, on as many machines as wanted, each until SIGTERM or Ctrl-C. Needs PostgreSQL and RabbitMQ, and
    at least one `printhub serve`, which wakes it. Slots, limits and breakers are those of the whole hub, however many
    work. Exits with 2 when the store is one that a single process serves.
    """
    with opened(launch) as hub:
        _require_many(hub, "work")
        for name in only:
            if name not in hub.settings.instances:
                raise ConfigInvalid([f"--only: {not_configured('instance', name, hub.settings.instances)}"])
        _run(launch, hub, only=only or None, duties=False)


def _require_many(hub: Hub, command: str) -> None:
    if not hub.store.shared:
        detail = (
            f"`printhub {command}` shares its work with other processes, which a SQLite file cannot: set [store] url "
            "and [bus] url (PostgreSQL and RabbitMQ), or run `printhub serve` alone"
        )
        raise ConfigInvalid([detail])


def _run(launch: Launch, hub: Hub, *, only: Collection[str] | None, duties: bool) -> None:
    log_to(sys.stderr, hub.settings.hub.log_level, secrets=frozenset(secrets_of(hub.settings)))
    doors = _doors(launch, hub, opened=duties)
    at_work = serving(hub, only=only, duties=duties)
    with (
        _told_to_stop() as stop,
        supervised(launch.environ, hub, checks={"bus": at_work.check_bus}) as supervisor,
        at_work,
        doors,
    ):
        click.echo(_ready(hub, only, duties=duties))
        _welcome(hub, opened=duties)
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


def _doors(launch: Launch, hub: Hub, *, opened: bool) -> contextlib.AbstractContextManager[object]:
    """The API, where one is configured; its port is taken before anything begins."""
    if not opened or hub.settings.web.listen is None:
        return contextlib.nullcontext()
    return WebServer(make_app(hub, found_plugins(launch).found), hub.settings.web)


def _welcome(hub: Hub, *, opened: bool) -> None:
    """Tell the first administrator's password, once; where many processes serve, `printhub users add` makes one."""
    if not opened or hub.settings.web.listen is None or hub.store.shared:
        return
    if (password := hub.identity.first_administrator()) is not None:
        click.echo(f"the first user is {FIRST}; its password, told this once and to be changed: {password}")


def _ready(hub: Hub, only: Collection[str] | None, *, duties: bool) -> str:
    called = [bench.instance.name for bench in hub.benches if only is None or bench.instance.name in only]
    aside = [name for name, section in hub.settings.instances.items() if section.set_aside is not None]
    waiting = f"; set aside: {', '.join(aside)}" if aside else ""
    calls = f"ready: calling {', '.join(called) or 'no instance'}{waiting}"
    door = f"; answering at http://{hub.settings.web.listen}" if duties and hub.settings.web.listen else ""
    return f"{calls}{door}; the store is {hub.store.name}; Ctrl-C or SIGTERM stops it"
