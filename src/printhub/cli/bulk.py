"""`printhub bulk`: retriggers of many, how far each is, and how it is stopped."""

from uuid import UUID

import click

from printhub.cli.exits import NO
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged, why
from printhub.cli.output import Cell, Output, moment, short, state, styled
from printhub.cli.places import places
from printhub.cli.progress import by_outcome, follow
from printhub.core.flow.acts.bulk import Progress
from printhub.core.hub import Hub
from printhub.core.store import bulk as rows
from printhub.core.store import deliveries
from printhub.core.store.bulk import BulkState, ItemState
from printhub.shapes.bulk import BulkDetails, BulkShown

_TROUBLED = (ItemState.FAILED_AGAIN, ItemState.FAILED, ItemState.UNKNOWN, ItemState.HELD, ItemState.LEFT)
_SHOWN = 100


@click.group()
def bulk() -> None:
    """See how far a retrigger of many is, or stop it."""


@bulk.command("list")
@paged
@as_json
@click.pass_obj
def list_(launch: Launch, *, after: UUID | None, limit: int, as_data: bool) -> None:
    """List bulk acts, the newest first.

    With --json: {"bulk": […], "next": ID or null}; each as `bulk show` has it, without its items.
    """
    with opened(launch) as hub:
        found = hub.store.read(lambda tx: rows.listed(tx, after=after, limit=limit + 1))
        shown = [hub.acts.bulk.progress(str(act.id)) for act in found[:limit]]
    next_ = shown[-1].act.id if len(found) > limit else None
    out = Output()
    if as_data:
        out.json({"bulk": [BulkShown.of(one) for one in shown], "next": next_})
        return
    cells: list[list[Cell]] = [
        [
            short(one.act.id),
            moment(one.act.at),
            one.act.by.removeprefix("operator:"),
            state(one.act.state),
            "; ".join(filter(None, [f"{one.ended} of {one.total} ended", one.act.why, one.act.reason])),
        ]
        for one in shown
    ]
    out.listing(["bulk act", "begun", "who", "state", "how far, and why"], cells, next_, "there is no bulk act")


@bulk.command("show")
@click.argument("id_", metavar="ID")
@click.option("--follow", "following", is_flag=True, help="Show how it goes on until it has ended.")
@as_json
@click.pass_context
def show(ctx: click.Context, *, id_: str, following: bool, as_data: bool) -> None:
    """Show one bulk act: who and why, how far it is, and what did not go well.

    With --json: the same as one object, and `items`: up to 100 that failed, are unknown, held or left, each with its
    delivery and detail. With --follow the exit code is 1 when it stopped before its end.
    """
    launch = ctx.ensure_object(Launch)
    with opened(launch) as hub:
        progress = follow(hub, launch, id_) if following else hub.acts.bulk.progress(id_)
        show_progress(hub, progress, as_data=as_data)
    if following and progress.act.state is not BulkState.FINISHED:
        ctx.exit(NO)


@bulk.command("stop")
@click.argument("id_", metavar="ID")
@why
@as_json
@click.pass_obj
def stop(launch: Launch, *, id_: str, why: str, as_data: bool) -> None:
    """Begin no further batch of a bulk act.

    What went already comes to its end by itself. With --json: the bulk act as `bulk show` has it.
    """
    with opened(launch) as hub:
        progress = hub.acts.bulk.stop(id_, by=launch.operator, why=why)
        if as_data:
            show_progress(hub, progress, as_data=True)
            return
    going, left = (progress.counts.get(word, 0) for word in (ItemState.GOING, ItemState.WAITING))
    end = f"; {going} that went already come to their end" if going else ""
    out = Output()
    out.line(styled(f"bulk act {progress.act.id}", "bold"), f" is stopped, {left} of {progress.total} do not go{end}")


def show_progress(hub: Hub, progress: Progress, *, as_data: bool) -> None:
    """Write all about a bulk act."""
    act = progress.act
    items = hub.store.read(lambda tx: rows.items_in(tx, act.id, _TROUBLED, _SHOWN))
    named = hub.store.read(lambda tx: places(tx, deliveries.some(tx, [i.delivery_id for i in items]).values()))
    out = Output()
    if as_data:
        out.json(BulkDetails.of_items(progress, items, named))
        return
    facts: list[tuple[str, Cell]] = [
        ("bulk act", str(act.id)),
        ("what", f"{act.act} {' '.join(f'{key}={value}' for key, value in act.wanted.items())}"),
        ("who", f"{act.by.removeprefix('operator:')}, {moment(act.at)}"),
        ("why", act.why),
        (
            "state",
            state(act.state)
            + styled(f" in batch {act.batch}" if act.ended_at is None else f", {moment(act.ended_at)}"),
        ),
        ("ended", f"{progress.ended} of {progress.total}: {by_outcome(progress)}"),
    ]
    facts += [("waits", why_) for why_ in progress.waits]
    facts += [("reason", act.reason)] if act.reason else []
    out.pairs(facts)
    if items:
        out.line("")
        out.table(
            ["delivery", "came to", "about", "why"],
            [[str(i.delivery_id), state(i.state), named.get(i.delivery_id, ""), i.detail] for i in items],
        )
