"""`printhub overview`: the daily look in one screen."""

import click

from printhub.cli.exits import NO
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json
from printhub.cli.output import Cell, Output, span, styled
from printhub.core.flow.explain.overview import Heap, Overview, Standing
from printhub.core.flow.explain.overview import overview as looked
from printhub.shapes.overview import OverviewShown


@click.command()
@click.option("--check", is_flag=True, help="Exit with 1 when anything needs a person, for monitoring.")
@as_json
@click.pass_context
def overview(ctx: click.Context, *, check: bool, as_data: bool) -> None:
    """Look at everything that may need somebody.

    Whether a hub serves, which instances have trouble, and how much waits, each with the command that lists it. Exits
    with 0 whatever there is, unless --check is given. With --json: {"needs_person", "served", "workers", "instances":
    [{"name", "ready", "oldest", "retrying", "trouble", "needs_person"}], "waiting": [{"what", "count", "words",
    "command", "needs_person"}]}; all sorts are listed there, those of which there are none too.
    """
    with opened(ctx.ensure_object(Launch)) as hub:
        found = hub.store.read(lambda tx: looked(tx, hub.rules))
    out = Output()
    if as_data:
        out.json(OverviewShown.of(found))
    else:
        _show(out, found)
    ctx.exit(NO if check and found.needs_person else 0)


def _show(out: Output, found: Overview) -> None:
    if found.workers:
        where = ", ".join(f"{worker.host} (process {worker.pid})" for worker in found.workers)
        out.line(styled("A hub serves this store", "green"), f": {where}")
    else:
        out.line(styled("No hub serves this store", "bold red"), ": nothing goes until `printhub serve` runs")
    out.line()
    rows: list[list[Cell]] = [_instance(found, standing) for standing in found.instances]
    out.listing(["instance", "ready", "oldest", "retrying", "trouble"], rows, None, "there is no instance yet")
    out.line()
    heaps = [heap for heap in found.heaps if heap.count]
    if not heaps:
        out.line("Nothing waits for anybody.")
    for heap in heaps:
        out.line(styled(_count(heap).rjust(6), "bold red" if heap.needs_person else "bold"), f"  {heap.words}")
        out.item("", styled(heap.command, "cyan"), lead=" " * 8)


def _instance(found: Overview, standing: Standing) -> list[Cell]:
    waited = span(round((found.now - standing.oldest).total_seconds())) if standing.oldest else ""
    trouble = styled("; ".join(standing.trouble), "bold red" if standing.needs_person else "yellow")
    again = styled(str(standing.retrying), "yellow" if standing.retrying else "")
    return [standing.name, str(standing.ready), waited, again, trouble]


def _count(heap: Heap) -> str:
    return str(heap.count) if heap.is_counted_out else f"{heap.count}+"
