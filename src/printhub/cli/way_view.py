"""Shows what is in the way of a job, and who lifts it."""

from collections.abc import Iterable
from datetime import datetime

from printhub.cli.output import Output, away, state
from printhub.core.flow.explain.obstacles import InTheWay


def show_ways(out: Output, ways: Iterable[InTheWay], now: datetime) -> None:
    """Write each reason with who lifts it, and each command that does on a line of its own."""
    for way in ways:
        until = f", {away(way.until, now) if way.until > now else 'due'}" if way.until else ""
        detail = way.detail.rstrip(".") if until else way.detail
        holds = f"{'; '.join(way.holds)}: " if way.holds else ""
        word = "" if f" is {way.what}" in way.detail else state(way.what)  # what the text says itself is not said twice
        out.item(word, f"{holds}{detail}{until}", lead="! ")
        out.item("", f"to be lifted by {way.who}{':' if way.commands else ''}", lead="  ")
        for command in way.commands:
            out.command(command, lead="    ")
