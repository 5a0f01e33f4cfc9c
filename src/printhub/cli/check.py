"""`printhub check`: asks every partner whether address and credentials are right."""

from dataclasses import asdict

import click

from printhub.cli.exits import NO
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json
from printhub.cli.output import Cell, Output, styled
from printhub.core.flow.checks import Checked


@click.command()
@click.argument("instance", required=False)
@as_json
@click.pass_context
def check(ctx: click.Context, *, instance: str | None, as_data: bool) -> None:
    """Ask partners whether addresses and credentials are right.

    Asks all of them, or INSTANCE alone; changes nothing. Exits with 1 when one of them says no. With --json:
    {"ok", "instances": [{"instance", "adapter", "mode", "ok", "detail"}]}; `ok` is null where there is no check.
    """
    with opened(ctx.ensure_object(Launch), store=False) as hub:
        results = hub.checks.check(instance)
    good = all(result.ok is not False for result in results)
    out = Output()
    if as_data:
        out.json({"ok": good, "instances": [asdict(result) for result in results]})
    else:
        rows: list[list[Cell]] = [[r.instance, r.adapter, r.mode, _word(r), r.detail] for r in results]
        nothing = "there is no instance yet; write one under [instances.NAME] in printhub.toml"
        out.listing(["instance", "adapter", "mode", "answer", "why"], rows, None, nothing)
    ctx.exit(0 if good else NO)


def _word(result: Checked) -> Cell:
    match result.ok:
        case None:
            return "cannot say"
        case True:
            return styled("yes", "green")
        case False:
            return styled("no", "bold red")
