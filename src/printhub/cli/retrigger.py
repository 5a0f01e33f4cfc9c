"""`printhub retrigger`: makes one delivery go again, those of a job, or all that match a filter."""

from collections import Counter
from dataclasses import astuple, dataclass
from typing import Any

import click

from printhub.cli.acts import tell
from printhub.cli.bulk import show_progress
from printhub.cli.exits import NO
from printhub.cli.filters import keys, read_filter
from printhub.cli.launch import Launch
from printhub.cli.names import require_known
from printhub.cli.opening import opened
from printhub.cli.options import as_json, confirmed
from printhub.cli.output import Output, state, styled
from printhub.cli.places import places
from printhub.cli.progress import follow, listing
from printhub.core.flow.acts.bulk import Preview
from printhub.core.flow.acts.deliveries import Sorted
from printhub.core.flow.acts.desk import find_delivery
from printhub.core.flow.retrigger import REOPENABLE, why_not
from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.notifications.subject import called
from printhub.core.store.bulk import BulkState
from printhub.core.store.matching import Wanted
from printhub.shapes.bulk import JobRetriggered, PreviewShown

_SELECTORS = """say what is to go again, by one of these:
  --delivery ID        one delivery, by its id or the beginning of it
  --job JOB            all deliveries of a job that can go again
  --filter KEY=VALUE   all that match, in growing batches; several filters all have to hold:
"""


@dataclass(frozen=True, slots=True)
class _Selected:
    """What is to go again; exactly one of these is given."""

    delivery: str | None
    job: str | None
    pairs: tuple[str, ...]


@click.command()
@click.option("--delivery", metavar="ID", help="One delivery, by its id or the beginning of it.")
@click.option("--job", metavar="JOB", help="All deliveries of one job that can go again.")
@click.option(
    "--filter",
    "pairs",
    multiple=True,
    metavar="KEY=VALUE",
    help="All that match: instance, verb, storefront, state, fingerprint, order, product-type, status, since, until. "
    "May be given several times; all have to hold.",
)
@click.option("--why", metavar="TEXT", help="The reason; it is kept with the act. Not needed with --dry-run.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go and what would not, and why.")
@confirmed
@click.option("--wait", is_flag=True, help="With --filter: show how it goes on until it has ended.")
@as_json
@click.pass_context
def retrigger(
    ctx: click.Context,
    /,
    *,
    why: str | None,
    dry_run: bool,
    yes: bool,
    wait: bool,
    as_data: bool,
    **selectors: Any,
) -> None:
    """Make deliveries go again that failed, wait for an action, or are retrying.

    One by --delivery, those of a job by --job, or by --filter all that match: those are frozen as a list, and the
    serving hub retriggers them in batches of 1, 5, 25, then 100. It stops by itself when over half of a batch fail of
    the same as before. Refunds are never retriggered in bulk.

    With --json: the delivery as it is now; for a job {"job", "retriggered": […], "others": [{"delivery", "why"}]}; for
    a filter the bulk act as `bulk show` has it; with --dry-run {"eligible", "first", "others": {why: count}}.
    """
    launch = ctx.ensure_object(Launch)
    chosen = _Selected(**selectors)
    if list(map(bool, astuple(chosen))).count(True) != 1:
        raise click.UsageError(_SELECTORS + keys())
    if wait and not chosen.pairs:
        raise click.UsageError("--wait is for --filter; `deliveries list` shows how one delivery stands")
    if why is None and not dry_run:
        raise click.UsageError("Missing option '--why': the reason is kept with the act.")
    with opened(launch) as hub:
        if dry_run:
            _tell_preview(hub, _preview(hub, launch, chosen), as_data=as_data)
        elif chosen.delivery:
            changed = hub.acts.deliveries.retrigger(chosen.delivery, by=launch.operator, why=why or "")
            tell(hub, changed, "was retriggered", as_data=as_data)
        elif chosen.job:
            found = hub.acts.deliveries.retrigger_job(chosen.job, by=launch.operator, why=why or "")
            _tell_job(found, as_data=as_data)
        else:
            wanted = _wanted(hub, launch, chosen)
            ctx.exit(_many(hub, launch, wanted, why or "", yes=yes, wait=wait, as_data=as_data))


def _many(hub: Hub, launch: Launch, wanted: Wanted, why: str, *, yes: bool, wait: bool, as_data: bool) -> int:
    if not yes:
        preview = hub.acts.bulk.preview(wanted)
        if preview.eligible:
            held = preview.others.get(why_not(DeliveryState.HELD), 0)
            others = sum(preview.others.values()) - held
            also = f"; {held} more are held and go by themselves when their obstacles are gone" if held else ""
            also += f"; {others} more match and cannot go" if others else ""
            what = f"{_counted(preview.eligible)} would go again in batches of 1, 5, 25, then 100{also}."
            click.confirm(f"{what} Go on?", abort=True, err=True)
    with listing() as listed:
        act = hub.acts.bulk.retrigger(wanted, by=launch.operator, why=why, listed=listed)
    progress = follow(hub, launch, str(act.id)) if wait else hub.acts.bulk.progress(str(act.id))
    out = Output()
    if as_data or wait:
        show_progress(hub, progress, as_data=as_data)
    else:
        out.line(styled(f"bulk act {act.id}", "bold"), f" has begun, with {_counted(progress.total)} on its list")
        out.line(f"see how it goes on: printhub bulk show {act.id} --follow")
    return NO if wait and progress.act.state is not BulkState.FINISHED else 0


def _wanted(hub: Hub, launch: Launch, chosen: _Selected) -> Wanted:
    wanted = read_filter(chosen.pairs, launch.now())
    require_known(hub, instances=filter(None, [wanted.instance]), storefronts=filter(None, [wanted.storefront]))
    return wanted


def _preview(hub: Hub, launch: Launch, chosen: _Selected) -> Preview:
    if chosen.pairs:
        return hub.acts.bulk.preview(_wanted(hub, launch, chosen))
    if chosen.job:
        found = hub.acts.deliveries.retriggerable(chosen.job)
        return Preview(len(found.eligible), found.eligible, Counter(reason for _, reason in found.others))
    known = hub.store.read(lambda tx: find_delivery(tx, chosen.delivery or ""))
    if known.state in REOPENABLE:
        return Preview(1, (known,), {})
    return Preview(0, (), {why_not(known.state): 1})


def _tell_preview(hub: Hub, preview: Preview, *, as_data: bool) -> None:
    out = Output()
    if as_data:
        out.json(PreviewShown.of(preview))
        return
    out.line(styled(_counted(preview.eligible), "bold"), " would go again; nothing was changed")
    named = hub.store.read(lambda tx: places(tx, preview.first))
    for delivery in preview.first:
        out.item(str(delivery.id), f"{named[delivery.id]} is {delivery.state}: {delivery.reason}", lead="  ")
    if preview.eligible > len(preview.first):
        out.line(f"  and {preview.eligible - len(preview.first)} more")
    for what in preview.missing:
        out.line(what)
    if preview.others:
        out.line("these match too and would not go:")
        for reason, count in sorted(preview.others.items(), key=lambda pair: -pair[1]):
            out.item(f"{count:>6}", reason, lead="  ")


def _tell_job(found: Sorted, *, as_data: bool) -> None:
    out = Output()
    if as_data:
        out.json(JobRetriggered.of(found))
        return
    out.line(styled(f"job {found.job}", "bold"), f": {_counted(len(found.eligible))} retriggered")
    for delivery in found.eligible:
        reason = f": {delivery.reason}" if delivery.reason else ""
        out.line(f"  {called(delivery)} at {delivery.instance} is now ", state(delivery.state), reason)
    if found.others:
        out.line("left as they are:")
        for delivery, why in found.others:
            out.item(f"{called(delivery)} at {delivery.instance}", why, lead="  ")


def _counted(count: int) -> str:
    return f"{count} deliver{'y' if count == 1 else 'ies'}"
