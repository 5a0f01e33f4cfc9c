"""`printhub jobs explain`: why a job, or one delivery, stands where it stands, and what can be done."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from printhub.cli.exits import NO
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json
from printhub.cli.output import Cell, Output, away, moment, state, styled, why
from printhub.cli.way_view import show_ways
from printhub.core.flow.explain.explanation import Explained, Explanation, looks_like_id
from printhub.core.flow.explain.explanation import explain as explained
from printhub.core.flow.explain.remedies import Remedy
from printhub.core.flow.explain.report import Attempt
from printhub.core.flow.explain.story import attempt_words
from printhub.core.flow.explain.strangers import Stranger, stranger
from printhub.core.hub import Hub
from printhub.core.model.errors import NotFound
from printhub.core.notifications.subject import called
from printhub.shapes.event import EventShown
from printhub.shapes.explanation import ExplanationShown

_EXCERPT = 6
"""Lines of an answer that are shown."""


@click.command("explain")
@click.argument("job")
@as_json
@click.pass_context
def explain(ctx: click.Context, *, job: str, as_data: bool) -> None:
    """Explain why JOB stands where it stands, and what you can do about it.

    JOB is its number, storefront/number, or the id of one delivery. Tells what happened, which rule planned what, what
    is in the way and who can lift it, each attempt with request and answer, what happens next and when, and the
    commands that are possible now. Of a job that is through it says so in one line. Exits with 1 for a job that is not
    there, and tells what is known of it. With --json: {"summary", "through", "job", "story", "in_the_way",
    "deliveries", "unrouted", "coming", "advice", "remedies"}.
    """
    out = Output()
    with opened(ctx.ensure_object(Launch)) as hub:
        try:
            found = hub.store.read(lambda tx: explained(tx, hub.rules, job))
        except NotFound as error:
            if looks_like_id(job):
                raise
            _unknown(hub, out, job, error, as_data=as_data)
            ctx.exit(NO)
    if as_data:
        out.json(ExplanationShown.of(found))
    else:
        _show(out, found)


def _show(out: Output, found: Explanation) -> None:
    out.line(styled(found.summary, "bold"))
    if found.is_through and not found.remedies:
        return
    if found.story:
        _title(out, "What happened")
        rows: list[list[Cell]] = [[moment(one.at), one.by, one.what] for one in found.story]
        out.table(["when", "by", "what"], rows)
    if found.in_the_way:
        _title(out, "What is in the way")
        show_ways(out, found.in_the_way, found.report.now)
    _deliveries(out, found)
    if found.coming:
        _title(out, "What happens next")
        for next_ in found.coming:
            out.item(_when(next_.at, found.report.now), next_.what, lead="- ")
    _title(out, "What you can do")
    _remedies(out, found)


def _remedies(out: Output, found: Explanation) -> None:
    for advice in found.advice:
        out.line(advice)
    for remedy in found.remedies:
        if not remedy.gives_up:
            _remedy(out, remedy)
    giving_up = [remedy for remedy in found.remedies if remedy.gives_up]
    if giving_up:
        out.line("or do without:")
    for remedy in giving_up:
        _remedy(out, remedy)
    if not found.remedies and not found.advice:
        number = found.report.dossier.job.number
        out.line(f"nothing here: it is for those who are named above. `printhub jobs show {number}` has all the facts")


def _remedy(out: Output, remedy: Remedy) -> None:
    out.command(remedy.command)
    out.item("", remedy.does, lead="    ")


def _when(at: datetime | None, now: datetime) -> str:
    if at is None:
        return ""
    return away(at, now) if at > now else "due"


def _deliveries(out: Output, found: Explanation) -> None:
    left = [one for one in found.deliveries if _is_told(found, one)]
    if left:
        _title(out, "Deliveries")
    for one in left:
        delivery = one.delivery
        run = f", run {delivery.run}" if delivery.run > 1 else ""
        place = styled(f"  {called(delivery)} at {delivery.instance}{run}", "bold")
        out.line(state("overdue" if delivery.overdue_since else delivery.state), place, f"  {delivery.id}")
        for text in _about(one):
            out.item("", text, lead="    ")
        for attempt in one.attempts:
            _attempt(out, attempt)
    telling = len(found.deliveries) - len(left)
    if telling:
        words = "delivery that only tells others is" if telling == 1 else "deliveries that only tell others are"
        out.line(styled(f"{telling} more {words} done", "dim"))
    if found.unrouted:
        out.line(styled(f"besides, {'; '.join(found.unrouted)}", "dim"))


def _is_told(found: Explanation, one: Explained) -> bool:
    delivery = one.delivery
    return found.report.focus is not None or bool(
        found.report.rules.channel(delivery.kind).held or not delivery.state.is_end or delivery.state == "failed"
    )


def _about(one: Explained) -> Iterator[str]:
    delivery = one.delivery
    if delivery.rule:
        yield f"planned by {delivery.rule}"
    text = why(delivery)
    if text and not (one.attempts and one.attempts[-1]["detail"] == text):
        yield text
    if delivery.reference:
        yield f"{delivery.instance} knows it as {delivery.reference}"
    if one.settled_by:
        yield f"settled by {one.settled_by}"
    if one.covers:
        yield f"its answer settled {'; '.join(one.covers)}"
    if one.predecessors and not delivery.state.is_end:
        yield f"after {'; '.join(one.predecessors)}"
    if one.ahead:
        yield f"in its lane {'; '.join(one.ahead)}, goes first"
    if delivery.give_up_at is not None and not delivery.state.is_end:
        yield f"given up after {moment(delivery.give_up_at)}"


def _attempt(out: Output, attempt: Attempt) -> None:
    what = "asked" if attempt["purpose"] == "lookup" else f"attempt {attempt['number']}"
    late = ", too late to count" if attempt["stale"] else ""
    out.item("", f"{moment(attempt['began_at'])} {what}: {attempt_words(attempt)}{late}", lead="      ")
    for exchange in attempt["exchanges"]:
        place = str(exchange.get("url", "")).partition("?")[0]
        failure = str(exchange.get("failure") or "").removeprefix(f"{exchange.get('method')} {place}: ")
        answer = exchange.get("status") or failure or "no answer"
        out.item(
            "", f"{exchange.get('method')} {place}: {answer} in {exchange.get('seconds', 0):.2f} s", lead="        "
        )
        if attempt["outcome"] not in ("done", "accepted", "found"):
            body = str(exchange.get("answer_excerpt", "")).partition("\n\n")[2].strip()
            for line in body.splitlines()[:_EXCERPT]:
                out.item("", line, lead="        > ")


def _unknown(hub: Hub, out: Output, job: str, error: NotFound, *, as_data: bool) -> None:
    known = hub.store.read(lambda tx: stranger(tx, hub.rules, job))
    if as_data:
        out.json(_stranger_document(known, str(error)))
        return
    out.line(styled(f"There is no job {job}.", "bold"))
    for text in _known_of(known):
        out.item("", text, lead="- ")


def _stranger_document(known: Stranger, reason: str) -> dict[str, Any]:
    return {
        "summary": reason,
        "through": False,
        "job": None,
        "alike": known.alike,
        "order": {"jobs": known.order, "deleted": known.order_deleted} if known.order else None,
        "waiting": [EventShown.of(event) for event in known.waiting],
    }


def _known_of(known: Stranger) -> Iterator[str]:
    if known.order:
        gone = ", which was deleted in the storefront" if known.order_deleted else ""
        yield f"it is an order{gone}; its jobs: {', '.join(known.order)}"
    if known.alike:
        yield f"jobs with a number like it: {', '.join(known.alike)}"
    for event in known.waiting:
        yield f"{event.type} waits for it since {moment(event.received_at)}: ask the storefront to state it"
    if not (known.order or known.alike or known.waiting):
        yield "nothing was ever told of it; did the storefront's event arrive? `printhub events list --refused` tells"


def _title(out: Output, text: str) -> None:
    out.line()
    out.line(styled(text, "bold underline"))
