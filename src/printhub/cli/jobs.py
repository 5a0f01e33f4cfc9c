"""`printhub jobs`: find jobs, and see all about one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import click

from printhub.cli.explain import explain
from printhub.cli.job_filter import OPTIONS, STATUSES, hints, job_filter, wanted_jobs
from printhub.cli.job_view import JobView, status_words
from printhub.cli.launch import Launch
from printhub.cli.names import Words, require_known
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged, why
from printhub.cli.output import Cell, Output, clean, moment, styled
from printhub.cli.output import why as why_of
from printhub.core.flow.explain.obstacles import in_the_way
from printhub.core.flow.explain.report import report_on
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.statuses import JobStatus
from printhub.core.notifications.subject import called
from printhub.core.store import finding
from printhub.core.store.finding import JobFound
from printhub.core.store.search import Page
from printhub.core.store.store import Tx
from printhub.core.store.wanted import JobFilter
from printhub.shapes.job import JobFoundLine, JobLine, JobShown


@click.group()
def jobs() -> None:
    """List jobs, show all about one, or explain it."""


@jobs.command("list")
@job_filter
@paged
@as_json
@click.pass_obj
def list_(launch: Launch, /, *, after: UUID | None, limit: int, as_data: bool, **options: Any) -> None:
    """List jobs, the newest first: those for which all that is said holds.

    Options that may be given several times take any of their values. Cancelled jobs and those of deleted orders are
    left out unless asked for; when that hides any it is said. An empty answer says how many jobs each option hides.
    Dates are in the time zone of the storefront, in UTC where several with different ones are meant.

    With --json: {"jobs": […], "next": ID or null, "hidden": {OPTION: COUNT, …}}; `next` is what --after takes for the
    following page; a count of 1001 means more than 1000.
    """
    with opened(launch) as hub:
        wanted = wanted_jobs(hub.settings, launch.now(), options)
        require_known(hub, instances=wanted.instances, storefronts=wanted.storefronts)
        page, hides = hub.store.read(lambda tx: _listed(tx, wanted, after, limit))
    out = Output()
    if as_data:
        lines = [JobFoundLine.of_found(found) for found in page.items]
        out.json({"jobs": lines, "next": page.after, "hidden": {OPTIONS[name]: count for name, count in hides.items()}})
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
    for hint in hints(hides, empty=not page.items):
        out.line(styled(hint, "dim"))


def _listed(tx: Tx, wanted: JobFilter, after: UUID | None, limit: int) -> tuple[Page[JobFound], Mapping[str, int]]:
    page = finding.jobs(tx, wanted, after=after, limit=limit)
    return page, finding.hidden(tx, wanted, empty=not page.items) if after is None else {}


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
        out.json(JobShown.of_report(report, in_the_way(report)))
    else:
        JobView(report, out).show()


@jobs.command("status")
@click.argument("job")
@click.argument("status", type=Words(JobStatus, "status"))
@click.option("--label", help="What a custom status is called.")
@why
@as_json
@click.pass_obj
def status(launch: Launch, *, job: str, status: str, label: str | None, why: str, as_data: bool) -> None:
    """Set the STATUS of JOB, such as Printed or InPacking, that somebody saw come true.

    One of production or fulfilment, or CustomStatus or CustomStatusHidden with a --label. With --json: the job as
    `jobs list` shows it.
    """
    with opened(launch) as hub:
        hub.acts.jobs.set_status(job, STATUSES[status], label, by=launch.operator, why=why)
        report = hub.store.read(lambda tx: report_on(tx, hub.rules, job))
    out, order = Output(), report.dossier.order
    if as_data:
        out.json(JobLine.of(report.dossier.job, order.number if order else None))
    else:
        out.line(styled(f"job {report.dossier.job.number}", "bold"), f" is {status_words(report.dossier.job)}")


jobs.add_command(explain)


def _shown(found: JobFound) -> Cell:
    flags = [("BLOCKED", found.job.blocked), ("CANCELLED", found.job.cancelled)]
    text = clean(status_words(found.job))
    for word, holds in flags:
        text += styled(f" {word}", "bold red") if holds else ""
    return text


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
    reason = f": {why_of(first)}" if why_of(first) else ""
    return f"{called(first)} {first.state}{reason}{f' (and {more} more)' if more else ''}"
