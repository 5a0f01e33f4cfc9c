"""The acts of operators on one thing at once: settle, cancel and skip a delivery, block and release a job."""

from functools import partial

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.output import Output, away, state, styled
from printhub.cli.places import places
from printhub.core.flow.acts.desk import find_job
from printhub.core.hub import Hub
from printhub.core.model.deliveries import Delivery
from printhub.core.notifications.subject import called
from printhub.core.store import dossiers, search
from printhub.shapes.delivery import DeliveryLine
from printhub.shapes.job import JobLine


@click.command()
@click.argument("delivery")
@click.option("--done", metavar="REF", help="It was done; REF is the partner's reference.")
@click.option("--not-done", is_flag=True, help="It was certainly not done.")
@why
@as_json
@click.pass_obj
def settle(launch: Launch, *, delivery: str, done: str | None, not_done: bool, why: str, as_data: bool) -> None:
    """Say what became of a delivery that nothing else can settle.

    It has to be unknown, accepted or waiting for an action. With --json: the delivery as it is now.
    """
    if (done is None) is not not_done:
        raise click.UsageError("say either --done REF or --not-done")
    with opened(launch) as hub:
        changed = hub.acts.deliveries.settle(delivery, done=done, by=launch.operator, why=why)
        tell(hub, changed, "was settled", as_data=as_data)


@click.command()
@click.argument("delivery")
@why
@as_json
@click.pass_obj
def cancel(launch: Launch, *, delivery: str, why: str, as_data: bool) -> None:
    """End a delivery that has not gone, and what comes after it.

    It has to be held, ready or retrying. `undo` takes it back. With --json: the delivery as it is now.
    """
    with opened(launch) as hub:
        changed = hub.acts.deliveries.cancel(delivery, by=launch.operator, why=why)
        _tell_end(hub, changed, as_data=as_data)


@click.command()
@click.argument("delivery")
@why
@as_json
@click.pass_obj
def skip(launch: Launch, *, delivery: str, why: str, as_data: bool) -> None:
    """Say that a delivery has nothing to do, so that what comes after it goes.

    It has to be held, ready, retrying, failed or waiting for an action. `undo` takes it back until something has gone
    because of it. With --json: the delivery as it is now.
    """
    with opened(launch) as hub:
        changed = hub.acts.deliveries.skip(delivery, by=launch.operator, why=why)
        _tell_end(hub, changed, as_data=as_data)


@click.command()
@click.argument("job")
@why
@as_json
@click.pass_obj
def block(launch: Launch, *, job: str, why: str, as_data: bool) -> None:
    """Keep a job in the house until it is released.

    With --json: the job as `jobs list` shows it.
    """
    with opened(launch) as hub:
        hub.acts.jobs.block(job, by=launch.operator, why=why)
        _tell_job(hub, job, "is blocked", as_data=as_data)


@click.command()
@click.argument("job")
@why
@as_json
@click.pass_obj
def release(launch: Launch, *, job: str, why: str, as_data: bool) -> None:
    """Remove all that blocks a job.

    With --json: the job as `jobs list` shows it.
    """
    with opened(launch) as hub:
        hub.acts.jobs.release(job, by=launch.operator, why=why)
        _tell_job(hub, job, "is released", as_data=as_data)


@click.command()
@click.argument("job")
@why
@as_json
@click.pass_obj
def plan(launch: Launch, *, job: str, why: str, as_data: bool) -> None:
    """Plan a job that no route led anywhere, after the routes were put right.

    Only what it is not planned for yet; never at a second MIS beside the first. With --json: {"deliveries": […]}.
    """
    with opened(launch) as hub:
        planned = hub.acts.jobs.plan(job, by=launch.operator, why=why)
        number = hub.store.read(lambda tx: find_job(tx, job)).number
    out = Output()
    if as_data:
        out.json({"deliveries": [DeliveryLine.of(delivery, number) for delivery in planned]})
        return
    for delivery in planned:
        reason = f": {delivery.reason}" if delivery.reason else ""
        out.line(
            styled(f"{called(delivery)} at {delivery.instance}", "bold"),
            " is planned and ",
            state(delivery.state),
            reason,
        )


def tell(hub: Hub, delivery: Delivery, what: str, *, as_data: bool) -> None:
    """Say what became of a delivery by an act."""
    out = Output()
    if as_data:
        out.json(DeliveryLine.of(delivery, hub.store.read(lambda tx: search.job_number(tx, delivery.job_id))))
        return
    why_not = f": {delivery.reason}" if delivery.reason else ""
    next_ = f", next at {away(delivery.next_at, hub.rules.now())}" if delivery.next_at else ""
    place = hub.store.read(lambda tx: places(tx, [delivery]))[delivery.id]
    out.line(styled(place, "bold"), f" {what} and is now ", state(delivery.state), f"{why_not}{next_}")


def _tell_end(hub: Hub, delivery: Delivery, *, as_data: bool) -> None:
    out = Output()
    if as_data:
        out.json(DeliveryLine.of(delivery, hub.store.read(lambda tx: search.job_number(tx, delivery.job_id))))
    else:
        place = hub.store.read(lambda tx: places(tx, [delivery]))[delivery.id]
        out.line(styled(place, "bold"), " is ", state(delivery.state))


def _tell_job(hub: Hub, reference: str, what: str, *, as_data: bool) -> None:
    out = Output()
    job = hub.store.read(lambda tx: find_job(tx, reference))
    order = hub.store.read(partial(dossiers.find_order, order_id=job.order_id)) if job.order_id else None
    if as_data:
        out.json(JobLine.of(job, order.number if order else None))
    else:
        out.line(styled(f"job {job.number}", "bold"), f" {what}; its status is {job.status}")
