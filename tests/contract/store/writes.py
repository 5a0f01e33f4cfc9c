"""What tests of writing write and look for: events, each recorded once."""

from collections.abc import Callable

from printhub.core.store import events
from printhub.core.store.postgres import PostgresStore
from printhub.core.store.store import Tx
from tests.contract.store.records import an_event_record


def once(name: str) -> Callable[[Tx], None]:
    """Records an event, if it is not there yet."""

    def work(tx: Tx) -> None:
        if not events.named(tx, ["shop"], name):
            events.record(tx, an_event_record(source="shop", source_id=name))

    return work


def recorded(store: PostgresStore) -> list[str]:
    return sorted(one.source_id for one in store.read(lambda tx: events.listed(tx, None, 1000)))
