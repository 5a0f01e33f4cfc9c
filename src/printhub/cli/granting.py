"""What commands about users and tokens share: who acts, and what is given for which storefronts."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from printhub.cli.launch import Launch
from printhub.cli.names import Words, require_known
from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Role

F = TypeVar("F", bound=Callable[..., Any])


def local(launch: Launch) -> Asker:
    """Who acts: whoever may read the configuration and write to the store may everything."""
    return Asker(launch.operator, Role.PLATFORM_ADMINISTRATOR)


def granted(command: F) -> F:
    """Add --role and --storefront."""
    role = click.option("--role", required=True, type=Words(Role, "role"), help="What they are to the hub.")
    storefront = click.option(
        "--storefront",
        "storefronts",
        multiple=True,
        metavar="STOREFRONT",
        help="For this one only; may be given several times. A storefront administrator and a storefront need it.",
    )
    return role(storefront(command))


def because(default: str) -> Callable[[F], F]:
    """Add --why, which may be left out."""
    return click.option(
        "--why", default=default, show_default=True, metavar="TEXT", help="The reason; it is kept with the act."
    )


def among(hub: Hub, storefronts: Iterable[str]) -> frozenset[str] | None:
    """The storefronts that were named, None for all; raises UsageError for one that nobody knows."""
    found = frozenset(storefronts)
    require_known(hub, storefronts=sorted(found))
    return found or None


def everywhere(storefronts: Iterable[str] | None) -> str:
    """Storefronts in words."""
    return "all storefronts" if storefronts is None else ", ".join(sorted(storefronts))
