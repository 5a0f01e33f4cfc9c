"""`printhub erase`: a customer's personal data go for good."""

import sys

import click

from printhub.cli.exits import NO
from printhub.cli.launch import Launch
from printhub.cli.meter import metered
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.output import Output, styled
from printhub.core.flow.acts.erasure import Progress
from printhub.core.flow.erasing import Erasure
from printhub.core.hub import Hub
from printhub.shapes.erasure import ErasureShown


@click.command()
@click.argument("storefront")
@click.option("--customer", metavar="WHO", help="The customer's e-mail or user name, whole; capitals do not matter.")
@click.option("--order", metavar="ORDER", help="One order, instead of all that a customer placed.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--yes", is_flag=True, help="Do not ask; needed where nobody can answer.")
@why
@as_json
@click.pass_context
def erase(
    ctx: click.Context,
    *,
    storefront: str,
    customer: str | None,
    order: str | None,
    dry_run: bool,
    yes: bool,
    why: str,
    as_data: bool,
) -> None:
    """Erase a customer: events, messages, attempts, notes and files lose all personal data.

    It cannot be undone. Ids, statuses and outcomes stay, and each job has JobDataDeleted in its history; none of its
    deliveries can be sent again. An order that is under way is left, and the command exits with 1. Backups are not
    reached. With --json: {"storefront", "dry_run", "orders": [{"order", "jobs", "in_the_way"}], "mentions",
    "complete"}.
    """
    if (customer is None) == (order is None):
        raise click.UsageError("say either --customer or --order")
    launch = ctx.ensure_object(Launch)
    with opened(launch) as hub, metered() as meter:

        def act(*, dry: bool, tell: Progress = lambda *_: None) -> Erasure:
            return _act(hub, launch.operator, storefront, customer, order, why=why, dry=dry, progress=tell)

        if not dry_run and not yes:
            _ask(act(dry=True))
        done = act(dry=dry_run, tell=meter.tell)
    out = Output()
    if as_data:
        out.json(ErasureShown.of(done, dry_run=dry_run))
    else:
        _tell(out, done, dry=dry_run)
    ctx.exit(NO if done.left else 0)


def _act(
    hub: Hub,
    by: str,
    storefront: str,
    customer: str | None,
    order: str | None,
    *,
    why: str,
    dry: bool,
    progress: Progress,
) -> Erasure:
    if customer is not None:
        return hub.acts.erasure.customer(storefront, customer, by=by, why=why, dry=dry, progress=progress)
    return hub.acts.erasure.order(f"{storefront}/{order}", by=by, why=why, dry=dry)


def _ask(found: Erasure) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here: say --yes to erase for good, or --dry-run to see what")
    going = len(found.orders) - len(found.left)
    click.echo(
        f"This erases the personal data of {going} orders of {found.storefront}, and {found.mentions} other mentions, "
        "for good.",
        err=True,
    )
    if click.prompt("Type the name of the storefront to go on", err=True) != found.storefront:
        raise click.UsageError("that is not its name; nothing was erased")


def _tell(out: Output, done: Erasure, *, dry: bool) -> None:
    going = [one for one in done.orders if not one.in_the_way]
    jobs = sum(len(one.jobs) for one in going)
    head = f"would be erased from {done.storefront}" if dry else f"erased from {done.storefront}"
    out.line(styled(head, "bold"), f": orders {len(going)}, jobs {jobs}, other mentions {done.mentions}")
    for one in done.left:
        out.item(styled("left", "yellow"), f"order {one.order}: it is under way", lead="")
        for delivery in one.in_the_way:
            out.line(f"  {delivery}")
    if done.left:
        out.line("let these end, or end them by `printhub cancel`, `skip` or `settle`; then erase again")
