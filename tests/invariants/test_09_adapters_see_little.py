"""Invariant 9: an adapter sees its config and one message; not the bus, not the store, not the hub, no other."""

import gc
import inspect
import types
from typing import Any

from printhub.core.bus.memory import MemoryBus
from printhub.core.flow.rules import Rules
from printhub.core.hub import Hub
from printhub.core.model.adapter import Adapter
from printhub.core.model.call import Call
from printhub.core.model.reports import Report
from printhub.core.settings import Settings
from printhub.core.store.store import Store, Tx
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from printhub.testing.scripted import scripted_status
from tests.invariants.shop import job, mis, order, settings

FORBIDDEN = (Hub, Store, MemoryBus, Rules, Settings, Tx)


def reachable(start: object) -> list[object]:
    """Everything that can be got at from an object by its references, classes and modules left out."""
    seen: dict[int, object] = {}
    waiting = [start]
    while waiting:
        found = waiting.pop()
        if id(found) in seen or isinstance(found, type | types.ModuleType | types.FrameType):
            continue
        seen[id(found)] = found
        if inspect.isfunction(found):
            waiting += [cell.cell_contents for cell in found.__closure__ or ()]
            waiting += list(found.__defaults__ or ())
            continue
        if inspect.ismethod(found):
            waiting += [found.__self__, found.__func__]
            continue
        waiting += [one for one in gc.get_referents(found) if not isinstance(one, types.FrameType)]
    return list(seen.values())


def test_from_what_a_call_is_given_nothing_of_the_hub_can_be_reached() -> None:
    given: list[tuple[object, Call]] = []

    def keep(message: object, call: Call) -> Report:
        given.append((message, call))
        found = [one for one in reachable((message, call)) if isinstance(one, FORBIDDEN)]
        assert found == [], f"an adapter can reach {[type(one).__name__ for one in found]}"
        return Report.done("R")

    script, web = Script(), Script()
    script.default("notify", keep)
    web.default("publish", keep)
    with MemoryHub(settings("mis", "web"), [mis(script), scripted_status(web, name="web")]) as hub:
        hub.emit("printhub.order.placed", order(jobs=[job("J1"), job("J2")]))
        hub.run()

        states = {str(one.state) for number in ("J1", "J2") for one in hub.deliveries(number)}
        assert states == {"done"}, [one.reason for one in hub.deliveries("J1")]
    assert len(given) == 6


def test_an_adapter_is_made_of_its_config_alone_and_one_object_serves_one_thread_of_work() -> None:
    made: list[tuple[object, ...]] = []
    script = Script()
    base: Any = mis(script)

    class Noting(base):  # type: ignore[misc] # made at run time
        def __init__(self, *given: object) -> None:
            made.append(given)
            super().__init__(*given)

    adapter: type[Adapter[Any]] = Noting
    with MemoryHub(settings(), [adapter]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()

    assert made
    assert all(len(given) == 1 and isinstance(given[0], adapter.Config) for given in made)


def test_a_message_tells_of_its_own_job_only() -> None:
    script = Script()
    with MemoryHub(settings(), [mis(script)]) as hub:
        hub.emit("printhub.order.placed", order(jobs=[job("J-one"), job("J-two")]))
        hub.run()

    for number, other in (("J-one", "J-two"), ("J-two", "J-one")):
        [call] = script.asked("notify", number)
        assert call.message is not None
        assert number in call.message.model_dump_json()
        assert other not in call.message.model_dump_json()
