"""`printhub po`: the purchase-order number of an order."""

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.orders import tell

_TAKE_OVER = "to take that over"


@click.group()
def po() -> None:
    """Set or clear the purchase-order number of an order."""


@po.command("set")
@click.argument("order")
@click.argument("number")
@why
@as_json
@click.pass_obj
def set_(launch: Launch, *, order: str, number: str, why: str, as_data: bool) -> None:
    """Give ORDER the purchase-order number NUMBER.

    A partner that was told of its jobs gets an update, where it takes one; else staff are told that it differs.
    With --json: the facts of the order, and `storefront_told`: whether a route tells the storefront.
    """
    with opened(launch) as hub:
        asked = hub.acts.orders.set_po(order, number, by=launch.operator, why=why)
    tell(asked, f"its purchase-order number is {asked.order.po_number} now", _TAKE_OVER, as_data=as_data)


@po.command("clear")
@click.argument("order")
@why
@as_json
@click.pass_obj
def clear(launch: Launch, *, order: str, why: str, as_data: bool) -> None:
    """Take the purchase-order number of ORDER away.

    With --json: the facts of the order, and `storefront_told`: whether a route tells the storefront.
    """
    with opened(launch) as hub:
        asked = hub.acts.orders.clear_po(order, by=launch.operator, why=why)
    tell(asked, "it has no purchase-order number any more", _TAKE_OVER, as_data=as_data)
