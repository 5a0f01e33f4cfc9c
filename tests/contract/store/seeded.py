"""A small store with made-up orders: played through a real hub, and copied, as `dev seed` does it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from printhub.core.model.verbs import Kind
from printhub.core.settings import Settings
from printhub.core.store.opening import DATABASE
from printhub.core.store.postgres import PostgresStore
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Store
from printhub.testing import FakeClock, Script, scripted_mis
from printhub.testing.seed.filling import Filling, Told
from tests.services.postgres import own_database
from tests.services.stores import copy_rows, in_files, is_scaled

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
    with in_files():
        Filling(seed_settings(folder), kinds, jobs, seed, orders).fill(store.path, FakeClock()(), told)
    return store


@contextlib.contextmanager
def either(folder: Path, *, jobs: int, orders: int, seed: int = 1) -> Iterator[Store]:
    """The same on the pair that is tested, where that is PostgreSQL in a database of its own."""
    with contextlib.closing(seeded(folder, jobs=jobs, orders=orders, seed=seed)) as files:
        if not is_scaled():
            yield files
            return
        with own_database() as url, contextlib.closing(PostgresStore(url, durable=False)) as store:
            store.create()
            store.write(lambda tx: copy_rows(files, tx))
            yield store
