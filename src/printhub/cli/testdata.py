"""`printhub testdata`: the test orders of a storefront, and how to be rid of them."""

import sys
from pathlib import Path

import click

from printhub.cli.exits import NO
from printhub.cli.launch import Launch
from printhub.cli.meter import metered
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.output import Output, styled


@click.group()
def testdata() -> None:
    """Remove the test orders of a storefront for good."""


@testdata.command("clear")
@click.argument("storefront")
@click.option(
    "--export",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where what is removed is written.  [default: beside the store]",
)
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can answer.")
@why
@as_json
@click.pass_context
def clear(ctx: click.Context, *, storefront: str, export: Path | None, yes: bool, why: str, as_data: bool) -> None:
    """Remove the test orders and test jobs of STOREFRONT with all that belongs to them.

    It cannot be undone. Everything goes into the export before it goes: one JSON object a line, personal data too.
    Live orders and jobs stay, and so do the acts. The hub may run; a job that is being called about is left, and the
    command exits with 1. Afterwards the same events may be stated again, and count as new. With --json: {"storefront",
    "orders", "jobs", "events", "left", "export"}.
    """
    launch = ctx.ensure_object(Launch)
    with opened(launch) as hub:
        orders, jobs = hub.testdata.count(storefront)
        if not yes:
            _ask(storefront, orders, jobs)
        if export is not None and not export.absolute().parent.is_dir():
            raise click.BadParameter(f"there is no folder {export.absolute().parent}", param_hint="--export")
        place = export or hub.data / f"testdata-{storefront}-{launch.now():%Y%m%dT%H%M%SZ}.jsonl"
        with metered() as meter:
            done = hub.testdata.clear(storefront, place, by=launch.operator, why=why, progress=meter.tell)
    out = Output()
    if as_data:
        counts = {"orders": done.orders, "jobs": done.jobs, "events": done.events}
        out.json({"storefront": storefront, **counts, "left": done.busy, "export": done.export})
    else:
        out.line(styled(f"removed from {storefront}", "bold"), f": orders {done.orders}, jobs {done.jobs}")
        out.line(f"exported to {done.export}, which may hold personal data")
        for number in done.busy:
            out.item(styled("left", "yellow"), f"job {number}: it is being worked on; clear again", lead="")
    ctx.exit(NO if done.busy else 0)


def _ask(storefront: str, orders: int, jobs: int) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here: say --yes to remove the test data for good")
    click.echo(f"This removes {orders} test orders and {jobs} test jobs of {storefront} for good.", err=True)
    if click.prompt("Type the name of the storefront to go on", err=True) != storefront:
        raise click.UsageError("that is not its name; nothing was removed")
