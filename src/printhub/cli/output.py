"""Writes answers: fitted and coloured on a terminal, plain text in a pipe, JSON for scripts."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import click
import pydantic_core
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from printhub.core.model.deliveries import Delivery, ObstacleKind

Cell = str | Text

_COMMAND = re.compile(r"`printhub [^`]*`\S*\s*")
_KEPT = "⍽"
"""Stands for a blank at which a line must not be broken."""
_ROOM_FOR_NOTES = 32
"""Columns that a note must have to stand beside its row; in less it goes below."""

STYLES = {
    "done": "green",
    "present": "green",
    "handed_on": "green",
    "failed": "bold red",
    "unknown": "bold yellow",
    "waiting_action": "yellow",
    "retrying": "yellow",
    "accepted": "cyan",
    "running": "cyan",
    "held": "magenta",
    "overdue": "bold yellow",
    "refused": "bold red",
    "early": "yellow",
    "unattributed": "yellow",
}
"""How a state looks; those that are not named look plain."""


class Output:
    """Where a command's answer goes."""

    def __init__(self, console: Console | None = None) -> None:
        """Write to standard output, as it is when the command runs."""
        self.console = console or Console(highlight=False, markup=False)
        self.fitted = self.console.is_terminal

    def line(self, *cells: Cell) -> None:
        """Write one line, wrapped on a terminal."""
        self._fit(Text.assemble(*map(clean, cells)), Text(), Text())

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, indent: int = 0) -> None:
        """Write rows under headings. The last column is a note: it wraps, or goes below where there is little room."""
        cells = [[clean(cell) for cell in row] for row in rows]
        head = [Text(heading.upper(), style="dim") for heading in headings]
        widths = [max(cell_len(row[column].plain) for row in (head, *cells)) for column in range(len(head) - 1)]
        taken = indent + sum(widths) + 2 * len(widths)
        below = self.fitted and self.console.width - taken < _ROOM_FOR_NOTES
        for row in (head, *cells):
            *columns, note = row
            start = Text(" " * indent)
            for cell, width in zip(columns, widths, strict=True):
                start += cell + Text(" " * (width - cell_len(cell.plain) + 2))
            if not below:
                self._with_note(start, note, taken)
                continue
            self._print(start)
            if note.plain:
                self._with_note(Text(" " * (indent + 4)), note, indent + 4)

    def listing(
        self, headings: Sequence[str], rows: Sequence[Sequence[Cell]], after: UUID | None, nothing: str
    ) -> None:
        """Write a page of a list and how to go on, or the word for an empty one."""
        if not rows:
            self.line(nothing)
            return
        self.table(headings, rows)
        if after is not None:
            self.line(styled(f"there are more: --after {after}", "dim"))

    def pairs(self, facts: Sequence[tuple[str, Cell]]) -> None:
        """Write names, and beside them what they are."""
        width = max((cell_len(name) for name, _ in facts), default=0) + 2
        for name, value in facts:
            self._with_note(Text(name.ljust(width), style="dim"), clean(value), width)

    def item(self, name: Cell, note: Cell, *, lead: str) -> None:
        """Write a line that begins with `lead`; what does not fit goes on below, two columns further in."""
        text = clean(name) + Text("  " if name else "") + clean(note)
        self._fit(text, Text(lead), Text(" " * (len(lead) + 2)))

    def command(self, command: str, *, lead: str = "") -> None:
        """Write a command on one line of its own, however narrow the terminal: a broken one cannot be pasted."""
        self._print(Text(lead) + styled(command, "cyan"))

    def json(self, value: object, *, indent: int | None = 2) -> None:
        """Write a value as JSON: moments as RFC 3339 in UTC, ids and words as text."""
        click.echo(pydantic_core.to_json(value, indent=indent).decode())

    def _with_note(self, start: Text, note: Text, place: int) -> None:
        self._fit(note, start, Text(" " * place))

    def _fit(self, text: Text, first: Text, further: Text) -> None:
        if not self.fitted:
            self._print(first + text)
            return
        room = max(self.console.width - max(cell_len(further.plain), cell_len(first.plain)), 16)
        for number, line in enumerate(list(self._wrapped(text, room)) or [Text()]):
            self._print((first if number == 0 else further) + line)

    def _wrapped(self, text: Text, room: int) -> Iterator[Text]:
        """The lines of a text; a command in it stays on one, and has it for itself where it is too long for it."""
        kept = text.copy()
        kept.plain = _COMMAND.sub(lambda found: _kept(found[0]), text.plain)
        long = [found.span() for found in _COMMAND.finditer(text.plain) if cell_len(found[0].rstrip()) > room]
        for number, piece in enumerate(kept.divide([place for span in long for place in span])):
            for line in [piece] if number % 2 else piece.wrap(self.console, room) if piece.plain else []:
                line.plain = line.plain.replace(_KEPT, " ")
                yield line

    def _print(self, text: Text) -> None:
        text.rstrip()
        if self.fitted:
            self.console.print(text, soft_wrap=True)
        else:
            click.echo(text.plain)


def _kept(command: str) -> str:
    """A command whose own blanks are no places to break a line; those after it are."""
    own = command.rstrip()
    return own.replace(" ", _KEPT) + command[len(own) :]


def clean(cell: Cell) -> Text:
    """Text that cannot steer the terminal, whatever a storefront or a partner put into it."""
    if isinstance(cell, Text):
        return cell
    return Text("".join(letter if letter.isprintable() else " " if letter.isspace() else "�" for letter in cell))


def styled(text: object, style: str = "") -> Text:
    """Text in a style of rich."""
    found = clean(str(text))
    found.stylize(style)
    return found


def state(word: str) -> Text:
    """A state in its colour."""
    return styled(word, STYLES.get(word, ""))


def short(id_: UUID) -> str:
    """As much of an id as tells it from others made at the same moment; commands take the beginning of ids."""
    return str(id_)[:18]


def moment(time: datetime | None) -> str:
    """A moment to the second, in UTC; empty for none."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z" if time else ""


def away(time: datetime, now: datetime) -> str:
    """A moment, and how far it is from now: `2026-11-02 08:30:12Z (in 12 s)`."""
    seconds = round((time - now) / timedelta(seconds=1))
    return f"{moment(time)} ({'in ' if seconds >= 0 else ''}{span(abs(seconds))}{'' if seconds >= 0 else ' ago'})"


def span(seconds: int) -> str:
    """A span of time in its two largest units."""
    units = [("d", 86400), ("h", 3600), ("min", 60), ("s", 1)]
    parts: list[str] = []
    for name, size in units:
        count, seconds = divmod(seconds, size)
        if count or (name == "s" and not parts):
            parts.append(f"{count} {name}")
    return " ".join(parts[:2])


def size(count: int | None) -> str:
    """A number of bytes for people; empty for none."""
    if count is None:
        return ""
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"


def why(delivery: Delivery) -> str:
    """In short why a delivery stands where it does: its obstacles by name, or else its reason; and since when late."""
    timed = any(obstacle.kind is ObstacleKind.NOT_BEFORE for obstacle in delivery.obstacles)  # its words say until when
    waits = f"waits for {', '.join(map(str, delivery.obstacles))}"
    reason = waits if delivery.obstacles and not timed else delivery.reason
    if delivery.overdue_since is None:
        return reason
    return f"overdue since {moment(delivery.overdue_since)}{f': {reason}' if reason else ''}"
