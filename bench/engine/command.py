"""`make bench`: what the engine does in a second, what it costs, and how that compares."""

import json
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import click

from bench.engine import accepts, door, drain, hang, idle, mail
from bench.engine.catalogue import DEPLOYMENTS, NAMES, PEERS, NotInstalled, contender, deployment
from bench.engine.conditions import conditions
from bench.engine.contender import Site
from bench.engine.figures import Table
from bench.engine.partner import Partner

PARTS = ("drain", "accepts", "door", "idle", "hang", "mail")
SHORT_EVENTS = 150


@click.command()
@click.option(
    "--events",
    type=click.IntRange(1),
    default=5000,
    show_default=True,
    help="Events to go through; and twice as many e-mails.",
)
@click.option(
    "--only",
    type=click.Choice((*NAMES, *PARTS)),
    multiple=True,
    help="A contender, or a part of what is measured; may be given several times.",
)
@click.option("--short", is_flag=True, help="In about a minute: whether all of it works, not how fast.")
@click.option("--all", "complete", is_flag=True, help="Fail where something cannot be measured here.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Where the stores lie; a temporary folder."
)
@click.option(
    "--postgresql",
    default="postgresql://postgres@127.0.0.1:5432",
    show_default=True,
    envvar="BENCH_POSTGRESQL",
    help="A server on which databases may be made.",
)
@click.option(
    "--amqp",
    default="amqp://guest:guest@127.0.0.1:5672",
    show_default=True,
    envvar="BENCH_AMQP",
    help="A RabbitMQ on which queues may be made.",
)
@click.option(
    "--json", "written", type=click.Path(path_type=Path), envvar="BENCH_JSON", help="Write the numbers there too."
)
def main(
    *,
    events: int,
    only: Sequence[str],
    short: bool,
    complete: bool,
    folder: Path | None,
    postgresql: str,
    amqp: str,
    written: Path | None,
) -> None:
    """Measure and print a table. Fails where something was not delivered exactly once, or a figure is missing."""
    names = [name for name in NAMES if name in only] or list(NAMES)
    parts = [part for part in PARTS if part in only] or list(PARTS)
    events = min(events, SHORT_EVENTS) if short else events
    began = time.monotonic()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="printhub-bench-", dir=folder)))
        known = conditions(scratch)
        for line in known.lines():
            click.echo(line)
        partner = stack.enter_context(Partner())
        site = Site(str(scratch / "site"), partner.url, postgresql.rstrip("/"), amqp, uuid4().hex[:12])
        table = Run(site, partner, events, short=short).measured(names, parts)
    click.echo("\n".join(["", *table.lines()]))
    if written is not None:
        document = {"events": events, "short": short, **known.document(), **table.document()}
        written.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    if not table.figures or (complete and table.skipped):
        raise click.ClickException("what was asked for was not measured, as the last lines say")
    click.echo(f"\neverything was delivered exactly once; this took {time.monotonic() - began:.0f} s")


class Run:
    """One run over contenders and parts."""

    def __init__(self, site: Site, partner: Partner, events: int, *, short: bool) -> None:
        """Measure at `site`; a short run looks at each thing a few times only."""
        self._site = site
        self._partner = partner
        self._events = events
        self._singles = min(events, 20 if short else 300)
        self._hanging = min(events, 40 if short else 400)
        self._idle_seconds = 2.0 if short else 10.0

    def measured(self, names: Sequence[str], parts: Sequence[str]) -> Table:
        """All that was asked for, one after the other: nothing is measured while something else is at work."""
        table = Table()
        for name in names:
            if reason := self._why_not(name):
                table.skipped[name] = reason
            else:
                self._measure(table, name, parts)
        for ours in DEPLOYMENTS:
            for theirs in PEERS:
                table.compare(ours, theirs, (*drain.COMPARED, *idle.COMPARED))
        return table

    def _why_not(self, name: str) -> str | None:
        try:
            return contender(name, self._site).why_not()
        except NotInstalled as error:
            return str(error)

    def _measure(self, table: Table, name: str, parts: Sequence[str]) -> None:
        who = contender(name, self._site)
        if "drain" in parts:
            drain.drain(table, who, self._site, self._partner, self._events)
            table.require(name, drain.NAMES)
        if "idle" in parts:
            idle.idle(table, who, self._partner, self._singles, self._idle_seconds)
            table.require(name, idle.NAMES)
        if name not in DEPLOYMENTS:
            return
        own = deployment(name, self._site)
        if "accepts" in parts:
            accepts.accepts(table, own, self._events)
            table.require(name, accepts.NAMES)
        if "door" in parts:
            door.door(table, own, self._events)
            table.require(name, door.NAMES)
        if "hang" in parts:
            hang.hang(table, own, self._partner, self._hanging)
            table.require(name, hang.NAMES)
        if "mail" in parts:
            mail.mail(table, own, 2 * self._events)
            table.require(name, mail.NAMES)
