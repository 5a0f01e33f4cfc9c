"""How far a bulk act is: as a line that moves on a terminal, as plain lines in a pipe."""

import contextlib
from collections.abc import Callable, Iterator

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from printhub.cli.launch import Launch
from printhub.core.flow.acts import bulk
from printhub.core.flow.lease import LEASE
from printhub.core.hub import Hub
from printhub.core.store import search
from printhub.core.store.bulk import UNDER_WAY, ItemState

_EVERY = 0.3
_WORDS = {
    ItemState.DONE: "done",
    ItemState.FAILED_AGAIN: "failed as before",
    ItemState.FAILED: "failed otherwise",
    ItemState.UNKNOWN: "unknown",
    ItemState.HELD: "held",
    ItemState.LEFT: "left",
    ItemState.GOING: "going",
    ItemState.WAITING: "waiting",
}


def by_outcome(progress: bulk.Progress) -> str:
    """How many of the list came to what: `31 done, 2 failed as before, 67 waiting`."""
    counted = [f"{progress.counts[state]} {word}" for state, word in _WORDS.items() if progress.counts.get(state)]
    return ", ".join(counted) or "nothing on the list"


@contextlib.contextmanager
def listing() -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how a list grows; yields what is told how many of how many are on it."""
    console = Console(stderr=True, highlight=False, markup=False)
    columns = (TextColumn("listing"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def follow(hub: Hub, launch: Launch, id_: str) -> bulk.Progress:
    """Show how a bulk act goes on until it has ended, or nobody carries it on; written to standard error."""
    console = Console(stderr=True, highlight=False, markup=False)
    columns = (TextColumn("batch {task.fields[batch]}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TextColumn("{task.description}"), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None, batch=0)
        told = ""
        while True:
            now = hub.acts.bulk.progress(id_)
            words = "; ".join([by_outcome(now), *(f"waits: {why}" for why in now.waits)])
            bar.update(task, description=words, total=now.total, completed=now.ended, batch=now.act.batch)
            line = f"batch {now.act.batch}: {now.ended} of {now.total}: {words}"
            if not console.is_terminal and line != told:
                click.echo(line, err=True)
                told = line
            if now.act.state not in UNDER_WAY:
                return now
            if not hub.store.read(lambda tx: search.workers(tx, hub.rules.now() - LEASE)):
                click.echo("no hub serves this store now: it goes on as soon as `printhub serve` runs", err=True)
                return now
            launch.pause(_EVERY)
