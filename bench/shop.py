"""The hub that is measured: a few storefronts and instances whose partners are made up, on a store of any size."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from printhub.core.hub import Hub
from printhub.core.model.adapter import Adapter
from printhub.core.settings import Settings
from printhub.core.store.finding import any_job
from printhub.core.store.opening import DATABASE
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.upgrade import upgrade
from printhub.testing.script import Script
from printhub.testing.scripted import scripted_mis
from printhub.testing.seed.filling import Filling, Told

STOREFRONTS = {"shop": "live", "school": "live", "trial": "test"}
INSTANCES = {"press": "live", "laser": "live", "proof": "test"}


def opened(folder: Path) -> Hub:
    """A hub on the store in `folder`, whose partners say yes to everything."""
    script = Script()
    adapters = {name: scripted_mis(script, name=name) for name in INSTANCES}
    return Hub(_settings(folder, adapters), adapters)


def filled(folder: Path, jobs: int, told: Told) -> None:
    """Make a store in `folder` and fill it, unless one is there."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    store = SqliteStore(folder / DATABASE)
    try:
        upgrade(store, now)
        if store.read(any_job):
            return
    finally:
        store.close()
    script = Script()
    adapters = {name: scripted_mis(script, name=name) for name in INSTANCES}
    settings = _settings(folder, adapters)
    kinds = {name: adapter.kind for name, adapter in adapters.items()}
    Filling(settings, kinds, jobs, seed=1, orders=min(250, max(1, jobs // 20))).fill(folder / DATABASE, now, told)


def _settings(folder: Path, adapters: Mapping[str, type[Adapter[Any]]]) -> Settings:
    instances = {
        name: {"adapter": name, "mode": mode, "config": adapters[name].Config()} for name, mode in INSTANCES.items()
    }
    storefronts = {name: {"sources": [f"https://{name}.example"], "mode": mode} for name, mode in STOREFRONTS.items()}
    routes = [{"storefronts": ["school"], "instances": ["laser"]}, {"instances": ["press", "proof"]}]
    return Settings.model_validate(
        {"hub": {"data": folder}, "storefronts": storefronts, "instances": instances, "routes": routes}
    )
