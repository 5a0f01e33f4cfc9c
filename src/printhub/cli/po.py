"""`printhub po`: the purchase-order number of an order."""

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.orders import tell

_TELLS = "the storefront is asked to take it over, and whoever was told of its jobs gets an update where it takes one"


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

    With --json: the facts of the order, and `storefront_told`: whether a route tells the storefront.
    """
    with opened(launch) as hub:
        asked = hub.acts.orders.set_po(order, number, by=launch.operator, why=why)
    tell(asked, f"its purchase-order number is {asked.order.po_number} now; {_TELLS}", as_data=as_data)


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
    tell(asked, f"it has no purchase-order number any more; {_TELLS}", as_data=as_data)
