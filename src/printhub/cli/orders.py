"""`printhub orders`: all about one order, and the request to cancel it."""

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.order_view import OrderView
from printhub.cli.output import Output, styled
from printhub.core.flow.acts.orders import Asked
from printhub.core.flow.explain.order import report_on_order
from printhub.shapes.order import OrderAsked, OrderFacts, OrderShown

UNTOLD = (
    "the request is recorded, but no route leads to an instance of kind status, so nobody tells the storefront: "
    "do it there by hand, or add a rule in [[routes]] for those to come"
)


@click.group()
def orders() -> None:
    """Show all about an order, or ask for its cancellation."""


@orders.command("show")
@click.argument("order")
@click.option("--personal", is_flag=True, help="Show the customer and the addresses too: personal data.")
@as_json
@click.pass_obj
def show(launch: Launch, *, order: str, personal: bool, as_data: bool) -> None:
    """Show all about ORDER: its number, or storefront/number where two storefronts use the same.

    Payment, approval, schedule in the storefront's time zone, totals, each job with the first thing in its way, and
    the notes. With --json: the facts of the order, `jobs`, `notes`, and with --personal `personal`.
    """
    with opened(launch) as hub:
        report = hub.store.read(lambda tx: report_on_order(tx, hub.rules, order, personal=personal))
    out = Output()
    if as_data:
        out.json(OrderShown.of_report(report))
    else:
        OrderView(report, out).show()


@orders.command("cancel")
@click.argument("order")
@why
@as_json
@click.pass_obj
def cancel(launch: Launch, *, order: str, why: str, as_data: bool) -> None:
    """Ask the storefront to cancel ORDER.

    Nothing is cancelled yet: it takes effect with the storefront's own event. To keep a job in the house until then,
    block it. With --json: the facts of the order, and `storefront_told`: whether a route tells the storefront.
    """
    with opened(launch) as hub:
        asked = hub.acts.orders.cancel(order, by=launch.operator, why=why)
    tell(asked, "nothing is cancelled yet", "to cancel it, and it takes effect when that says so", as_data=as_data)


def tell(asked: Asked, what: str, request: str, *, as_data: bool) -> None:
    """Write what an act on an order came to, and what the storefront is asked for."""
    out = Output()
    if as_data:
        out.json(OrderAsked(**dict(OrderFacts.of(asked.order)), storefront_told=asked.told))
        return
    going = f"; the storefront is asked {request}" if asked.told else ""
    out.line(styled(f"order {asked.order.number}", "bold"), f": {what}{going}")
    if not asked.told:
        out.item(styled("doubt", "yellow"), UNTOLD, lead="")
