"""Tells the audience what happens while it happens, and remembers it."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened; `seconds` since the demo began."""

    seconds: float
    text: str


class Narrator:
    """Steps go to `out` (None: kept silently); on a terminal, what is being waited for stands on `progress`."""

    def __init__(self, out: Console | None, progress: Console) -> None:
        """Begin to tell: time counts from here."""
        self.steps: list[Step] = []
        self.began = datetime.now(UTC)
        self._from = time.monotonic()
        self._out = out
        self._status = progress.status("Starting", spinner="dots") if progress.is_terminal else None

    @property
    def seconds(self) -> float:
        """How long the demo has been running."""
        return time.monotonic() - self._from

    def act(self, title: str) -> None:
        """Begin a new part of the story."""
        if self._out is not None:
            self._quietly(f"\n[bold]{escape(title)}[/]")

    def say(self, text: str) -> None:
        """Tell one step."""
        step = Step(self.seconds, text)
        self.steps.append(step)
        if self._out is not None:
            line = Table.grid(padding=(0, 2))
            line.add_column(justify="right", width=6, no_wrap=True, style="dim")
            line.add_column(ratio=1)
            line.add_row(f"{step.seconds:.1f} s", escape(text))
            self._quietly(line)

    def waiting(self, what: str) -> None:
        """Show what is being waited for; the next step takes its place."""
        if self._status is not None:
            self._status.update(f"Waiting until {escape(what)}")
            self._status.start()

    def done(self) -> None:
        """Take the progress away."""
        if self._status is not None:
            self._status.stop()

    def _quietly(self, shown: str | Table) -> None:
        # The moving line and the text may share one terminal.
        self.done()
        if self._out is not None:
            self._out.print(shown)
