"""`python -m chaos`: run the kill suite and judge what is left. Exits with 1 on any violation."""

import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from chaos import evidence, report
from chaos.campaign import Campaign, Pace, Say
from chaos.checks import Violation, violations
from chaos.deployment import Deployment, embedded, own_services, scaled, why_not_scaled
from chaos.partners import Partners
from chaos.shop import ASSETS_LAST, INSTANCES, ROUTES

KILLS, RESTARTS = 300, 20
"""What a whole run comes to at the least, in each deployment; only the scaled one has services to restart."""


@click.command()
@click.option("--short", is_flag=True, help="Every failpoint once, in one process on SQLite.")
@click.option("--kills", default=KILLS, show_default=True, help="Go on until so many processes were killed.")
@click.option("--only", type=click.Choice(["embedded", "scaled"]), help="One way to run the hub; both if left out.")
@click.option("--seed", type=int, help="Repeat a run's orders and order of faults; its moments are new each time.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep stores, journals and logs in this folder.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
def main(short: bool, kills: int, only: str | None, seed: int | None, keep: Path | None, as_json: bool) -> None:
    """Kill a hub again and again while orders come in, and check that nothing was lost and nothing done twice."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before its time"))  # and all that it started with it
    seed = int(datetime.now(UTC).timestamp()) if seed is None else seed
    click.echo(f"seed {seed}", err=True)
    reports = []
    wanted = ["embedded"] if short else [only] if only else ["embedded", "scaled"]
    for name in wanted:
        why = why_not_scaled() if name == "scaled" else None
        if why:
            click.echo(f"scaled: skipped, because {why}", err=True)
            continue
        with _folder(keep, name) as folder:
            reports.append(_run(name, folder, seed, kills=0 if short else kills))
    if as_json:
        click.echo(report.dumped(reports))
    else:
        for said in reports:
            click.echo(report.as_text(said))
    sys.exit(any(said["violations"] for said in reports))


def _run(name: str, folder: Path, seed: int, *, kills: int) -> dict[str, Any]:
    pace = Pace(seed, began=datetime.now(UTC) - timedelta(days=1), short=not kills)
    setting = {"effects": INSTANCES, "routes": ROUTES, "assets_last": ASSETS_LAST}
    (folder / evidence.SETTING).write_text(json.dumps(setting), encoding="utf-8")
    partners = Partners(seed, folder)
    try:
        with _deployed(name, folder, partners.urls) as deployment:
            campaign = Campaign(deployment, partners, pace, _saying())
            try:
                campaign.run(kills, RESTARTS if deployment.services else 0)
                left = campaign.settle()
            finally:
                campaign.stop()
            troubles = partners.ask("dump", to=str(folder))["troubles"]
            gathered = evidence.gathered(folder, deployment.store)
    finally:
        partners.close()
    found = violations(gathered)
    if left:
        found.append(Violation("everything has a reason", "the hub", f"it did not come to rest: {left}"))
    found += [Violation(report.EVERY_FAILPOINT, point, "nothing ever died there") for point in campaign.never_reached()]
    return report.as_json(name, gathered, found, troubles)


def _saying() -> Say:
    began = time.monotonic()
    return lambda line: click.echo(f"{time.monotonic() - began:6.0f} s  {line}", err=True)


@contextmanager
def _deployed(name: str, folder: Path, urls: dict[str, str]) -> Iterator[Deployment]:
    if name == "embedded":
        yield embedded(folder, urls)
        return
    with own_services() as services:
        yield scaled(folder, urls, services)


@contextmanager
def _folder(keep: Path | None, name: str) -> Iterator[Path]:
    if keep is not None:
        folder = keep.resolve() / name
        folder.mkdir(parents=True)  # one that is there holds the store of another run
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix=f"chaos-{name}-") as made:
        yield Path(made)


if __name__ == "__main__":
    main()
