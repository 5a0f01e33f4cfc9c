"""`printhub events`: what was stated, what waits, and what was refused."""

from uuid import UUID

import click

from printhub.cli.documents import event_line, refusal_line
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged
from printhub.cli.output import Cell, Output, moment, state
from printhub.core.hub import Hub
from printhub.core.store import search
from printhub.core.store.events import EventState

_KINDS = {
    "refused": "What was refused, and why.",
    str(EventState.EARLY): "Those about an order or job that is not known yet.",
    str(EventState.UNKNOWN): "Those of a type that the hub does not know.",
    str(EventState.UNATTRIBUTED): "What partners said of something that no reference leads to yet.",
}


@click.group()
def events() -> None:
    """List events, and what was refused."""


@events.command("list")
@click.option("--refused", "kind", flag_value="refused", help=_KINDS["refused"])
@click.option("--early", "kind", flag_value="early", help=_KINDS["early"])
@click.option("--unknown", "kind", flag_value="unknown", help=_KINDS["unknown"])
@click.option("--unattributed", "kind", flag_value="unattributed", help=_KINDS["unattributed"])
@paged
@as_json
@click.pass_obj
def list_(launch: Launch, *, kind: str | None, after: UUID | None, limit: int, as_data: bool) -> None:
    """List events, the newest first: all that were recorded, or of one sort. Bodies are not shown.

    With --json: {"events": […], "next": ID or null}; `next` is what --after takes for the following page.
    """
    out = Output()
    with opened(launch) as hub:
        if kind == "refused":
            _refused(hub, out, after, limit, as_data=as_data)
        else:
            _recorded(hub, out, EventState(kind) if kind else None, after, limit, as_data=as_data)


def _refused(hub: Hub, out: Output, after: UUID | None, limit: int, *, as_data: bool) -> None:
    page = hub.store.read(lambda tx: search.refused(tx, after=after, limit=limit))
    if as_data:
        out.json({"events": [refusal_line(item) for item in page.items], "next": page.after})
        return
    rows: list[list[Cell]] = [
        [moment(item.received_at), item.code, item.source_id or "-", item.source or "-", item.reason]
        for item in page.items
    ]
    out.listing(["received", "code", "event", "source", "why"], rows, page.after, "nothing was refused")


def _recorded(
    hub: Hub, out: Output, wanted: EventState | None, after: UUID | None, limit: int, *, as_data: bool
) -> None:
    page = hub.store.read(lambda tx: search.events(tx, state=wanted, after=after, limit=limit))
    if as_data:
        out.json({"events": [event_line(item) for item in page.items], "next": page.after})
        return
    rows: list[list[Cell]] = []
    for item in page.items:
        waits = f"waits for {item.waits_for}; " if item.waits_for else ""
        note = f"{waits}{item.source_id} from {item.source}"
        rows.append([moment(item.received_at), state(item.state), item.type, item.subject or "-", note])
    out.listing(["received", "state", "type", "subject", "event"], rows, page.after, "no event matches")
