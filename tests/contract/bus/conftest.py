"""A bus of each sort. What a test asks of one it asks of both."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from printhub.core.bus.bus import Bus
from printhub.core.bus.memory import MemoryBus
from printhub.core.bus.rabbit import RabbitBus
from tests.services import rabbitmq
from tests.services.rabbitmq import Corner

MakeBus = Callable[[], Bus]


@pytest.fixture(params=["memory", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def make_bus(request: pytest.FixtureRequest) -> Iterator[MakeBus]:
    """Makes buses that know nothing of each other; the instances are `mis` and `folder`."""
    with contextlib.ExitStack() as opened:
        if request.param == "rabbitmq":
            rabbitmq.required()

        def make() -> Bus:
            made: Bus
            if request.param == "memory":
                made = MemoryBus()
            else:
                corner = opened.enter_context(Corner())
                made = RabbitBus(rabbitmq.URL, corner.instances, _no_poison, namespace=corner.namespace)
            opened.callback(made.close)
            return made

        yield make


@pytest.fixture
def bus(make_bus: MakeBus) -> Bus:
    """One bus."""
    return make_bus()


def _no_poison(queue: str, body: bytes, why: str) -> None:
    raise AssertionError(f"{queue} held {body!r}: {why}")
