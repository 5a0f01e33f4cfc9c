"""`printhub notices`: what people of the print shop were told."""

from uuid import UUID

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged
from printhub.cli.output import Cell, Output, moment
from printhub.core.model.envelope import read_event
from printhub.core.model.events.partner import StaffNotice
from printhub.core.store import events, search
from printhub.core.store.events import EventRecord
from printhub.core.store.search import Page
from printhub.core.store.store import Tx
from printhub.shapes.event import NoticeShown

Told = tuple[EventRecord, StaffNotice | None]
"""A notice with its record; None where its text was erased."""


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

    def read(tx: Tx) -> Page[Told]:
        page = search.by_type(tx, StaffNotice.type, after=after, limit=limit)
        return Page(tuple((record, _notice(tx, record)) for record in page.items), page.after)

    with opened(launch) as hub:
        page = hub.store.read(read)
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


def _notice(tx: Tx, record: EventRecord) -> StaffNotice | None:
    body = events.body(tx, record.payload_id) if record.payload_id else None
    return StaffNotice.model_validate(read_event(body).data) if body else None
