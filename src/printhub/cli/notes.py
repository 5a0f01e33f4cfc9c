"""`printhub notes`: what people note on orders."""

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.order_view import show_notes
from printhub.cli.orders import tell
from printhub.cli.output import Output
from printhub.core.flow.acts.desk import find_order
from printhub.core.store import notes as rows
from printhub.shapes.order import NoteShown


@click.group()
def notes() -> None:
    """Note something on an order, or list its notes."""


@notes.command("add")
@click.argument("order")
@click.argument("text")
@click.option("--for-customer", is_flag=True, help="It is to be shown to the customer; without it, it is internal.")
@why
@as_json
@click.pass_obj
def add(launch: Launch, *, order: str, text: str, for_customer: bool, why: str, as_data: bool) -> None:
    """Note TEXT on ORDER, and ask the storefront to add it there too.

    The text is kept where it can be erased, and in no log. With --json: the facts of the order, and
    `storefront_told`: whether a route tells the storefront.
    """
    with opened(launch) as hub:
        asked = hub.acts.orders.note(order, text, for_customer=for_customer, by=launch.operator, why=why)
    shown = "to be shown to the customer" if for_customer else "internal"
    tell(asked, f"the note is kept, {shown}", "to add it too", as_data=as_data)


@notes.command("list")
@click.argument("order")
@as_json
@click.pass_obj
def list_(launch: Launch, *, order: str, as_data: bool) -> None:
    """List the notes on ORDER, the oldest first, those of the storefront too.

    With --json: {"notes": [{"id", "at", "by", "for_customer", "text"}]}; `text` is null when it was erased.
    """
    with opened(launch) as hub:
        found = hub.store.read(lambda tx: rows.listed(tx, find_order(tx, order).id))
    out = Output()
    if as_data:
        out.json({"notes": [NoteShown.of(note) for note in found]})
    elif found:
        show_notes(out, found)
    else:
        out.line("there is no note on this order")
