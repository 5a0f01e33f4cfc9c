"""`printhub check`: asks every partner whether address and credentials are right."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass

import click

from printhub.cli.exits import NO
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json
from printhub.cli.output import Cell, Output, styled
from printhub.core.flow.attempt import is_proof
from printhub.core.flow.dispatcher import Workbench
from printhub.core.hub import Hub
from printhub.core.model.errors import NotFound, not_configured
from printhub.core.model.reports import Outcome, Report

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """How one instance answered: `ok` is None where nothing was asked, because there is no check."""

    instance: str
    adapter: str
    mode: str
    ok: bool | None
    detail: str


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
        results = _all(hub, instance)
    good = all(result.ok is not False for result in results)
    out = Output()
    if as_data:
        out.json({"ok": good, "instances": [asdict(result) for result in results]})
    else:
        rows: list[list[Cell]] = [[r.instance, r.adapter, r.mode, _word(r), r.detail] for r in results]
        nothing = "there is no instance yet; write one under [instances.NAME] in printhub.toml"
        out.listing(["instance", "adapter", "mode", "answer", "why"], rows, None, nothing)
    ctx.exit(0 if good else NO)


def _all(hub: Hub, wanted: str | None) -> list[Checked]:
    sections = hub.settings.instances
    if wanted is not None and wanted not in sections:
        raise NotFound(not_configured("instance", wanted, sections))
    names = [wanted] if wanted is not None else list(sections)
    benches = {bench.instance.name: bench for bench in hub.benches}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda name: _one(hub, name, benches.get(name)), names))


def _one(hub: Hub, name: str, bench: Workbench | None) -> Checked:
    section = hub.settings.instances[name]
    if bench is None:
        return Checked(name, section.adapter, section.mode, ok=False, detail=section.set_aside or "")
    with closing(bench.caller()) as caller:
        answer = caller.check()
    ok = None if isinstance(answer, Report) and answer.outcome is Outcome.SKIPPED else is_proof(answer)
    return Checked(name, section.adapter, section.mode, ok=ok, detail=answer.detail)


def _word(result: Checked) -> Cell:
    match result.ok:
        case None:
            return "cannot say"
        case True:
            return styled("yes", "green")
        case False:
            return styled("no", "bold red")
