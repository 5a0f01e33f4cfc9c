"""`printhub callbacks`: what partners said by themselves, as it came."""

from uuid import UUID

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged
from printhub.cli.output import Cell, Output, moment, state
from printhub.core.model.errors import NotFound
from printhub.core.store import callbacks as rows
from printhub.core.store import events
from printhub.core.store.callbacks import Callback
from printhub.core.store.store import Tx
from printhub.shapes.callback import CallbackEvents, CallbackShown


@click.group()
def callbacks() -> None:
    """List callbacks of partners, or show one as it came."""


@callbacks.command("list")
@click.option("--instance", metavar="NAME", help="Those of one instance.")
@click.option("--waiting", is_flag=True, help="Those whose words are still to be taken in.")
@paged
@as_json
@click.pass_obj
def list_(
    launch: Launch, *, instance: str | None, waiting: bool, after: UUID | None, limit: int, as_data: bool
) -> None:
    """List callbacks, the newest first; bodies are not shown.

    Here are those that proved where they come from and could be read. One that could not be read is among `printhub
    events list --refused`; what was said of something that nobody knows yet, among `--unattributed`. With --json:
    {"callbacks": […], "next": ID or null}; `next` is what --after takes for the following page.
    """
    with opened(launch) as hub:
        page = hub.store.read(lambda tx: rows.listed(tx, instance=instance, waiting=waiting, after=after, limit=limit))
    out = Output()
    if as_data:
        out.json({"callbacks": [CallbackShown.of(one) for one in page.items], "next": page.after})
        return
    head = ["received", "state", "instance", "purpose", "said", "times", "callback"]
    lines: list[list[Cell]] = []
    for one in page.items:
        counts = [str(one.signals), str(one.times)]
        lines.append([moment(one.received_at), _state(one), one.instance, one.purpose or "-", *counts, str(one.id)])
    out.listing(head, lines, page.after, "no callback matches")


@callbacks.command("show")
@click.argument("callback", type=click.UUID)
@click.option("--body", is_flag=True, help="Write the body as it came, and nothing else. It may hold personal data.")
@as_json
@click.pass_obj
def show(launch: Launch, *, callback: UUID, body: bool, as_data: bool) -> None:
    """Show one CALLBACK by its id, and the events that came of it.

    With --json: what `list` shows of it, and "events": their ids.
    """

    def read(tx: Tx) -> tuple[Callback, list[UUID], bytes | None]:
        found = rows.get(tx, callback)
        if found is None:
            raise NotFound(f"there is no callback {callback}; `printhub callbacks list` shows those that there are")
        return found, rows.events_of(tx, callback), events.body(tx, found.payload_id) if body else None

    with opened(launch) as hub:
        found, came, said = hub.store.read(read)
    if body:
        if said is None:
            raise NotFound(f"what callback {callback} said was erased")
        click.echo(said, nl=False)
        return
    out = Output()
    if as_data:
        out.json(CallbackEvents.with_events(found, came))
        return
    out.line(_state(found))
    again = [("last time", moment(found.again_at))] if found.again_at else []
    taken = [("taken in", moment(found.taken_at))] if found.taken_at else []
    out.pairs(
        [
            ("instance", found.instance),
            ("purpose", found.purpose or "-"),
            ("received", moment(found.received_at)),
            ("times", str(found.times)),
            *again,
            *taken,
            ("said", f"{found.signals} signals"),
            *(("event", str(id_)) for id_ in came),
        ]
    )


def _state(found: Callback) -> Cell:
    return state("taken" if found.taken_at else "waiting")
