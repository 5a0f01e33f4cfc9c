"""`printhub bounces`: what mails that came back say."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from printhub.cli.exits import NO
from printhub.cli.options import as_json
from printhub.cli.output import Cell, Output, state
from printhub.core.bounces.classify import classify, is_mail
from printhub.core.bounces.report import MailReport

_LARGEST = 32 * 2**20
"""Bytes of a mail that are read."""


@click.group()
def bounces() -> None:
    """Tell what mails say that came back: who was refused, why, and for how long."""


@bounces.command("classify")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(path_type=Path, exists=True))
@as_json
@click.pass_context
def classify_(ctx: click.Context, *, paths: Sequence[Path], as_data: bool) -> None:
    """Classify the mails in PATH…: files, or folders whose *.eml files are meant.

    Nothing is changed and no configuration is needed. With --json: a list of {"path", "kind", "recipients":
    [{"address", "alias", "action", "status", "status_class", "severity", "reason"}], "tokens", "message_ids"}. It exits
    with 1 where a path holds no mail.
    """
    out, shown, strange = Output(), [], 0
    for path in _files(paths):
        with path.open("rb") as reading:
            raw = reading.read(_LARGEST)
        if is_mail(raw):
            shown.append((path, classify(raw)))
        else:
            click.echo(f"printhub: {path} is no mail: it does not begin with headers", err=True)
            strange += 1
    if not shown and not strange:
        click.echo("printhub: there is no *.eml file in what was named", err=True)
    if as_data:
        out.json([{"path": str(path), **_as_data(report)} for path, report in shown])
    elif shown:
        _tell(out, shown)
    ctx.exit(NO if strange or not shown else 0)


def _tell(out: Output, shown: Sequence[tuple[Path, MailReport]]) -> None:
    head = ["mail", "kind", "recipient", "action", "status", "severity", "reason"]
    lines: list[list[Cell]] = []
    for path, report in shown:
        first: list[Cell] = [path.name, state(str(report.kind))]
        lines += [[*first, *cells] for cells in _recipients(report)] or [[*first, *["-"] * 5]]
    out.listing(head, lines, None, "no mail")


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.eml"))
        else:
            yield path


def _recipients(report: MailReport) -> list[list[Cell]]:
    return [
        [one.address, str(one.action), one.status or "-", str(one.severity or "-"), str(one.reason or "-")]
        for one in report.recipients
    ]


def _as_data(report: MailReport) -> dict[str, Any]:
    names = ("address", "alias", "action", "status", "status_class", "severity", "reason")
    return {
        "kind": str(report.kind),
        "recipients": [{name: getattr(one, name) for name in names} for one in report.recipients],
        "tokens": list(report.tokens),
        "message_ids": list(report.message_ids),
    }
