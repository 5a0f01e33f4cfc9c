"""`printhub db`: the store and its version."""

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import read_settings
from printhub.cli.options import as_json
from printhub.cli.output import Output
from printhub.core.hub import DATABASE
from printhub.core.store.store import Store
from printhub.core.store.upgrade import upgrade


@click.group()
def db() -> None:
    """Bring the store to the version of this program."""


@db.command("upgrade")
@as_json
@click.pass_obj
def upgrade_(launch: Launch, *, as_data: bool) -> None:
    """Make the store, or bring it to the version of this program.

    All steps or none. A store that holds anything is copied first, beside itself; the hub must not be running. With
    --json: {"store", "before", "after", "changed", "backup"}; `before` is null for a new store, `backup` without one.
    """
    settings, _ = read_settings(launch)
    store = Store(settings.hub.data / DATABASE, busy_seconds=launch.busy_seconds)
    try:
        done = upgrade(store, launch.now())
    finally:
        store.close()
    out = Output()
    if as_data:
        fields = {"before": done.before, "after": done.after, "changed": done.changed, "backup": done.backup}
        out.json({"store": store.path, **fields})
    elif not done.changed:
        out.line(f"the store {store.path} has the present version already: {done.after}")
    elif done.before is None:
        out.line(f"made the store {store.path}, version {done.after}")
    else:
        out.line(f"upgraded the store {store.path} from version {done.before} to {done.after}")
        out.line(f"the store as it was: {done.backup}")
