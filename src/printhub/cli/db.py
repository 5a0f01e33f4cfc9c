"""`printhub db`: the store and its version."""

from datetime import datetime

import click

from printhub.cli.filters import Moment
from printhub.cli.launch import Launch
from printhub.cli.opening import opened, read_settings
from printhub.cli.options import as_json, why
from printhub.cli.output import Output, moment
from printhub.core.store.opening import open_store
from printhub.core.store.upgrade import upgrade


@click.group()
def db() -> None:
    """Bring the store to the version of this program."""


@db.command("upgrade")
@as_json
@click.pass_obj
def upgrade_(launch: Launch, *, as_data: bool) -> None:
    """Make the store, or bring it to the version of this program.

    All steps or none. A file that holds anything is copied first, beside itself; a database is not: take a backup of
    the server before. The hub must not be running. With
    --json: {"store", "before", "after", "changed", "backup"}; `before` is null for a new store, `backup` without one.
    """
    settings, _ = read_settings(launch)
    store = open_store(settings, busy_seconds=launch.busy_seconds)
    try:
        done = upgrade(store, launch.now())
    finally:
        store.close()
    out = Output()
    if as_data:
        fields = {"before": done.before, "after": done.after, "changed": done.changed, "backup": done.backup}
        out.json({"store": store.name, **fields})
    elif not done.changed:
        out.line(f"the store {store.name} has the present version already: {done.after}")
    elif done.before is None:
        out.line(f"made the store {store.name}, version {done.after}")
    else:
        out.line(f"upgraded the store {store.name} from version {done.before} to {done.after}")
        if done.backup is not None:
            out.line(f"the store as it was: {done.backup}")


@db.command()
@click.argument("as_of", type=Moment())
@why
@as_json
@click.pass_obj
def restored(launch: Launch, *, as_of: datetime, why: str, as_data: bool) -> None:
    """Say that a PostgreSQL database was put back to how it was AS_OF.

    AS_OF is a moment, such as 2026-11-02T08:30:00Z. To be told before any process is started again: what partners were
    told since then is not in it. Every instance is paused, and before a call goes that may have been made, its partner
    is asked, or a person. With --json: {"store", "taken_at", "doubted", "paused"}.
    """
    with opened(launch) as hub:
        doubted, paused = hub.restoration.take_note(hub.store, as_of, by=launch.operator, why=why)
    out = Output()
    if as_data:
        out.json({"store": hub.store.name, "taken_at": as_of, "doubted": doubted, "paused": paused})
        return
    out.line(f"{hub.store.name} is as it was at {moment(as_of)}")
    out.line(f"paused: {', '.join(paused) or 'nothing'}; {doubted} calls may have been made since, and are asked about")
    out.line("next: start the hub, have the storefront state again what came since, and resume one by one")
