"""With amqps:// the broker has to prove who it is."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from printhub.core.bus.rabbit import RabbitBus
from printhub.core.model.errors import BusUnavailable
from tests.integration.bus.conftest import QUICK, Kept, Listener, some
from tests.integration.tls import self_signed, served_with
from tests.services import rabbitmq
from tests.services.proxy import Proxy
from tests.services.rabbitmq import Corner

pytestmark = pytest.mark.rabbitmq
MakeBus = Callable[[str], RabbitBus]


@pytest.fixture
def bus_of(
    corner: Corner, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], RabbitBus]]:
    """Makes a bus on a broker whose certificate, which is trusted, bears a name."""
    made: list[RabbitBus | Proxy] = []

    def make(name: str, *, trusted: bool = True) -> RabbitBus:
        certificate = self_signed(tmp_path, name)
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        proxy = Proxy(rabbitmq.address(), served_with(certificate))
        host, port = rabbitmq.address()
        url = rabbitmq.URL.replace(f"{host}:{port}", f"127.0.0.1:{proxy.port}").replace("amqp://", "amqps://")
        made.append(proxy)
        made.append(RabbitBus(url, corner.instances, kept, namespace=corner.namespace, waits=QUICK))
        bus = made[-1]
        assert isinstance(bus, RabbitBus)
        return bus

    yield make
    for one in reversed(made):
        one.close()


def test_a_broker_with_the_right_certificate_is_used(bus_of: MakeBus) -> None:
    bus = bus_of("IP:127.0.0.1")
    listener = Listener(bus)

    bus.publish(some(count=300))

    seen = 0
    while seen < 300:
        assert listener.wake.wait(15), f"{seen} of 300 came"
        seen += listener.end.drain()
        listener.end.ack()
    assert seen == 300


def test_a_broker_with_another_name_is_not_used(bus_of: MakeBus) -> None:
    bus = bus_of("DNS:broker.example")

    with pytest.raises(BusUnavailable, match="certificate is not valid for '127"):
        bus.publish(some())


def test_a_broker_with_a_certificate_of_its_own_making_is_not_used(bus_of: Callable[..., RabbitBus]) -> None:
    bus = bus_of("IP:127.0.0.1", trusted=False)

    with pytest.raises(BusUnavailable, match="self-signed certificate"):
        bus.publish(some())
