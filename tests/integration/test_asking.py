"""What the hub asks of the storefront goes out like a status: recorded, planned, in the job's lane."""

from printhub.core.channels.status.messages import StatusMessage
from printhub.core.flow import asking, commit
from printhub.core.flow.acts.desk import find_job
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.events.request import FilesAsked
from printhub.core.model.verbs import Verb
from printhub.core.store import dossiers, events
from printhub.core.store.store import Tx
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from printhub.testing.scripted import scripted_status
from tests.invariants.shop import order, settings


def test_a_request_is_recorded_and_told_to_the_storefront_after_what_was_written_before() -> None:
    script = Script()
    with MemoryHub(settings("web"), [scripted_status(script, name="web")]) as hub:
        hub.emit("printhub.order.placed", order())

        assert _ask(hub)
        hub.run()

        told = [call.message.event for call in script.asked(Verb.PUBLISH) if isinstance(call.message, StatusMessage)]
        assert [event.type for event in told] == ["printhub.status.changed", "printhub.request.files"]
        assert told[-1].source == "urn:printhub:shop"
        assert isinstance(told[-1].data, dict)
        assert told[-1].data["job"] == "J1"
        [stated] = hub.hub.store.read(lambda tx: events.by_type(tx, FilesAsked.type))
        assert (str(stated.id), stated.storefront) == (told[-1].id, "shop")


def test_a_request_that_nobody_would_tell_is_recorded_all_the_same() -> None:
    with MemoryHub(settings("web", routes=[]), [scripted_status(Script(), name="web")]) as hub:
        hub.emit("printhub.order.placed", order())

        assert not _ask(hub)

        assert hub.deliveries("J1") == []
        assert len(hub.hub.store.read(lambda tx: events.by_type(tx, FilesAsked.type))) == 1


def test_a_request_that_could_not_be_told_is_told_when_the_storefront_is_back() -> None:
    script = Script()
    with MemoryHub(settings("web"), [scripted_status(script, name="web")]) as hub:
        hub.emit("printhub.order.placed", order())
        _ask(hub)
        hub.restart()
        hub.run()

        assert {delivery.state for delivery in hub.deliveries("J1")} == {DeliveryState.DONE}


def _ask(hub: MemoryHub) -> bool:
    rules = hub.hub.rules

    def write(tx: Tx) -> bool:
        record = find_job(tx, "J1")
        dossier = dossiers.load(tx, [record.id])[record.id]
        asked = asking.ask(dossier, rules, FilesAsked(storefront="shop", order="O1", job="J1", why="reopened"))
        commit.save(tx, rules, [dossier])
        return asked

    return hub.hub.store.write(write)
