"""`printhub events`: what was stated, what waits, what was refused, and one of them in full."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged, why
from printhub.cli.output import Cell, Output, moment, state, styled
from printhub.core.flow.explain.steps import EVENTS, REFUSED
from printhub.core.flow.inputs import Inputs, find_inputs
from printhub.core.flow.receipts import HUB_FAULT
from printhub.core.hub import Hub
from printhub.core.model.errors import NotFound
from printhub.core.store import events as rows
from printhub.core.store import search
from printhub.core.store.events import EventRecord, EventState, Refusal
from printhub.shapes.event import EventShown, RefusalShown


@click.group()
def events() -> None:
    """List events, show one, or apply one again."""


@events.command("list")
@click.option("--refused", is_flag=True, help="What was refused, and why.")
@click.option("--early", is_flag=True, help="Those about an order or job that is not known yet.")
@click.option("--unknown", is_flag=True, help="Those of a type that the hub does not know.")
@click.option("--unattributed", is_flag=True, help="What partners said of something that no reference leads to yet.")
@paged
@as_json
@click.pass_obj
def list_(launch: Launch, /, *, after: UUID | None, limit: int, as_data: bool, **sorts: bool) -> None:
    """List events, the newest first: all that were recorded, or of one sort. Bodies are not shown.

    With --json: {"events": […], "next": ID or null}; `next` is what --after takes for the following page.
    """
    wanted = [name for name, given in sorts.items() if given]
    if len(wanted) > 1:
        raise click.UsageError(f"these are lists of their own: say one of {', '.join(f'--{name}' for name in wanted)}")
    sort = wanted[0] if wanted else None
    out = Output()
    with opened(launch) as hub:
        if sort == REFUSED:
            any_ = _refused(hub, out, after, limit, as_data=as_data)
        else:
            any_ = _recorded(hub, out, EventState(sort) if sort else None, after, limit, as_data=as_data)
    if any_ and sort is not None and not as_data:
        out.line(styled(f"next: {EVENTS[sort]}", "dim"))


@events.command("show")
@click.argument("event")
@click.option("--body", is_flag=True, help="Write the body as it came, and nothing else. It may hold personal data.")
@as_json
@click.pass_obj
def show(launch: Launch, *, event: str, body: bool, as_data: bool) -> None:
    """Show one EVENT, recorded or refused: its id as the sender gave it, or the hub's own.

    With --body it comes out as it came in, so that it can be mended and stated again: `printhub events show e1 --body
    | printhub emit -`. With --json: {"recorded": […], "refused": […]}, each with its next step.
    """
    out = Output()
    with opened(launch) as hub:
        found = hub.store.read(lambda tx: find_inputs(tx, hub.rules, event))
        if body:
            click.echo(_body(hub, event, found), nl=False)
            return
    if as_data:
        recorded = [dict(EventShown.of(one)) | {"next_step": _step(one)} for one in found.recorded]
        out.json({"recorded": recorded, "refused": [_refusal_document(one) for one in found.refused]})
        return
    for one in found.recorded:
        _show(out, one.state, _facts(one), _step(one))
    for refusal in found.refused:
        _show(out, REFUSED, _refusal_facts(refusal), _refusal_step(refusal))


@events.command("retry")
@click.argument("event")
@why
@as_json
@click.pass_obj
def retry(launch: Launch, *, event: str, why: str, as_data: bool) -> None:
    """Apply an EVENT again that did nothing: of a type that is known since an upgrade, or met with a fault.

    It changes what it would have changed when it came; facts that were stated later still win. What was refused for a
    fault of its own has to be stated again. With --json: {"event", "state"}.
    """
    with opened(launch) as hub:
        became = hub.acts.events.retry(event, by=launch.operator, why=why)
    out = Output()
    if as_data:
        out.json({"event": event, "state": became})
    else:
        out.line(styled(f"event {event}", "bold"), " is ", state(became), " now")


def _refused(hub: Hub, out: Output, after: UUID | None, limit: int, *, as_data: bool) -> bool:
    page = hub.store.read(lambda tx: search.refused(tx, after=after, limit=limit))
    if as_data:
        out.json({"events": [RefusalShown.of(item) for item in page.items], "next": page.after})
        return bool(page.items)
    lines: list[list[Cell]] = [
        [moment(item.received_at), item.code, item.source_id or str(item.id), item.source or "-", item.reason]
        for item in page.items
    ]
    out.listing(["received", "code", "event", "source", "why"], lines, page.after, "nothing was refused")
    return bool(page.items)


def _recorded(
    hub: Hub, out: Output, wanted: EventState | None, after: UUID | None, limit: int, *, as_data: bool
) -> bool:
    page = hub.store.read(lambda tx: search.events(tx, state=wanted, after=after, limit=limit))
    if as_data:
        out.json({"events": [EventShown.of(item) for item in page.items], "next": page.after})
        return bool(page.items)
    lines: list[list[Cell]] = []
    for item in page.items:
        waits = f"waits for {item.waits_for}; " if item.waits_for else ""
        note = f"{waits}{item.source_id} from {item.source}"
        lines.append([moment(item.received_at), state(item.state), item.type, item.subject or "-", note])
    out.listing(["received", "state", "type", "subject", "event"], lines, page.after, "no event matches")
    return bool(page.items)


def _show(out: Output, word: str, facts: Iterator[tuple[str, Cell]], step: str) -> None:
    out.line(state(word))
    out.pairs([*facts, *([("next", step)] if step else [])])


def _facts(event: EventRecord) -> Iterator[tuple[str, Cell]]:
    yield "event", event.source_id
    yield "source", event.source
    yield "type", event.type
    yield "about", event.subject or "-"
    yield "storefront", event.storefront or "-"
    yield "its time", moment(event.time) or "-"
    yield "received", moment(event.received_at)
    if event.waits_for:
        yield "waits for", event.waits_for
    yield "hub's id", str(event.id)


def _refusal_facts(refusal: Refusal) -> Iterator[tuple[str, Cell]]:
    yield "event", refusal.source_id or "(it named no id)"
    yield "source", refusal.source or "(it named none)"
    yield "received", moment(refusal.received_at)
    yield "code", refusal.code
    yield "why", refusal.reason
    yield "hub's id", str(refusal.id)


def _refusal_document(refusal: Refusal) -> dict[str, Any]:
    return dict(RefusalShown.of(refusal)) | {"next_step": _refusal_step(refusal)}


def _refusal_step(refusal: Refusal) -> str:
    if refusal.code == HUB_FAULT:
        return f'once the hub is mended: `printhub events retry {refusal.id} --why "…"`'
    return EVENTS[REFUSED]


def _step(event: EventRecord) -> str:
    if event.state is EventState.REFUSED:
        return f'once what it met with is mended: `printhub events retry {event.id} --why "…"`'
    return EVENTS.get(event.state, "")


def _body(hub: Hub, event: str, found: Inputs) -> bytes:
    everything: list[EventRecord | Refusal] = [*found.recorded, *found.refused]
    if len(everything) > 1:
        ids = ", ".join(str(one.id) for one in everything)
        raise NotFound(f"several pieces of input go by {event}; say one of {ids}")
    payload_id = everything[0].payload_id
    body = hub.store.read(lambda tx: rows.body(tx, payload_id)) if payload_id else None
    if body is None:
        raise NotFound(f"what {event} said was erased")
    return body if body.endswith(b"\n") else body + b"\n"
