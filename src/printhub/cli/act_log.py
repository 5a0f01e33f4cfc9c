"""`printhub acts` and `printhub undo`: what operators did and why, and how it is taken back."""

import contextlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import click

from printhub.cli.filters import Moment
from printhub.cli.launch import Launch
from printhub.cli.names import instead_of
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged, why
from printhub.cli.output import Cell, Output, moment, short, styled
from printhub.core.flow.acts.bulk import find_bulk
from printhub.core.flow.acts.desk import find_delivery
from printhub.core.model.errors import NotFound
from printhub.core.store import acts as rows
from printhub.core.store import dossiers
from printhub.core.store.acts import Act, ActFilter
from printhub.core.store.store import Tx
from printhub.shapes.act import ActShown, Undone


@click.group()
def acts() -> None:
    """List what operators did, and why."""


@acts.command("list")
@click.option("--by", metavar="WHO", help="Those of one person: the name of a user, or operator:NAME.")
@click.option("--act", metavar="ACT", help="Those of one sort, such as retrigger or block.")
@click.option(
    "--subject", metavar="WHAT", help="Those on an order, a job with its deliveries, a delivery, instance or bulk act."
)
@click.option("--since", type=Moment(), help="Those since then: 2h, 3d, or a moment such as 2026-11-02T08:30:00Z.")
@paged
@as_json
@click.pass_obj
def list_(
    launch: Launch,
    *,
    by: str | None,
    act: str | None,
    subject: str | None,
    since: datetime | None,
    after: UUID | None,
    limit: int,
    as_data: bool,
) -> None:
    """List the acts of operators, the newest first.

    With --json: {"acts": [{"id", "at", "by", "act", "subject", "about", "why", "undoes", "undone_by"}], "next": ID or
    null}; `next` is what --after takes for the following page.
    """
    who = f"operator:{by}" if by and ":" not in by else by

    def read(tx: Tx) -> tuple[list[Act], Mapping[UUID, Act]]:
        subjects = _subjects(tx, subject) if subject else ()
        found = rows.listed(tx, limit + 1, wanted=ActFilter(who, act, subjects, since), after=after)
        return found, rows.undone_by(tx, [one.id for one in found])

    with opened(launch) as hub:
        sorts = hub.acts.undo.sorts
        if act is not None and act not in sorts and not hub.store.read(lambda tx: rows.any_of(tx, act)):
            raise click.BadParameter(f"there is no act {act}; {instead_of(act, sorts)}", param_hint="--act")
        found, undone = hub.store.read(read)
    shown, next_ = found[:limit], found[limit - 1].id if len(found) > limit else None
    out = Output()
    if as_data:
        out.json({"acts": [ActShown.of(one, undone.get(one.id)) for one in shown], "next": next_})
        return
    cells: list[list[Cell]] = [
        [short(one.id), moment(one.at), one.by.removeprefix("operator:"), one.act, _note(one, undone)] for one in shown
    ]
    out.listing(["act", "when", "who", "what", "on what, and why"], cells, next_, "no act matches")


@click.command()
@click.argument("act")
@why
@as_json
@click.pass_obj
def undo(launch: Launch, *, act: str, why: str, as_data: bool) -> None:
    """Take an act back, where that is possible.

    ACT is its id or the beginning of it, as `acts list` shows it. A block, release, pause, resume, cancel or skip can
    be taken back, once, as long as nothing depends on it; what may have called a partner cannot. With --json:
    {"undone": the act, "now": what is so now}.
    """
    with opened(launch) as hub:
        done = hub.acts.undo.undo(act, by=launch.operator, why=why)
        by = hub.store.read(lambda tx: rows.undone_by(tx, [done.act.id]))
    out = Output()
    if as_data:
        out.json(Undone(undone=ActShown.of(done.act, by.get(done.act.id)), now=done.now))
    else:
        out.line(styled(f"the {done.act.act} of {done.act.about}", "bold"), f" is undone: {done.now}")


def _subjects(tx: Tx, reference: str) -> set[str]:
    for find in (find_delivery, find_bulk):
        with contextlib.suppress(NotFound):
            return rows.subjects_of(tx, [str(find(tx, reference).id)], ())
    storefront, _, number = reference.rpartition("/")
    jobs = [job for job in dossiers.find_jobs(tx, number) if storefront in ("", job.storefront)]
    orders = [order for order in dossiers.find_orders(tx, number) if storefront in ("", order.storefront)]
    names = [job.full_number for job in jobs] + [order.full_number for order in orders]
    return rows.subjects_of(tx, [reference, *names], [job.id for job in jobs])


def _note(act: Act, undone: Mapping[UUID, Act]) -> str:
    by = undone.get(act.id)
    undoes = f"; undoes {short(act.undoes)}" if act.undoes else ""
    return f"{act.about}: {act.why}{undoes}{f'; undone by {by.by}: {by.why}' if by else ''}"
