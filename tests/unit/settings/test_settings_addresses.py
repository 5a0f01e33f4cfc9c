"""Addresses of a database and of a broker: what every reader reads alike is taken, the rest refused without a quote."""

import traceback

import pytest
from kombu.utils.url import parse_url
from pydantic import ValidationError

from printhub.core.bus.rabbit import RabbitBus
from printhub.core.model.errors import ConfigInvalid
from printhub.core.settings.addresses import broker_address, database_address
from printhub.core.settings.sections import BusSettings, StoreSettings
from printhub.core.store.postgres import postgres_url

STRAY = ["pa@ss", "pa@ss:word", "pa/ss", "12/pass", "pa?ss", "12?pass", "pa#ss", "pa[ss", "pa ss", "12\tpass"]
"""Passwords of which a part passes for a host, a port or a path where they are written as they are."""


PIECES = ("pass", "word", "pa@", "ss@", "pa/", "pa?", "pa#", "pa[", "pa;", "'pa", "'ss")


def quoted(error: pytest.ExceptionInfo[BaseException]) -> list[str]:
    """Which pieces of the password stand in an error, and in all that it came from."""
    told = "".join(traceback.format_exception(error.value, limit=0))
    return [piece for piece in PIECES if piece in told.replace("names and passwords", "")]


@pytest.mark.parametrize("password", STRAY)
def test_a_database_whose_password_is_not_encoded_is_refused_without_a_word_of_it(password: str) -> None:
    url = f"postgresql://me:{password}@db.example/hub"

    with pytest.raises(ValueError, match="expected the address of a database") as read:
        postgres_url(url)
    with pytest.raises(ValidationError, match="expected the address of a database") as configured:
        StoreSettings.model_validate({"url": url})

    assert (quoted(read), quoted(configured)) == ([], [])


@pytest.mark.parametrize("password", [*STRAY, "pa;ss"])
def test_a_broker_whose_password_is_not_encoded_is_refused_without_a_word_of_it(password: str) -> None:
    url = f"amqp://me:{password}@mq.example/"

    with pytest.raises(ConfigInvalid, match="expected the address of a broker") as read:
        RabbitBus(url, [], lambda *_: None)
    with pytest.raises(ValidationError, match="expected the address of a broker") as configured:
        BusSettings.model_validate({"url": url})

    assert (quoted(read), quoted(configured)) == ([], [])


@pytest.mark.parametrize("rest", ["db.example:54x2/hub", "db.example:70000/hub", "db.example", "db.example/"])
def test_a_database_needs_a_name_and_a_port_that_there_can_be(rest: str) -> None:
    with pytest.raises(ValueError, match="expected the address of a database"):
        database_address(f"postgresql://me@{rest}")


def test_what_is_encoded_is_read_as_it_was_meant() -> None:
    password = "p@s:s/w?o#r;d [%]"
    encoded = "p%40s%3As%2Fw%3Fo%23r%3Bd%20%5B%25%5D"

    database = postgres_url(database_address(f"postgresql://me:{encoded}@db.example:5433/hub"))
    broker = parse_url(broker_address(f"amqp://me:{encoded}@mq.example:5673/%2F"))

    assert (database.username, database.password, database.host, database.port) == ("me", password, "db.example", 5433)
    assert (broker["userid"], broker["password"], broker["hostname"], broker["port"]) == (
        "me",
        password,
        "mq.example",
        5673,
    )


@pytest.mark.parametrize(
    "url", ["postgresql:///hub?host=/run/postgresql", "postgres://me@[::1]:5432/hub", "postgresql://h/hub?a=b%40c"]
)
def test_a_database_may_be_named_in_every_way_that_there_is(url: str) -> None:
    assert postgres_url(database_address(url)).database == "hub"
