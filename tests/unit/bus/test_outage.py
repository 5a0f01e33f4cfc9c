"""The log hears once that the broker is lost and once that it is back, however many connections there are."""

import logging

import pytest

from printhub.core.bus.outage import Outage
from printhub.core.bus.waits import Waits

WAITS = Waits(first_pause=0.1, longest_pause=5.0)
REFUSED = ConnectionRefusedError("nobody listens")


@pytest.fixture
def outage(caplog: pytest.LogCaptureFixture) -> Outage:
    caplog.set_level(logging.INFO)
    return Outage("RabbitMQ at broker.example:5672", WAITS)


def test_many_connections_are_lost_and_come_back_as_one(outage: Outage, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("publisher", "mis", "mis", "folder"):
        outage.lost(name, REFUSED)
    outage.back("mis")
    outage.back("publisher")
    assert outage
    assert [one.levelno for one in caplog.records] == [logging.WARNING]
    assert "RabbitMQ at broker.example:5672 cannot be used (publisher): ConnectionRefusedError" in caplog.text

    outage.back("folder")

    assert not outage
    assert [one.getMessage() for one in caplog.records][1:] == ["RabbitMQ at broker.example:5672 can be used again"]


def test_what_was_never_lost_does_not_come_back(outage: Outage, caplog: pytest.LogCaptureFixture) -> None:
    outage.back("publisher")

    assert caplog.records == []


def test_who_leaves_is_not_waited_for(outage: Outage, caplog: pytest.LogCaptureFixture) -> None:
    outage.lost("publisher", REFUSED)
    outage.lost("mis", REFUSED)
    outage.left("mis")

    outage.back("publisher")

    assert not outage
    assert len(caplog.records) == 2


def test_pauses_grow_to_a_bound_and_differ(outage: Outage) -> None:
    pauses = [outage.lost("mis", REFUSED) for _ in range(40)]

    for tries, pause in enumerate(pauses):
        whole = min(5.0, 0.1 * 2**tries)
        assert whole / 2 <= pause <= whole
    assert len(set(pauses[10:])) > 20


def test_after_a_connection_that_held_the_pause_is_short_again(outage: Outage) -> None:
    for _ in range(10):
        outage.lost("mis", REFUSED)
    outage.back("mis")

    assert outage.lost("mis", REFUSED) <= 0.1
