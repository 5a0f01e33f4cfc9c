"""`printhub backup` and `printhub restore`: everything that a hub has, saved while it runs, and put in place again."""

from pathlib import Path

import click

from printhub.cli.exits import NO
from printhub.cli.launch import Launch
from printhub.cli.meter import metered
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.output import Output, moment, size, styled
from printhub.core.files.manifest import Manifest


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@as_json
@click.pass_context
def backup(ctx: click.Context, *, path: Path, as_data: bool) -> None:
    """Save the store and all working folders while the hub runs.

    They go into the folder PATH, which is made in a folder that is there; it holds personal data, no secrets, and not
    the configuration. Exits with 1 when files that the store names are not on the disk; the backup is taken all the
    same. With --json: {"backup", "manifest"}.
    """
    with opened(ctx.ensure_object(Launch)) as hub, metered() as meter:
        done = hub.backups.take(path, meter.tell)
    out = Output()
    if as_data:
        out.json({"backup": done.folder, "manifest": done.manifest})
    else:
        out.line(styled(f"saved in {done.folder}", "bold"), f": {_inside(done.manifest)}")
        for lost in done.manifest.lost:
            out.item(styled("lost", "bold red"), f"{lost.place}: {lost.reason}", lead="")
    ctx.exit(NO if done.manifest.lost else 0)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of what is there, which is kept beside it.")
@why
@as_json
@click.pass_obj
def restore(launch: Launch, *, path: Path, replace: bool, why: str, as_data: bool) -> None:
    """Put a backup in place; partners are asked before calls go.

    It is the folder PATH, checked first, and goes in whole or not at all; the hub must not be running. What partners
    were told after the backup was taken is not in it: every instance is paused, and before a call goes that may have
    been made, its partner is asked, or a person. With --json: {"store", "hub", "taken_at", "doubted", "paused",
    "kept", "counts"}; `kept` is where what was there is, null where nothing was.
    """
    with opened(launch, store=False) as hub, metered() as meter:
        done = hub.restoration.restore(path, replace=replace, by=launch.operator, why=why, progress=meter.tell)
    manifest, out = done.backup.manifest, Output()
    if as_data:
        found = {"store": done.store, "hub": manifest.hub, "taken_at": manifest.taken_at, "doubted": done.doubted}
        out.json(found | {"paused": done.paused, "kept": done.kept, "counts": manifest.counts})
        return
    out.line(
        styled(f"restored {done.store}", "bold"), f" as it was at {moment(manifest.taken_at)}: {_inside(manifest)}"
    )
    if done.kept is not None:
        out.line(f"what was there is kept in {done.kept}")
    if done.paused:
        out.line(
            f"paused: {', '.join(done.paused)}; {done.doubted} calls may have been made since, and are asked about"
        )
        out.line("next: start the hub, have the storefront state again what came since, and resume one by one")


def _inside(manifest: Manifest) -> str:
    counts = [("order", manifest.counts.get("customer_order", 0)), ("job", manifest.counts.get("job", 0))]
    words = [f"{count} {noun}{'' if count == 1 else 's'}" for noun, count in [*counts, ("file", manifest.files)]]
    return f"{', '.join(words)} ({size(manifest.bytes)})"
