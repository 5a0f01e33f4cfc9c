"""The shop that the engine's tests work with: settings, orders, and real hubs with threads."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from printhub.core.flow.receipts import Receipt
from printhub.core.hub import Hub
from printhub.core.model.adapter import Adapter
from printhub.core.model.clock import utc_now
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.verbs import Effect, Verb
from printhub.core.settings import Settings
from printhub.core.store import deliveries as rows
from printhub.testing.clock import FakeClock
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from printhub.testing.scripted import scripted_mis
from tests.services.stores import is_scaled, make_fresh, shared_by_processes

SOURCE = "https://shop.example"
KEYED = dict.fromkeys(Verb, Effect.KEYED)
LOOKUP = dict.fromkeys(Verb, Effect.LOOKUP)


def settings(
    *instances: str,
    storefronts: Sequence[str] = ("shop",),
    routes: Sequence[Mapping[str, Any]] | None = None,
    each: Mapping[str, Mapping[str, Any]] | None = None,
    **common: Any,
) -> dict[str, Any]:
    """A configuration in which every job goes to every instance; `common` is of all instances, `each` of one."""
    named = instances or ("mis",)
    common.setdefault("retry", {"jitter": 0.0})
    own = each or {}
    return {
        "storefronts": {name: {"sources": [f"https://{name}.example"], "mode": "test"} for name in storefronts},
        "instances": {name: {"adapter": name, "mode": "test", **common, **own.get(name, {})} for name in named},
        "routes": [{"instances": list(named)}] if routes is None else list(routes),
    }


def mis(
    script: Script,
    name: str = "mis",
    *,
    verbs: Sequence[str] = ("notify", "lookup"),
    effects: Mapping[Verb, Effect] | None = None,
) -> type[Adapter[Any]]:
    """A scripted MIS under the name of its instance; it is only notified, unless `verbs` says more."""
    return scripted_mis(script, name=name, verbs=verbs, effects=effects)


def memory_hub(
    script: Script,
    *,
    effects: Mapping[Verb, Effect] | None = None,
    verbs: Sequence[str] = ("notify", "lookup"),
    clock: FakeClock | None = None,
    **common: Any,
) -> MemoryHub:
    """A hub with one MIS; `common` are its settings."""
    return MemoryHub(settings(**common), [mis(script, effects=effects, verbs=verbs)], clock=clock)


def job(number: str = "J1", **changes: Any) -> dict[str, JsonValue]:
    """A stock product: nothing to wait for."""
    return {"id": number, "product_type": "Ordinary", "quantity": 100, **changes}


def order(number: str = "O1", jobs: Sequence[Mapping[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """A paid order of one job, as the data of `order.placed`."""
    listed = [job()] if jobs is None else list(jobs)
    total = {"amount": "49.39", "currency": "EUR"}
    return {"order": {"id": number, "jobs": listed, "payment_status": "Paid", "total": total, **changes}}


def orders(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Many orders of one job each: (job's number, data)."""
    for number in range(count):
        name = f"J{number:04}"
        yield name, order(f"O{number:04}", [job(name)])


@contextmanager
def real_hub(
    folder: Path,
    written: Mapping[str, Any],
    adapters: Sequence[type[Adapter[Any]]],
    *,
    now: Callable[[], Any] = utc_now,
    busy_seconds: float = 10.0,
) -> Iterator[Hub]:
    """A hub on a store in `folder`, which is made if it is not there; serving is the test's to begin."""
    known = {adapter.name: adapter for adapter in adapters}
    instances = {
        name: {**section, "config": known[section["adapter"]].Config.model_validate(section.get("config", {}))}
        for name, section in written["instances"].items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    known_here = folder / "known"  # a database does not lie in the folder; whoever comes back finds what was there
    where = shared_by_processes(instances) if is_scaled() else {}
    whole = Settings.model_validate({**written, **where, "instances": instances, "hub": {"data": folder}})
    hub = Hub(whole, known, now=now, busy_seconds=busy_seconds, durable=False, doubting=True)
    try:
        if is_scaled() and not known_here.exists():
            make_fresh(hub.store)
            known_here.touch()
        hub.store.create()
        yield hub
    finally:
        hub.close()


def emit(hub: Hub, type_: str, data: Mapping[str, JsonValue], **attributes: JsonValue) -> Receipt:
    """State an event of the storefront `shop`, under an id of its own unless one is given."""
    envelope: dict[str, JsonValue] = {
        "id": str(hub.rules.new_id()),
        "source": SOURCE,
        "specversion": "1.0",
        "type": type_,
        "time": hub.rules.now().isoformat(),
        "data": dict(data),
    }
    return hub.intake.take_raw({**envelope, **attributes})


def place(hub: Hub, count: int) -> list[str]:
    """State so many orders of one job each, and return the jobs' numbers."""
    placed = list(orders(count))
    for _, data in placed:
        receipt = emit(hub, "printhub.order.placed", data)
        assert receipt.accepted, receipt.reason
    return [name for name, _ in placed]


def states(hub: Hub) -> dict[tuple[str, DeliveryState], int]:
    """How many deliveries each instance has in each state."""
    return hub.store.read(rows.counts)


def all_deliveries(hub: Hub) -> list[Delivery]:
    """Every delivery in the store."""
    return [found for found, _ in hub.store.read(lambda tx: rows.listed(tx, limit=100_000))]


def wait_until(holds: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Wait for a condition; fail, naming it, when it does not come about."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"it did not come about within {seconds:g} s that {what}")
        time.sleep(0.01)
