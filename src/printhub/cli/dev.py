"""`printhub dev`: for those who try the hub at size."""

import contextlib
from collections.abc import Iterator

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from printhub.cli.launch import Launch
from printhub.cli.opening import read_settings
from printhub.cli.options import as_json
from printhub.cli.output import Output
from printhub.core.model.errors import ActRefused, ConfigInvalid
from printhub.core.settings import Settings
from printhub.core.store.finding import any_job
from printhub.core.store.lock import sole_use
from printhub.core.store.opening import DATABASE
from printhub.core.store.revision import require_current
from printhub.core.store.sqlite import SqliteStore
from printhub.testing.seed.filling import Filling, Told


@click.group()
def dev() -> None:
    """Fill a store with made-up orders, to try the hub at size."""


@dev.command("seed")
@click.option("--jobs", type=click.IntRange(1), default=10_000, show_default=True, help="How many jobs, about.")
@click.option(
    "--seed", type=click.IntRange(0, 9999), default=1, show_default=True, help="The same number, the same orders."
)
@click.option("--storefronts", type=click.IntRange(1), help="How many of the configured storefronts; all by default.")
@click.option(
    "--orders",
    type=click.IntRange(1, 999),
    default=400,
    show_default=True,
    help="How many orders are made up; the rest are copies of them under other numbers, customers and times.",
)
@click.option("--add", is_flag=True, help="Fill a store too that holds jobs already.")
@as_json
@click.pass_obj
def seed(
    launch: Launch, *, jobs: int, seed: int, storefronts: int | None, orders: int, add: bool, as_data: bool
) -> None:
    """Fill an empty store with made-up orders of the last two years.

    They belong to the storefronts and go to the instances of the configuration, but nobody is called: a sample is
    played through a real hub whose partners are made up, and copied. The hub must not be running. Bodies of events
    are kept for the newest only. With --json: {"store", "jobs"}.
    """
    settings, plugins = read_settings(launch)
    settings = _chosen(settings, storefronts)
    kinds = {
        name: plugins.adapters[section.adapter].kind
        for name, section in settings.instances.items()
        if section.set_aside is None
    }
    if settings.store.url is not None:
        raise ActRefused("made-up orders are copied into a SQLite file only; leave [store] and [bus] out to try that")
    path = settings.hub.data / DATABASE
    store = SqliteStore(path, busy_seconds=launch.busy_seconds)
    try:
        require_current(store)
        if not add and store.read(any_job):
            raise ActRefused(f"the store {path} holds jobs already; --add fills it all the same")
    finally:
        store.close()
    filling = Filling(settings, kinds, jobs, seed, min(orders, max(1, jobs // 4)))
    with sole_use(settings.hub.data), _progress() as told:
        made = filling.fill(path, launch.now(), told)
    out = Output()
    if as_data:
        out.json({"store": path, "jobs": made})
    else:
        out.line(f"made {made} jobs in {path}")


def _chosen(settings: Settings, number: int | None) -> Settings:
    names = sorted(settings.storefronts)
    if not names:
        raise ConfigInvalid(["the configuration has no storefront; add one under [storefronts.NAME]"])
    if number is None:
        return settings
    if number > len(names):
        raise click.UsageError(f"--storefronts {number}: the configuration has {len(names)}: {', '.join(names)}")
    return settings.model_copy(update={"storefronts": {name: settings.storefronts[name] for name in names[:number]}})


@contextlib.contextmanager
def _progress() -> Iterator[Told]:
    """A bar on a terminal; in a pipe a line for each tenth."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines().told
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("jobs", total=None)

        def told(what: str, done: int, wanted: int) -> None:
            bar.update(task, description=what, completed=min(done, wanted), total=wanted)

        yield told


class _Lines:
    """How far it is, in plain lines on standard error."""

    def __init__(self) -> None:
        self._last = ("", -1)

    def told(self, what: str, done: int, wanted: int) -> None:
        now = (what, done * 10 // wanted)
        if now != self._last:
            self._last = now
            click.echo(f"{what}: {min(done, wanted)} of {wanted}", err=True)
