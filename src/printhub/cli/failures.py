"""`printhub failures`: what failed for good, grouped by what the failures have in common."""

from uuid import UUID

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged
from printhub.cli.output import Cell, Output, moment, styled
from printhub.core.model.errors import NotFound
from printhub.core.store import failures as rows
from printhub.shapes.delivery import DeliveryLine
from printhub.shapes.failure import FailureShown, FileNotFetched


@click.group()
def failures() -> None:
    """List what failed for good, in groups."""


@failures.command("list")
@as_json
@click.pass_obj
def list_(launch: Launch, *, as_data: bool) -> None:
    """List groups of failures, the largest first.

    A group is what failed at one instance, in one verb, with the same words but for names and numbers. It leaves the
    list when its deliveries are retriggered, sent again or skipped, or when their jobs are cancelled. With --json:
    {"failures": [{"instance", "verb", "fingerprint", "count", "storefronts", "first", "last", "reason", "job",
    "delivery", "next"}]}.
    """
    with opened(launch) as hub:
        found = hub.store.read(rows.groups)
    out = Output()
    if as_data:
        out.json({"failures": [FailureShown.of(group) for group in found]})
        return
    for group in found:
        many = f"{group.count} x " if group.count > 1 else ""
        when = moment(group.last) if group.first == group.last else f"{moment(group.first)} to {moment(group.last)}"
        head = styled(f"{many}{group.verb} at {group.instance}", "bold red")
        out.line(head, f"  of {', '.join(group.storefronts)}, {when}  ", styled(group.fingerprint, "dim"))
        out.item("", f"{group.sample.reason} (such as job {group.job or group.sample.subject})", lead="    ")
        out.command(FailureShown.of(group).next, lead="    ")
    if not found:
        out.line("nothing has failed for good")


@failures.command("show")
@click.argument("fingerprint")
@paged
@as_json
@click.pass_obj
def show(launch: Launch, *, fingerprint: str, after: UUID | None, limit: int, as_data: bool) -> None:
    """List the deliveries of a group of failures, the newest first.

    FINGERPRINT is the last word of the group's first line. With --json: {"deliveries": […], "next": ID or null}.
    """
    with opened(launch) as hub:
        page = hub.store.read(lambda tx: rows.members(tx, fingerprint, after=after, limit=limit))
    if not page.items and after is None:
        raise NotFound(f"nothing that failed has the fingerprint {fingerprint}; `printhub failures list` shows them")
    out = Output()
    if as_data:
        out.json({"deliveries": [DeliveryLine.of(*item) for item in page.items], "next": page.after})
        return
    lines: list[list[Cell]] = [
        [str(d.id), d.instance, d.verb, d.storefront, number or d.subject, moment(d.since), d.reason]
        for d, number in page.items
    ]
    headings = ["delivery", "instance", "verb", "storefront", "job", "failed", "why"]
    out.listing(headings, lines, page.after, "there are no more")


@failures.command("files")
@paged
@as_json
@click.pass_obj
def files(launch: Launch, *, after: UUID | None, limit: int, as_data: bool) -> None:
    """List the files that could not be fetched, the newest first.

    A file leaves the list when it is fetched, or when another takes its place. With --json: {"files": [{"file", "job",
    "name", "part", "attempts", "reason"}], "next": ID or null}.
    """
    with opened(launch) as hub:
        page = hub.store.read(lambda tx: rows.files(tx, after=after, limit=limit))
    out = Output()
    if as_data:
        out.json({"files": [FileNotFetched.of(*item) for item in page.items], "next": page.after})
        return
    lines: list[list[Cell]] = [[str(file.id), number, file.name, file.reason] for file, number in page.items]
    out.listing(["file", "job", "name", "why"], lines, page.after, "every file was fetched")
    if page.items:
        out.line(styled("next: mend the cause, and fetch each anew; or have the storefront send it. The first:", "dim"))
        out.command(f'printhub files fetch {page.items[0][0].id} --why "…"', lead="    ")
