"""Shows how far a long piece of work is: one line that moves on a terminal, nothing in a pipe."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

_EVERY = 0.1
"""Seconds between two looks of the line."""


class Meter:
    """A line on standard error."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        self._shown = sys.stderr.isatty()
        self._last = 0.0
        self._width = 0

    def tell(self, what: str, done: int, whole: int) -> None:
        """Show `done` of `whole`, now and then and at the end."""
        now = time.monotonic()
        if self._shown and (now - self._last >= _EVERY or done >= whole):
            self._last = now
            self._write(f"{what}: {done} of {whole} ({100 * done // max(whole, 1)} %)")

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            self._write("")
            click.echo("\r", nl=False, err=True)

    def _write(self, text: str) -> None:
        click.echo(f"\r{text.ljust(self._width)}", nl=False, err=True)
        self._width = len(text)


@contextmanager
def metered() -> Iterator[Meter]:
    """A meter that is gone afterwards, whatever happens."""
    meter = Meter()
    try:
        yield meter
    finally:
        meter.clear()
