"""`printhub emit`: states events from a file or a pipe, and tells what became of each."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import click

from printhub.cli.exits import NO
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json
from printhub.cli.output import Output, state
from printhub.cli.reading import pieces
from printhub.core.flow.intake import Intake
from printhub.core.flow.receipts import Receipt, Submitted, Taken
from printhub.core.model.envelope import read_event
from printhub.core.model.errors import EventRefused, StoreUnavailable

_PROGRESS_EVERY = 0.25
"""Seconds between two words on how far it is."""


@click.command()
@click.argument("file", type=click.File("rb"))
@as_json
@click.pass_context
def emit(ctx: click.Context, *, file: BinaryIO, as_data: bool) -> None:
    """State events: one, an array, or JSON lines.

    Reads FILE, or standard input for `-`, as it comes, and says of each event whether it was accepted, repeated (it
    was told before: nothing is done) or refused, and why; what is refused is kept, see `printhub events list
    --refused`. The same input may be emitted again at any time. Exits with 1 when any event was refused, with 2 when
    the input holds none. With --json one object a line: {"index", "id", "taken", "state", "code", "reason"}; `index`
    counts from 1.
    """
    launch, out = ctx.ensure_object(Launch), Output()
    progress = _Progress(shown=sys.stderr.isatty() and not out.fitted)
    counts = dict.fromkeys(Taken, 0)
    with opened(launch) as hub:
        told = 0
        try:
            for receipt in _take(hub.intake, pieces(file)):
                told += 1
                counts[receipt.taken] += 1
                _tell(out, told, receipt, as_data=as_data)
                progress.at(told)
        except StoreUnavailable as error:
            raise StoreUnavailable(f"{error}; {told} events were taken before: emit the same input again") from error
        finally:
            progress.end()
    if not told:
        raise click.UsageError("the input holds no event")
    if not as_data:
        words = ", ".join(f"{count} {taken}" for taken, count in counts.items() if count)
        out.line(words)
    ctx.exit(NO if counts[Taken.REFUSED] else 0)


def _take(intake: Intake, found: Iterator[list[bytes]]) -> Iterator[Receipt]:
    """Hand in events in their order, many in a transaction, those that cannot be read each by itself."""
    for raws in found:
        batch: list[Submitted] = []
        for raw in raws:
            try:
                batch.append(Submitted(read_event(raw)))
            except EventRefused:
                yield from intake.take(batch)
                batch = []
                yield intake.take_raw(raw)  # refuses it once more, and keeps it
        yield from intake.take(batch)


def _tell(out: Output, index: int, receipt: Receipt, *, as_data: bool) -> None:
    if as_data:
        names = ("id", "taken", "state", "code", "reason")
        out.json({"index": index} | {name: getattr(receipt, name) for name in names}, indent=None)
        return
    became = f", {receipt.state}" if receipt.state and receipt.state != "applied" else ""
    why = f": {receipt.reason}" if receipt.reason else ""
    out.item(state(receipt.taken), f"{receipt.id or '(no id)'}{became}{why}", lead=f"{index} ")


@dataclass(slots=True)
class _Progress:
    """How far it is, on standard error, while the answers go somewhere else."""

    shown: bool
    _last: float = field(default_factory=time.monotonic)
    _said: bool = False

    def at(self, count: int) -> None:
        now = time.monotonic()
        if self.shown and now - self._last >= _PROGRESS_EVERY:
            self._last, self._said = now, True
            click.echo(f"\r{count} events", nl=False, err=True)

    def end(self) -> None:
        if self._said:
            click.echo("\r\x1b[K", nl=False, err=True)
