"""`printhub db`: the store and its version."""

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import read_settings
from printhub.cli.options import as_json
from printhub.cli.output import Output
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
