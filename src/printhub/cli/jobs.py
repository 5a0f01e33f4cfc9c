"""`printhub jobs`: find jobs, and see all about one."""

from typing import Any
from uuid import UUID

import click

from printhub.cli.documents import job_document, job_line
from printhub.cli.explain import explain
from printhub.cli.job_view import JobView, status_words
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged
from printhub.cli.output import Cell, Output, clean, moment, styled, why
from printhub.core.flow.explain.report import report_on
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.statuses import JobStatus
from printhub.core.store import search
from printhub.core.store.search import JobFilter, JobFound

_STATUSES = {str(status).lower(): status for status in JobStatus}


@click.group()
def jobs() -> None:
    """List jobs, show all about one, or explain it."""


@jobs.command("list")
@click.option("--status", metavar="STATUS", help="Those whose current status this is, such as MisFailed.")
@click.option("--state", type=click.Choice(list(map(str, DeliveryState))), help="Those with a delivery in this state.")
@click.option("--failed", is_flag=True, help="Those with a failed delivery: the same as --state failed.")
@click.option("--blocked", is_flag=True, help="Those that are blocked.")
@click.option("--storefront", help="Those of one storefront.")
@click.option("--order", help="Those of one order.")
@paged
@as_json
@click.pass_obj
def list_(launch: Launch, /, *, after: UUID | None, limit: int, as_data: bool, **wanted: Any) -> None:
    """List jobs, the newest first.

    With --json: {"jobs": […], "next": ID or null}; `next` is what --after takes for the following page.
    """
    chosen = _filter(**wanted)
    with opened(launch) as hub:
        page = hub.store.read(lambda tx: search.jobs(tx, chosen, after=after, limit=limit))
    out = Output()
    if as_data:
        lines = [job_line(found.job, found.order) | {"waits": _waits(found)} for found in page.items]
        out.json({"jobs": lines, "next": page.after})
        return
    rows: list[list[Cell]] = [
        [
            found.job.number,
            found.order or "-",
            found.job.storefront,
            _shown(found),
            moment(found.job.created_at),
            _why(found),
        ]
        for found in page.items
    ]
    out.listing(
        ["job", "order", "storefront", "status", "known since", "waits for"], rows, page.after, "no job matches"
    )


@jobs.command("show")
@click.argument("job")
@as_json
@click.pass_obj
def show(launch: Launch, *, job: str, as_data: bool) -> None:
    """Show all about JOB: its number, or storefront/number where two storefronts use the same.

    What it is, where it stands, what is in the way and who can lift it, its deliveries with every attempt, its
    history, its files; no personal data. --json has the same as one object: the facts of `jobs list`, and
    `in_the_way`, `deliveries`, `history`, `files`.
    """
    with opened(launch) as hub:
        report = hub.store.read(lambda tx: report_on(tx, hub.rules, job))
    out = Output()
    if as_data:
        out.json(job_document(report))
    else:
        JobView(report, out).show()


jobs.add_command(explain)


def _filter(*, status: str | None, state: str | None, failed: bool, **rest: Any) -> JobFilter:
    if failed and state not in (None, "failed"):
        raise click.UsageError("--failed is --state failed; give one of them")
    word = "failed" if failed else state
    return JobFilter(status=_status(status), state=DeliveryState(word) if word else None, **rest)


def _status(text: str | None) -> JobStatus | None:
    if text is None:
        return None
    if text.lower() not in _STATUSES:
        raise click.BadParameter(f"{text!r} is no status; `MisFailed` is one", param_hint="--status")
    return _STATUSES[text.lower()]


def _shown(found: JobFound) -> Cell:
    flags = [("BLOCKED", found.job.blocked), ("CANCELLED", found.job.cancelled)]
    text = clean(status_words(found.job))
    for word, holds in flags:
        text += styled(f" {word}", "bold red") if holds else ""
    return text


def _waits(found: JobFound) -> list[str]:
    return [f"{d.verb} at {d.instance}: {d.state}" for d in found.deliveries if not d.state.is_end] + [
        f"{d.verb} at {d.instance}: failed" for d in found.deliveries if d.state is DeliveryState.FAILED
    ]


def _why(found: JobFound) -> str:
    """The first thing that somebody has to look after; a failure before what only waits for it."""
    open_ = [
        d
        for d in found.deliveries
        if d.state is DeliveryState.FAILED or not d.state.is_end or d.overdue_since is not None
    ]
    open_.sort(key=lambda d: (d.state is DeliveryState.HELD, d.seq))
    if not open_:
        return "" if found.deliveries else "nothing planned"
    first, more = open_[0], len(open_) - 1
    reason = f": {why(first)}" if why(first) else ""
    return f"{first.verb} {first.state}{reason}{f' (and {more} more)' if more else ''}"
