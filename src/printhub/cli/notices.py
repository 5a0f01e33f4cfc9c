"""`printhub notices`: what people of the print shop were told."""

from uuid import UUID

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged
from printhub.cli.output import Cell, Output, moment
from printhub.core.flow.notices import listed
from printhub.shapes.event import NoticeShown


@click.group()
def notices() -> None:
    """List what staff were told."""


@notices.command("list")
@paged
@as_json
@click.pass_obj
def list_(launch: Launch, *, after: UUID | None, limit: int, as_data: bool) -> None:
    """List the notices to staff, the newest first.

    Each is said once and stays; what still waits for somebody is in `printhub overview`. With --json: {"notices":
    [{"id", "at", "matter", "text", "job", "instance", "storefront"}], "next": ID or null}.
    """
    with opened(launch) as hub:
        page = hub.store.read(lambda tx: listed(tx, after=after, limit=limit))
    out = Output()
    if as_data:
        out.json({"notices": [NoticeShown.of(*item) for item in page.items], "next": page.after})
        return
    rows: list[list[Cell]] = [
        [
            moment(record.received_at),
            notice.matter if notice else "",
            (notice.job if notice else record.subject) or "-",
            (notice.instance if notice else None) or "-",
            notice.text if notice else "(erased)",
        ]
        for record, notice in page.items
    ]
    out.listing(["told", "matter", "job", "instance", "notice"], rows, page.after, "staff were told nothing yet")
