"""A hub with two storefronts behind its door, and somebody of every role."""

from collections.abc import Callable, Iterator

import pytest

from printhub.core.model.access import Role
from printhub.testing import Script
from printhub.testing.memory_hub import MemoryHub
from tests.integration.web.door import Caller, answering, give_token
from tests.invariants.shop import mis, settings

As = Callable[..., Caller]
"""Makes a caller of a role, for some storefronts."""


@pytest.fixture
def script() -> Script:
    """What the MIS answers."""
    return Script()


@pytest.fixture
def hub(script: Script) -> Iterator[MemoryHub]:
    """A hub with one MIS and the storefronts `shop` and `other`."""
    with MemoryHub(settings(storefronts=("shop", "other")), [mis(script)]) as made:
        yield made


@pytest.fixture
def base(hub: MemoryHub) -> Iterator[str]:
    """Where it answers."""
    with answering(hub.hub) as address:
        yield address


@pytest.fixture
def as_(hub: MemoryHub, base: str) -> As:
    """A caller of a role: of all storefronts where the role may be, else of those that are named."""

    def made(role: Role, *storefronts: str) -> Caller:
        return Caller(base, give_token(hub.hub, role, *storefronts))

    return made


@pytest.fixture
def shop(as_: As) -> Caller:
    """The software of the storefront `shop`."""
    return as_(Role.STOREFRONT, "shop")


@pytest.fixture
def root(as_: As) -> Caller:
    """A platform administrator."""
    return as_(Role.PLATFORM_ADMINISTRATOR)
