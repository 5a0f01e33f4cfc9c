"""`printhub reopen` and `printhub recreate`: what a job needs the storefront for."""

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.output import Output, styled
from printhub.core.flow.acts.desk import find_job
from printhub.core.hub import Hub
from printhub.core.store import dossiers
from printhub.core.store.store import Tx
from printhub.shapes.job import JobAsked, JobLine

UNHEARD = "nobody tells the storefront, because no route leads this job to a status adapter: ask there by hand"


@click.command()
@click.argument("job")
@why
@as_json
@click.pass_obj
def reopen(launch: Launch, *, job: str, why: str, as_data: bool) -> None:
    """Open a closed job again and ask for its files.

    For one that is shipped or was cleaned up. What it prints is expected anew; send it again, or reprint it, when it is
    there. With --json: the job as `jobs list` shows it, and `storefront_asked`: whether somebody tells the storefront.
    """
    with opened(launch) as hub:
        asked = hub.acts.jobs.reopen(job, by=launch.operator, why=why)
        what = "the storefront is asked for its files" if asked else UNHEARD
        _tell(
            hub,
            job,
            "is open again; its status stays {status} until something new is told of it",
            what,
            asked=asked,
            as_data=as_data,
        )


@click.command()
@click.argument("job")
@why
@as_json
@click.pass_obj
def recreate(launch: Launch, *, job: str, why: str, as_data: bool) -> None:
    """Ask the storefront to make a job's output again.

    Nothing changes until the storefront says so itself. With --json: the job as `jobs list` shows it, and
    `storefront_asked`: whether somebody tells the storefront.
    """
    with opened(launch) as hub:
        asked = hub.acts.jobs.recreate(job, by=launch.operator, why=why)
        what = "it takes effect when the storefront says so" if asked else UNHEARD
        _tell(hub, job, "is {status}, and its output is asked for anew", what, asked=asked, as_data=as_data)


def _tell(hub: Hub, reference: str, act: str, what: str, *, asked: bool, as_data: bool) -> None:
    def order(tx: Tx) -> str | None:
        found = dossiers.find_order(tx, job.order_id) if job.order_id else None
        return found.number if found else None

    out = Output()
    job = hub.store.read(lambda tx: find_job(tx, reference))
    if as_data:
        out.json(JobAsked(**dict(JobLine.of(job, hub.store.read(order))), storefront_asked=asked))
        return
    out.line(styled(f"job {job.number}", "bold"), f" {act.format(status=job.status)}")
    out.line(styled(what, "" if asked else "yellow"))
