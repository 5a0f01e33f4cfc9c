"""The command `printhub demo`: sets the stage, has the play performed, and tells how it ended."""

import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from printhub.cli.demo import report, samples
from printhub.cli.demo.account import account_of, as_json
from printhub.cli.demo.ending import differences
from printhub.cli.demo.narrator import Narrator
from printhub.cli.demo.play import perform
from printhub.cli.demo.report import Verdict
from printhub.cli.demo.stage import CONFIG, Stage, Stuck
from printhub.cli.launch import Launch
from printhub.cli.opening import found_plugins
from printhub.cli.output import Output
from printhub.core.model.errors import ConfigInvalid, PrintHubError
from printhub.core.plugin.discovery import Plugins

ADAPTER = "mis_generic"


@click.command()
@click.option("--json", "as_data", is_flag=True, help="Print everything as one JSON document.")
@click.option("--keep", is_flag=True, help="Keep the demo's folder, to look at it with the other commands.")
@click.option("--expected", type=click.Path(exists=True, dir_okay=False, path_type=Path), hidden=True)
@click.pass_context
def demo(ctx: click.Context, *, as_data: bool, keep: bool, expected: Path | None) -> None:
    """Watch eight jobs go through a hub of their own.

    Starts a hub in a temporary folder with two simulated production systems (MIS), sends it orders with real PDF
    files, lets things go wrong, stops and starts it in the middle, and shows what came of each job. Takes about five
    seconds. Exits with 1 if a job does not end where it should.
    """
    plugins = found_plugins(ctx.ensure_object(Launch))
    _require_adapter(plugins)
    table = samples.expected(expected)
    out = Console(highlight=False)
    narrator = Narrator(None if as_data else out, Console(stderr=True))
    if not as_data:
        out.print(report.INTRODUCTION)
    folder = Path(tempfile.mkdtemp(prefix="printhub-demo-"))
    problem: str | None = None
    verdicts: list[Verdict] = []
    try:
        with _logged(folder), Stage.built(folder, plugins, narrator) as stage:
            try:
                perform(stage)
            except PrintHubError as error:
                problem = str(error)
            narrator.done()
            verdicts = list(_verdicts(stage, table))
            missing = ", ".join(sorted(table.jobs.keys() - {verdict.account.job.number for verdict in verdicts}))
            if missing and problem is None:
                problem = f"the hub does not know job {missing}"
    finally:
        narrator.done()
        if not keep:
            shutil.rmtree(folder)
    good = problem is None and not any(verdict.differences for verdict in verdicts)
    kept = folder if keep else None
    if as_data:
        Output().json(_document(narrator, verdicts, problem, kept))
    else:
        report.show(out, verdicts, narrator.began)
        _conclude(out, narrator, verdicts, problem, kept)
    if not good:
        ctx.exit(1)


def _require_adapter(plugins: Plugins) -> None:
    if ADAPTER in plugins.adapters:
        return
    reason = plugins.why_missing(ADAPTER)
    why = f"cannot be used ({reason})" if reason else "is not installed"
    text = f"the demo speaks to its MIS through the plugin printhub-mis-generic, which {why}"
    raise ConfigInvalid([f"{text}; install it with: pip install printhub-mis-generic"])


def _verdicts(stage: Stage, table: samples.Expected) -> Iterator[Verdict]:
    artwork = samples.artwork()
    for number, expected in table.jobs.items():
        try:
            account = account_of(stage, number)
        except Stuck:
            continue  # the play ended before this job's order came
        yield Verdict(account, expected, differences(account, expected, artwork))


def _document(
    narrator: Narrator, verdicts: Sequence[Verdict], problem: str | None, folder: Path | None
) -> dict[str, object]:
    return {
        "ok": problem is None and not any(verdict.differences for verdict in verdicts),
        "seconds": round(narrator.seconds, 3),
        "problem": problem,
        "folder": folder,
        "steps": [{"seconds": round(step.seconds, 3), "text": step.text} for step in narrator.steps],
        "jobs": [
            {
                **as_json(verdict.account, narrator.began),
                "expected": verdict.expected,
                "differences": verdict.differences,
            }
            for verdict in verdicts
        ],
    }


def _conclude(
    out: Console, narrator: Narrator, verdicts: Sequence[Verdict], problem: str | None, folder: Path | None
) -> None:
    wrong = [verdict for verdict in verdicts if verdict.differences]
    out.print()
    for verdict in wrong:
        for difference in verdict.differences:
            out.print(f"[red]Job {verdict.account.job.number}: {escape(difference)}.[/]")
    if problem:
        out.print(f"[red]The demo did not come to its end: {escape(problem)}.[/]")
    if not wrong and not problem:
        out.print(
            f"[green]All {len(verdicts)} jobs ended where they should, each with one ticket, "
            f"after {narrator.seconds:.1f} s.[/]"
        )
    if folder:
        out.print(f"\nThe folder is kept: {folder}", soft_wrap=True)
        out.print(f"Look into it: printhub --config {folder / CONFIG} jobs list", soft_wrap=True)
    else:
        out.print(
            "[dim]Next: `printhub demo --keep` leaves the folder for a closer look; `printhub init` begins your own.[/]"
        )


@contextmanager
def _logged(folder: Path) -> Iterator[None]:
    """What the hub logs goes into the folder, not between the lines of the play."""
    log = logging.getLogger("printhub")
    handler = logging.FileHandler(folder / "hub.log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    before = log.propagate
    log.addHandler(handler)
    log.propagate = False
    try:
        yield
    finally:
        log.propagate = before
        log.removeHandler(handler)
        handler.close()
