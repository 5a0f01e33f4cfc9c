"""What the audience gets to read: each job's history, what the MISs' books say, and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console, Group
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from printhub.cli.demo.account import Account, Line
from printhub.cli.demo.samples import ExpectedJob

INTRODUCTION = """\
[bold]PrintHub demo[/]
A print shop in small: a storefront sends orders, the hub takes each job to the production system (MIS) that makes it, \
and keeps count of what happened. The hub, its store, the HTTP calls and the PDF files are real; the storefront, the \
people and two MISs are played:

  [bold]press[/]  the shop's own MIS; can be asked what it has, takes no call twice
  [bold]foil[/]   a partner's old system; can do neither"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One job, where it had to end, and how it differs."""

    account: Account
    expected: ExpectedJob
    differences: tuple[str, ...]


def show(console: Console, verdicts: Sequence[Verdict], began: datetime) -> None:
    """Print each job's history, then the summary."""
    console.print("\n[bold]The history of each job[/]")
    console.print(
        "[dim]Its statuses, as the storefront sees them, each explained where it first comes up. "
        "After a · what happened between them. Times are in seconds.[/]"
    )
    explained: set[str] = set()
    for verdict in verdicts:
        console.print(_job(verdict, began, explained))
    console.print("\n[bold]What the MISs' own books say[/]")
    console.print("[dim]A job with two tickets would be printed twice. Files are compared byte for byte (SHA-256).[/]")
    console.print(_summary(verdicts))


def _job(verdict: Verdict, began: datetime, explained: set[str]) -> Group:
    job, ended = verdict.account.job, "red" if verdict.differences else "green"
    head = f"\n[bold]{job.number}[/]  {escape(job.product)}, {job.quantity}: ended as [{ended}]{job.status}[/]"
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(justify="right", width=5, no_wrap=True, style="dim")
    lines.add_column(width=24)
    lines.add_column(width=10, style="dim")
    lines.add_column(ratio=1, overflow="fold")
    for line in verdict.account.lines:
        seconds = f"{(line.at - began).total_seconds():.2f}"
        lines.add_row(seconds, _what(line), _by(line.by), _told(line, explained))
    return Group(head, Padding(escape(" ".join(verdict.expected.story.split())), (0, 0, 0, 2)), lines)


def _what(line: Line) -> str:
    what = escape(line.what)
    return what if line.kind == "status" else f"[yellow]· {what}[/]"


def _told(line: Line, explained: set[str]) -> str:
    """What is told of a line. What its status means in general stands where the status first comes up by itself."""
    if " " in line.detail or not line.meaning or line.what in explained:
        return escape(line.detail)
    explained.add(line.what)
    detail = f"{line.detail}: " if line.detail else ""
    return f"{escape(detail)}[dim italic]{escape(line.meaning)}[/]"


def _by(by: str) -> str:
    """Who; there is one storefront only, and the names of the others speak for themselves."""
    sort, _, name = by.partition(":")
    return escape(sort if sort == "storefront" else name or by)


def _summary(verdicts: Sequence[Verdict]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("Job", "MIS", "Its number", "Tickets", "PDFs", "Bytes", "Content", "Ended as"):
        table.add_column(heading, justify="right" if heading in ("Tickets", "PDFs", "Bytes") else "left", no_wrap=True)
    for verdict in verdicts:
        account = verdict.account
        files = [file for entry in account.books for file in entry.artwork.values()]
        table.add_row(
            account.job.number,
            account.instance,
            ", ".join(entry.reference for entry in account.books),
            str(account.tickets),
            str(len(files)) if files else "–",
            f"{sum(file.size for file in files):,}".replace(",", " ") if files else "–",
            _content(verdict),
            f"[red]{account.job.status}[/]" if verdict.differences else f"[green]{account.job.status}[/]",
        )
    return table


def _content(verdict: Verdict) -> str:
    if not verdict.expected.artwork:
        return "–"
    return "[red]differs[/]" if any(".pdf" in difference for difference in verdict.differences) else "equal"
