"""A hub whose disk is full goes on serving: it refuses what it cannot keep, and makes up for it once there is room."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import StoreUnavailable
from printhub.core.serving import serving
from printhub.testing.script import Script
from tests.invariants.shop import KEYED, emit, mis, orders, real_hub, settings, states, wait_until

pytestmark = pytest.mark.embedded  # the disk under a file

DONE = DeliveryState.DONE
MANY = 5000


class Disk:
    """So many pages as the store may have; SQLite says the same at its own limit as where the disk ends."""

    def __init__(self) -> None:
        self.pages = 1_000_000

    def limit(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {self.pages}")


@pytest.fixture
def disk() -> Iterator[Disk]:
    made = Disk()
    event.listen(Engine, "begin", made.limit)
    yield made
    event.remove(Engine, "begin", made.limit)


def used(hub: Hub) -> int:
    return int(hub.store.read(lambda tx: tx.exec_driver_sql("PRAGMA page_count").scalar_one()))


def fill(hub: Hub) -> tuple[list[str], str]:
    """State orders until one is refused; returns the jobs of those that were confirmed, and why the last was not."""
    confirmed: list[str] = []
    for name, data in orders(MANY):
        try:
            emit(hub, "printhub.order.placed", data)
        except StoreUnavailable as error:
            return confirmed, str(error)
        confirmed.append(name)
    raise AssertionError("the disk was never full")


def test_what_was_confirmed_before_the_disk_was_full_is_done_once_there_is_room(tmp_path: Path, disk: Disk) -> None:
    script = Script()
    with real_hub(tmp_path, settings(), [mis(script, effects=KEYED)]) as hub, serving(hub):
        disk.pages = used(hub) + 60
        # All threads meet the full disk: neither claims nor outcomes can be written.
        confirmed, why = fill(hub)
        assert "full; nothing was changed" in why
        waiting = states(hub)
        assert waiting != {("mis", DONE): len(confirmed)}

        disk.pages = 1_000_000
        wait_until(lambda: states(hub) == {("mis", DONE): len(confirmed)}, "all that was confirmed is done", 60)

        late = next((name, data) for name, data in orders(MANY) if name not in confirmed)
        assert emit(hub, "printhub.order.placed", late[1]).accepted
        wait_until(lambda: states(hub) == {("mis", DONE): len(confirmed) + 1}, "what came since is done too", 60)

    keys = {call.key for call in script.asked("notify")}
    assert len(keys) == len(confirmed) + 1
    assert {call.subject for call in script.calls} == {*confirmed, late[0]}
    assert set(Counter(call.key for call in script.asked("notify")).values()) == {1}
