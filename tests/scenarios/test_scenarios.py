"""The rules of the hub, as the table of scenarios: state and event → deliveries, obstacles and statuses."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from printhub.core.model.adapter import Adapter
from printhub.testing.clock import FakeClock
from printhub.testing.memory_hub import MemoryHub
from tests.scenarios.row import Row, read_rows
from tests.scenarios.seen import Before, differences
from tests.scenarios.steps import play
from tests.scenarios.world import World


@pytest.mark.parametrize("row", read_rows(), ids=lambda row: f"{row.rule}: {row.name}")
def test_scenario(row: Row, tmp_path: Path) -> None:
    hubs: list[MemoryHub] = []

    def open_hub(settings: dict[str, Any], adapters: Sequence[type[Adapter[Any]]], clock: FakeClock) -> MemoryHub:
        hub = MemoryHub(settings, adapters=list(adapters), clock=clock)
        hubs.append(hub)
        return hub.__enter__()

    try:
        world = World(row.setup, tmp_path, open_hub, play)
        for step in row.given:
            play(world, step)
        before = Before(world)
        for step in row.when:
            play(world, step)

        assert differences(world, row, before) == []
    finally:
        for hub in hubs:
            hub.__exit__(None, None, None)
