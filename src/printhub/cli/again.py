"""`printhub send-again` and `printhub reprint`: second calls for what is done, confirmed by whoever asks for them."""

import click

from printhub.cli.acts import tell
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, confirmed, why
from printhub.cli.output import Output, state, styled
from printhub.cli.places import places
from printhub.core.flow.acts.desk import find_delivery, find_job
from printhub.core.hub import Hub
from printhub.core.model.deliveries import Delivery
from printhub.core.notifications.subject import called
from printhub.core.store import search
from printhub.core.store.store import Tx
from printhub.shapes.delivery import DeliveryLine


@click.command("send-again")
@click.argument("delivery")
@confirmed
@why
@as_json
@click.pass_obj
def send_again(launch: Launch, *, delivery: str, yes: bool, why: str, as_data: bool) -> None:
    """Make a second call of a delivery that is done, as a new run.

    The partner is really called once more, under a new key, so it may do it twice: that is asked first, unless --yes
    is given. It cannot be undone. With --json: the new run as a delivery.
    """
    with opened(launch) as hub:
        if not yes:
            place, known = hub.store.read(lambda tx: _place(tx, delivery))
            reference = f" under {known.reference}" if known.reference else ""
            what = (
                f"{place} is {known.state}{reference}. {known.instance} will be called once more and may do it twice."
            )
            click.confirm(f"{what} Go on?", abort=True, err=True)
        run = hub.acts.deliveries.send_again(delivery, by=launch.operator, why=why)
        tell(hub, run, f"goes again as run {run.run}", as_data=as_data)


@click.command()
@click.argument("job")
@click.option("--instance", metavar="NAME", help="Where; needed only when several instances have a chain of the job.")
@confirmed
@why
@as_json
@click.pass_obj
def reprint(launch: Launch, *, job: str, instance: str | None, yes: bool, why: str, as_data: bool) -> None:
    """Send the whole chain of a job again: it is produced a second time.

    Every delivery of the chain has to have ended. That is asked first, unless --yes is given. It cannot be undone.
    With --json: {"deliveries": […]}, the new runs.
    """
    with opened(launch) as hub:
        if not yes:
            number = hub.store.read(lambda tx: find_job(tx, job)).number
            place = f" at {instance}" if instance else ""
            click.confirm(f"Job {number} will be produced a second time{place}. Go on?", abort=True, err=True)
        runs = hub.acts.jobs.reprint(job, instance, by=launch.operator, why=why)
        _tell_all(hub, runs, as_data=as_data)


def _place(tx: Tx, reference: str) -> tuple[str, Delivery]:
    known = find_delivery(tx, reference)
    return places(tx, [known])[known.id], known


def _tell_all(hub: Hub, runs: list[Delivery], *, as_data: bool) -> None:
    out = Output()
    number = hub.store.read(lambda tx: search.job_number(tx, runs[0].job_id))
    if as_data:
        out.json({"deliveries": [DeliveryLine.of(run, number) for run in runs]})
        return
    out.line(styled(f"job {number}", "bold"), f" is produced again at {runs[0].instance}:")
    for run in runs:
        out.line(f"  {called(run)}, run {run.run}: ", state(run.state), f": {run.reason}" if run.reason else "")
