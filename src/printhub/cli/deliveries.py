"""`printhub deliveries`: what is asked of whom, and where it stands."""

from uuid import UUID

import click

from printhub.cli.launch import Launch
from printhub.cli.names import Words, require_known
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged
from printhub.cli.output import Cell, Output, away, state, styled, why
from printhub.core.flow.acts.desk import find_job
from printhub.core.flow.explain import steps
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.notifications.subject import called
from printhub.core.store import search
from printhub.core.store.search import Page
from printhub.core.store.store import Tx
from printhub.shapes.delivery import DeliveryLine


@click.group()
def deliveries() -> None:
    """List deliveries."""


@deliveries.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=Words(DeliveryState, "state"),
    help="Those in this state; may be given several times.",
)
@click.option("--instance", help="Those at one instance.")
@click.option("--job", help="Those of one job.")
@click.option("--overdue", is_flag=True, help="Those of which the partner's next sign is overdue.")
@paged
@as_json
@click.pass_obj
def list_(
    launch: Launch,
    *,
    states: tuple[str, ...],
    instance: str | None,
    job: str | None,
    overdue: bool,
    after: UUID | None,
    limit: int,
    as_data: bool,
) -> None:
    """List deliveries, the newest first.

    With --json: {"deliveries": […], "next": ID or null}; `next` is what --after takes for the following page.
    """

    def read(tx: Tx) -> Page[tuple[Delivery, str | None]]:
        job_id = find_job(tx, job).id if job else None
        wanted = [DeliveryState(word) for word in states]
        return search.deliveries(
            tx, states=wanted, instance=instance, job_id=job_id, overdue=overdue, after=after, limit=limit
        )

    with opened(launch) as hub:
        require_known(hub, instances=[instance] if instance else [])
        page = hub.store.read(read)
    out = Output()
    if as_data:
        out.json({"deliveries": [DeliveryLine.of(*item) for item in page.items], "next": page.after})
        return
    rows: list[list[Cell]] = [
        [str(d.id), state(d.state), d.instance, called(d), number or d.subject, _note(d, launch)]
        for d, number in page.items
    ]
    out.listing(["delivery", "state", "instance", "verb", "job", "why"], rows, page.after, "no delivery matches")
    for sort in [steps.OVERDUE] if overdue else states:
        if page.items and sort in steps.DELIVERIES:
            out.line(styled(f"next, {sort}: {steps.DELIVERIES[sort]}", "dim"))


def _note(delivery: Delivery, launch: Launch) -> str:
    next_ = f"next {away(delivery.next_at, launch.now())}" if delivery.next_at else ""
    return "; ".join(filter(None, [why(delivery), next_]))
