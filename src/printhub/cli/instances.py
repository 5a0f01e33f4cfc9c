"""`printhub instances`, `pause` and `resume`: whom the hub calls, what stops it, and an operator's own stop."""

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.output import Cell, Output, away, moment, styled
from printhub.core.flow.explain.instance import STATES, report_on_instance
from printhub.core.store.instances import Cause
from printhub.shapes.instance import InstanceShown, StopShown

_storefront = click.option("--storefront", "storefront", default="", metavar="NAME", help="Only for this storefront.")


@click.group()
def instances() -> None:
    """List instances, and what stops them."""


@instances.command("list")
@as_json
@click.pass_obj
def list_(launch: Launch, *, as_data: bool) -> None:
    """List the instances of the configuration: whether they work, what stops them since when, and their open work.

    `waiting` counts deliveries that have not ended, `failed` those that failed. With --json:
    {"instances": [{"instance", "adapter", "mode", "state", "waiting", "failed", "stops"}]}; of each stop its cause,
    storefront (null for all), since, until (null: not by itself) and detail.
    """
    with opened(launch) as hub:
        found = hub.store.read(
            lambda tx: [InstanceShown.of(report_on_instance(tx, hub.rules, name)) for name in hub.settings.instances]
        )
    out = Output()
    if as_data:
        out.json({"instances": found})
        return
    cells: list[list[Cell]] = [
        [
            line.instance,
            styled(line.state, "green" if line.state == "works" else "bold yellow"),
            line.adapter,
            line.mode,
            str(line.waiting),
            styled(str(line.failed), "bold red" if line.failed else ""),
            "; ".join(_told(stop, launch, line.state) for stop in line.stops),
        ]
        for line in found
    ]
    headings = ["instance", "state", "adapter", "mode", "waiting", "failed", "why"]
    nothing = "there is no instance yet; write one under [instances.NAME] in printhub.toml"
    out.listing(headings, cells, None, nothing)


@click.command()
@click.argument("instance")
@_storefront
@why
@as_json
@click.pass_obj
def pause(launch: Launch, *, instance: str, storefront: str, why: str, as_data: bool) -> None:
    """Make no calls to INSTANCE until it is resumed; its work waits.

    Calls that are being made end by themselves. The time does not count towards give_up_after. With --json: the
    instance as `instances list` shows it.
    """
    with opened(launch) as hub:
        hub.acts.instances.pause(instance, storefront, by=launch.operator, why=why)
        line = hub.store.read(lambda tx: InstanceShown.of(report_on_instance(tx, hub.rules, instance)))
    out = Output()
    if as_data:
        out.json(line)
    else:
        out.line(styled(_place(instance, storefront), "bold"), f" is paused; {_work(line)}")


@click.command()
@click.argument("instance")
@_storefront
@why
@as_json
@click.pass_obj
def resume(launch: Launch, *, instance: str, storefront: str, why: str, as_data: bool) -> None:
    """Let INSTANCE go on after a pause, or have it tried at once.

    Lifts a pause, and gives the deliveries back the time that it took. Where nothing is paused but the instance rests
    or is misconfigured, the hub tries it now instead of later. With --json: the instance as `instances list` shows it.
    """
    with opened(launch) as hub:
        done = hub.acts.instances.resume(instance, storefront, by=launch.operator, why=why)
        line = hub.store.read(lambda tx: InstanceShown.of(report_on_instance(tx, hub.rules, instance)))
    out = Output()
    if as_data:
        out.json(line)
        return
    place = styled(_place(instance, storefront), "bold")
    if done.tried:
        causes = " and ".join(dict.fromkeys(STATES[Cause(stop.cause)] for stop in done.tried))
        out.line(place, f" is {causes}; it is tried now, and goes on if it answers")
        if Cause.MISCONFIGURED in {stop.cause for stop in done.tried}:
            out.line("a hub that serves knows the configuration it began with; restart it where you mended that")
    elif done.left:
        still = "; ".join(_told(StopShown.of(stop), launch) for stop in done.left)
        out.line(place, f" is not paused any more, but does not go on: {still}")
    else:
        out.line(place, f" goes on; {_work(line)}")


def _told(stop: StopShown, launch: Launch, said: str = "") -> str:
    storefront = f"storefront {stop.storefront}: " if stop.storefront else ""
    state = STATES[Cause(stop.cause)]
    word = "" if stop.cause is Cause.PAUSED or state == said else f"{state}: "
    since = f", since {moment(stop.since)}" if stop.since else ""
    until = f", tried again {away(stop.until, launch.now())}" if stop.until else ""
    return f"{storefront}{word}{stop.detail}{since}{until}"


def _work(line: InstanceShown) -> str:
    count = line.waiting
    return (
        f"{count} deliver{'y' if count == 1 else 'ies'} {'waits' if count == 1 else 'wait'}"
        if count
        else "nothing waits"
    )


def _place(instance: str, storefront: str) -> str:
    return f"{instance} (storefront {storefront})" if storefront else instance
