"""A database that was put back by its server's own means: the hub is told, pauses, and asks before it calls."""

from datetime import timedelta
from pathlib import Path

import pytest

from printhub.core.model.errors import ActRefused
from printhub.core.store import hubs, instances, workers
from printhub.core.store.instances import Cause
from printhub.testing import Script
from tests.contract.store.crowd import crowd
from tests.invariants.shop import all_deliveries, mis, place, settings

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("shared")]  # no process of an earlier test is known


def test_all_instances_are_paused_and_calls_that_may_have_gone_are_doubted(database: str, tmp_path: Path) -> None:
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        hub = made.join()
        place(hub, 2)
        hub.store.write(lambda tx: workers.leave(tx, hub.worker))
        as_of = hub.rules.now() - timedelta(hours=1)

        doubted, paused = hub.restoration.take_note(hub.store, as_of, by="operator:test", why="its disk died")

        assert doubted >= 2
        assert paused == ("mis",)
        assert all(delivery.doubted for delivery in all_deliveries(hub))
        assert [stop.cause for stop in hub.store.read(instances.stops)] == [Cause.PAUSED]
        begun = hub.store.read(hubs.newest)
        assert begun is not None
        assert begun.backup_taken_at == as_of


def test_while_a_process_works_on_the_database_it_is_refused(database: str, tmp_path: Path) -> None:
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        hub = made.join()
        place(hub, 1)
        before = all_deliveries(hub)

        with pytest.raises(ActRefused, match="the hub works on this database"):
            hub.restoration.take_note(hub.store, hub.rules.now(), by="operator:test", why="its disk died")

        assert all_deliveries(hub) == before
