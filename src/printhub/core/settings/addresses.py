"""The addresses of a database and of a broker. They may hold a password: what is wrong is said without quoting them."""

import re
from urllib.parse import urlsplit

DATABASE = 'expected the address of a database, such as "postgresql://printhub@db.example/printhub"'
BROKER = 'expected the address of a broker, such as "amqp://printhub@mq.example/printhub"'
_WRITTEN = (
    "in names and passwords, write %40 for @, %3A for :, %2F for /, %3F for ?, %23 for #, %3B for ;, %25 for %, "
    "%20 for a space"
)


def database_address(value: str) -> str:
    """An address of PostgreSQL that everybody reads alike; raises ValueError for what is none."""
    if not re.match(r"postgres(ql)?://[^/]*/[^/?]+", value):
        raise ValueError(DATABASE)
    if not _is_plain(value):
        raise ValueError(f"{DATABASE}; {_WRITTEN}")
    return value


def broker_address(value: str) -> str:
    """An address of RabbitMQ that everybody reads alike; raises ValueError for what is none."""
    if not re.match(r"amqps?://[^/]+", value):
        raise ValueError(BROKER)
    if ";" in value or not _is_plain(value):  # to kombu, several addresses
        raise ValueError(f"{BROKER}; {_WRITTEN}")
    return value


def _is_plain(value: str) -> bool:
    """Whether user, host and port are where every reader looks for them, whatever it takes a stray @ or / for."""
    if re.search(r"\s", value):  # some readers drop it
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:  # it quotes what it could not read
        return False
    return value.count("@") == parts.netloc.count("@") <= 1
