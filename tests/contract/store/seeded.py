"""A small store with made-up orders: played through a real hub, and copied, as `dev seed` does it."""

from pathlib import Path
from typing import Any

from printhub.core.model.verbs import Kind
from printhub.core.settings import Settings
from printhub.core.store.opening import DATABASE
from printhub.core.store.sqlite import SqliteStore
from printhub.testing import FakeClock, Script, scripted_mis
from printhub.testing.seed.filling import Filling, Told

STOREFRONTS = {"a": "live", "b": "test"}
INSTANCES = {"press": "live", "proof": "test"}


def seed_settings(folder: Path) -> Settings:
    adapters = {name: scripted_mis(Script(), name=name) for name in INSTANCES}
    written: dict[str, Any] = {
        "hub": {"data": folder},
        "storefronts": {
            name: {"sources": [f"https://{name}.example"], "mode": mode} for name, mode in STOREFRONTS.items()
        },
        "instances": {
            name: {"adapter": name, "mode": mode, "config": adapters[name].Config()} for name, mode in INSTANCES.items()
        },
        "routes": [{"instances": list(INSTANCES)}],
    }
    return Settings.model_validate(written)


def seeded(
    folder: Path, *, jobs: int = 120, orders: int = 20, seed: int = 1, told: Told = lambda *_: None
) -> SqliteStore:
    """A store in `folder` with about so many jobs; the caller closes it."""
    folder.mkdir(parents=True, exist_ok=True)
    store = SqliteStore(folder / DATABASE, durable=False)
    store.create()
    kinds = dict.fromkeys(INSTANCES, Kind.MIS)
    Filling(seed_settings(folder), kinds, jobs, seed, orders).fill(store.path, FakeClock()(), told)
    return store
