"""`printhub changes`: the feed of changes."""

from collections.abc import Iterator

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json
from printhub.cli.output import Output, moment, styled
from printhub.core.flow.changes import Change
from printhub.core.hub import Hub

_PAGE = 200
_REST = 0.5


@click.command()
@click.option("--after", metavar="CURSOR", help="Go on after this one; left out, from the beginning.")
@click.option("--type", "types", multiple=True, metavar="PATTERN", help="Such as printhub.request.*; several times.")
@click.option("--storefront", "storefronts", multiple=True, help="Those of this storefront; several times.")
@click.option("--follow", is_flag=True, help="Go on until Ctrl-C, and write what comes as it comes.")
@as_json
@click.pass_obj
def changes(
    launch: Launch,
    *,
    after: str | None,
    types: tuple[str, ...],
    storefronts: tuple[str, ...],
    follow: bool,
    as_data: bool,
) -> None:
    """Write the feed of changes: entries of histories, and requests to storefronts.

    Each comes once, those of one job in their order. With --json one object a line: {"cursor", "event"}; `cursor` is
    what --after takes to go on behind it.
    """
    out = Output()
    with opened(launch) as hub:
        for change in _found(launch, hub, after, types, storefronts, follow=follow):
            if as_data:
                out.json({"cursor": change.cursor, "event": change.event.envelope()}, indent=None)
            else:
                out.line(styled(change.cursor.rjust(8), "dim"), f"  {_told(change)}")


def _found(
    launch: Launch, hub: Hub, after: str | None, types: tuple[str, ...], storefronts: tuple[str, ...], *, follow: bool
) -> Iterator[Change]:
    while True:
        page = hub.feed.after(after, seen_by=storefronts or None, hidden=True, types=types, limit=_PAGE)
        yield from page.items
        after = page.after
        if not page.more:
            if not follow:
                return
            launch.pause(_REST)


def _told(change: Change) -> str:
    event, data = change.event, change.event.data
    status = data.get("status") if isinstance(data, dict) else None
    at = moment(event.time) if event.time else ""
    return f"{at}  {event.subject or '-'}  {status or event.type}"
