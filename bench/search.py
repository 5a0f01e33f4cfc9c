"""`make bench-search`: how fast jobs are found, events accepted, deliveries claimed, on a small and a large store."""

import json
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bench import rates, searches, shop
from bench.rates import Compared, Taken
from bench.searches import Measured
from printhub.core.hub import Hub
from printhub.core.store.finding import some_jobs
from printhub.core.store.opening import DATABASE
from printhub.core.store.plans import watched

LIMIT_MS = 150.0
"""What 95 of 100 searches have to keep within, at any size."""
SHARE = 0.2
"""By how much the rates may fall from the small store to the large one, by the processor's time."""
SMALL = 400
SLICES = 25


@click.command()
@click.option("--jobs", type=click.IntRange(100), default=1_000_000, show_default=True, help="Jobs in the store.")
@click.option(
    "--store", type=click.Path(path_type=Path, file_okay=False), help="The folder of a store to keep and reuse."
)
@click.option("--runs", type=click.IntRange(1), default=5, show_default=True, help="How often each search is run.")
@click.option("--plans", is_flag=True, help="Look at how the searches are carried out, not at how long they take.")
@click.option(
    "--json", "written", type=click.Path(path_type=Path), envvar="BENCH_JSON", help="Write the numbers there too."
)
def main(*, jobs: int, store: Path | None, runs: int, plans: bool, written: Path | None) -> None:
    """Measure, print a table, and exit with 1 where a limit is not kept."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="printhub-bench-")))
        shop.filled(store or scratch / "large", jobs, _Lines())
        large = shop.opened(store or scratch / "large")
        stack.callback(large.close)
        if plans:
            sys.exit(_check_plans(large))
        found = _measured(large, runs)
        shop.filled(scratch / "small", SMALL, _Lines())
        small = shop.opened(scratch / "small")
        stack.callback(small.close)
        speeds = {name: _compared(name, rate, small, large) for name, rate in _RATES.items()}
        kept = all(one.percentile(0.95) <= LIMIT_MS for one in found)
        kept = kept and all(speed["processor"].ratio >= 1 - SHARE for speed in speeds.values())
        if written is not None:
            written.write_text(json.dumps(_document(large, found, speeds), indent=2) + "\n", "utf-8")
    click.echo("every limit is kept" if kept else "some limits are not kept")
    sys.exit(0 if kept else 1)


def _measured(hub: Hub, runs: int) -> list[Measured]:
    starts = hub.store.read(lambda tx: some_jobs(tx, (0.9, 0.5, 0.1)))
    found = []
    click.echo(f"{'search':52} {'found':>5} {'p50 ms':>8} {'p95 ms':>8} {'busy p95':>9}")
    for name, wanted in searches.cases(hub):
        one = searches.measure(hub, name, wanted, runs=runs, starts=starts)
        found.append(one)
        p95 = one.percentile(0.95)
        mark = "" if p95 <= LIMIT_MS else f"  over {LIMIT_MS:.0f}"
        click.echo(
            f"{name:52} {one.found:5} {one.percentile(0.5):8.1f} {p95:8.1f} {one.busy_percentile(0.95):9.1f}{mark}"
        )
    return found


def _compared(name: str, rate: Callable[[Hub], Taken], small: Hub, large: Hub) -> dict[str, Compared]:
    found = rates.compared(rate, small, large, SLICES)
    for by, one in found.items():
        mark = f"  limit {1 - SHARE:.2f}" if by == "processor" else ""
        line = f"{name} a second of the {by}: {one.small:.0f} small, {one.large:.0f} large, ratio {one.ratio:.2f}"
        click.echo(line + mark)
    return found


_RATES: dict[str, Callable[[Hub], Taken]] = {"events accepted": rates.accepted, "deliveries claimed": rates.claimed}


def _check_plans(hub: Hub) -> int:
    with watched() as seen:
        for name, wanted in searches.cases(hub):
            searches.measure(hub, name, wanted, runs=1, starts=[])
        for rate in _RATES.values():
            rate(hub)
    found = seen.scans(hub.data / DATABASE)
    for scan in found:
        click.echo(f"reads a whole table: {scan}")
    click.echo(f"{len(seen.statements)} statements, {len(found)} of them read a whole table")
    return 1 if found else 0


def _document(hub: Hub, found: list[Measured], speeds: dict[str, dict[str, Compared]]) -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "bytes": (hub.data / DATABASE).stat().st_size,
        "limit_ms": LIMIT_MS,
        "searches": [
            {
                "name": one.name,
                "found": one.found,
                "p50_ms": round(one.percentile(0.5), 2),
                "p95_ms": round(one.percentile(0.95), 2),
                "busy_p95_ms": round(one.busy_percentile(0.95), 2),
                "kept": one.percentile(0.95) <= LIMIT_MS,
            }
            for one in found
        ],
        "rates": {name: {by: asdict(one) for by, one in speed.items()} for name, speed in speeds.items()},
    }


class _Lines:
    """How far the filling of a store is, in a few lines on standard error."""

    def __init__(self) -> None:
        self._last = ("", -1)

    def __call__(self, what: str, done: int, wanted: int) -> None:
        now = (what, done * 20 // wanted)
        if now != self._last:
            self._last = now
            click.echo(f"{what}: {min(done, wanted)} of {wanted}", err=True)


if __name__ == "__main__":
    main()
