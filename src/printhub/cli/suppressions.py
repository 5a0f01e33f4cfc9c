"""`printhub suppressions`: addresses and numbers that nothing more is sent to."""

from uuid import UUID

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, paged, why
from printhub.cli.output import Cell, Output, moment
from printhub.core.flow.acts.suppressions import spellings
from printhub.core.model.errors import NotFound, not_configured
from printhub.core.model.suppression import Medium
from printhub.core.store import suppressions as rows
from printhub.shapes.suppression import SuppressionShown

_MEDIA = click.Choice([str(medium) for medium in Medium])


@click.group()
def suppressions() -> None:
    """List addresses that nothing more is sent to, put one on the list, or take one off it."""


@suppressions.command("list")
@click.option("--storefront", metavar="NAME", help="Those of one storefront's customers.")
@click.option("--medium", type=_MEDIA, help="Those for e-mail, or for text messages.")
@click.option("--address", metavar="TEXT", help="One address or number, whole; capitals do not matter.")
@paged
@as_json
@click.pass_obj
def list_(
    launch: Launch,
    *,
    storefront: str | None,
    medium: str | None,
    address: str | None,
    after: UUID | None,
    limit: int,
    as_data: bool,
) -> None:
    """List suppressed addresses, the newest first.

    An address comes here when it turned out to be dead, when its reader complained or said STOP, or by hand. A message
    that has to arrive goes by post instead. With --json: {"suppressions": […], "next": ID or null}.
    """
    wanted = Medium(medium) if medium else None
    of = [storefront] if storefront else None
    with opened(launch) as hub:
        written = spellings(hub.settings, address) if address else None
        page = hub.store.read(
            lambda tx: rows.listed(tx, medium=wanted, storefronts=of, addresses=written, after=after, limit=limit)
        )
        if storefront and not page.items and storefront not in hub.settings.storefronts:
            raise NotFound(not_configured("storefront", storefront, hub.settings.storefronts))
    out = Output()
    if as_data:
        out.json({"suppressions": [SuppressionShown.of(one) for one in page.items], "next": page.after})
        return
    head = ["since", "storefront", "medium", "address", "cause", "why", "by", "id"]
    lines: list[list[Cell]] = []
    for one in page.items:
        where = [one.storefront, str(one.medium), one.address or "(erased)"]
        lines.append([moment(one.since), *where, str(one.cause), one.detail or "-", one.by, str(one.id)])
    out.listing(
        head, lines, page.after, "no address is suppressed" if not address else "this address is not suppressed"
    )


@suppressions.command("add")
@click.argument("storefront")
@click.argument("address")
@click.option("--medium", type=_MEDIA, help="What it is for; left out, e-mail where it has an @, else text messages.")
@why
@as_json
@click.pass_obj
def add(launch: Launch, *, storefront: str, address: str, medium: str | None, why: str, as_data: bool) -> None:
    """Send nothing more to ADDRESS, an e-mail address or a telephone number of STOREFRONT's customers."""
    meant = Medium(medium) if medium else Medium.EMAIL if "@" in address else Medium.SMS
    with opened(launch) as hub:
        kept = hub.acts.suppressions.add(storefront, meant, address, by=launch.operator, why=why)
    out = Output()
    if as_data:
        out.json(SuppressionShown.of(kept))
        return
    out.line(f"nothing is sent to it any more: {kept.id}")


@suppressions.command("remove")
@click.argument("entry")
@why
@as_json
@click.pass_obj
def remove(launch: Launch, *, entry: str, why: str, as_data: bool) -> None:
    """Let messages go to an address again; ENTRY is its id on the list, or the beginning of it."""
    with opened(launch) as hub:
        gone = hub.acts.suppressions.remove(entry, by=launch.operator, why=why)
    out = Output()
    if as_data:
        out.json(SuppressionShown.of(gone))
        return
    out.line(f"it was on the list since {gone.since:%Y-%m-%d} ({gone.cause}); messages go to it again")
