"""What operators do with the files of a job: upload, replace, restore, reopen, have made again."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from printhub.core.flow.acts.files import Upload
from printhub.core.hub import Hub
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import ActRefused, NotFound
from printhub.core.model.known import FileRole, FileState
from printhub.core.model.statuses import JobStatus
from printhub.core.serving import serving
from printhub.core.store import acts as act_rows
from printhub.testing import Script
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.pdf import tiny_pdf
from tests.echo.book import EchoBook
from tests.echo.status import EchoStatus
from tests.invariants.shop import emit, job, mis, order, real_hub, settings, wait_until

MINUTE = timedelta(minutes=1)
WHY: dict[str, str] = {"by": "operator:jane", "why": "the bleed was missing"}
OUTPUT = FileRole.OUTPUT
Opens = Callable[..., MemoryHub]


@pytest.fixture
def opened() -> Iterator[Opens]:
    hubs: list[MemoryHub] = []

    def start(*jobs: dict[str, Any], shop: dict[str, Any] | None = None, script: Script | None = None) -> MemoryHub:
        made = settings()
        made["storefronts"]["shop"] |= {"files_stay_put": True, **(shop or {})}
        hub = MemoryHub(made, [mis(script or Script())])
        hubs.append(hub)
        hub.emit("printhub.order.placed", order(jobs=jobs, payment_status="Pending"))
        return hub

    yield start
    for hub in hubs:
        hub.close()


def printed(**changes: Any) -> dict[str, Any]:
    return job(**{"product_type": "Static", "output": [asset("old.pdf")], **changes})


def asset(name: str, part: str | None = None) -> dict[str, Any]:
    return {"name": name, "url": f"https://shop.example/{name}"} | ({"part": part} if part else {})


def upload(
    content: bytes = b"%PDF new", *, name: str = "new.pdf", role: FileRole = OUTPUT, part: str | None = None
) -> Upload:
    return Upload(io.BytesIO(content), name, role, part)


def kept(hub: MemoryHub) -> list[Path]:
    return [path for path in (hub.hub.data / "jobs").rglob("*") if path.is_file()]


def standing(hub: MemoryHub) -> list[tuple[str, str | None]]:
    return sorted((file.name, file.part) for file in hub.files("J1") if not file.superseded)


def test_an_upload_is_recorded_with_who_why_and_what_it_replaced(opened: Opens) -> None:
    hub = opened(printed())

    supplied = hub.hub.acts.files.upload("J1", upload(), **WHY)

    [new] = supplied.files
    [old] = supplied.superseded
    assert (new.by, new.state, new.size, new.superseded) == ("operator:jane", FileState.PRESENT, 8, False)
    assert (supplied.asked, supplied.told) == (None, ())
    [act] = hub.hub.store.read(lambda tx: act_rows.listed(tx, 1))
    assert (act.act, act.by, act.subject, act.why) == ("upload", "operator:jane", "shop/J1", "the bleed was missing")
    assert act.facts == {"about": "J1", "files": [str(new.id)], "superseded": [str(old.id)]}
    entry = hub.history("J1")[-1]
    assert (entry.status, entry.by, entry.detail) == (JobStatus.OUTPUT_CREATED, "operator:jane", "new.pdf")


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (upload(b""), "new.pdf: the file is empty"),
        (upload(b"x" * 101), "more than the 100 bytes"),
        (upload(part="p9"), "job J1 has no part p9; it has p1, p2"),
        (upload(role=FileRole.ARTWORK), "say which part of job J1 the artwork is of: p1, p2"),
    ],
)
def test_what_cannot_be_taken_leaves_nothing_behind(opened: Opens, refused: Upload, words: str) -> None:
    parts = [{"id": "p1"}, {"id": "p2"}]
    hub = opened(printed(product_type="MultiPart", parts=parts, output=[]), shop={"max_bytes": {"MultiPart": 100}})
    before = hub.history("J1")
    refused.content.seek(0)

    with pytest.raises(ActRefused, match=words):
        hub.hub.acts.files.upload("J1", refused, **WHY)

    assert (kept(hub), hub.files("J1"), hub.history("J1")) == ([], [], before)


def test_an_act_that_fails_after_the_bytes_came_takes_them_away_again(opened: Opens) -> None:
    hub = opened(printed())

    with pytest.raises(ActRefused, match="say why"):
        hub.hub.acts.files.upload("J1", upload(), by="operator:jane", why=" ")

    assert (kept(hub), standing(hub)) == ([], [("old.pdf", None)])


def test_the_artwork_of_one_part_replaces_its_own_output_and_no_other(opened: Opens) -> None:
    parts = [{"id": "p1", "artwork": asset("a1.pdf", "p1")}, {"id": "p2", "artwork": asset("a2.pdf", "p2")}]
    hub = opened(printed(product_type="MultiPart", parts=parts, output=[asset("o1.pdf", "p1"), asset("o2.pdf", "p2")]))

    hub.hub.acts.files.upload("J1", upload(role=FileRole.ARTWORK, part="p1"), **WHY)

    assert standing(hub) == [("a2.pdf", "p2"), ("new.pdf", "p1"), ("o2.pdf", "p2")]


def test_output_of_a_part_does_not_stand_beside_one_file_for_all_parts(opened: Opens) -> None:
    hub = opened(printed(product_type="MultiPart", parts=[{"id": "p1"}], output=[asset("all.pdf")]))

    with pytest.raises(ActRefused, match="one file for all parts: replace it as a whole"):
        hub.hub.acts.files.upload("J1", upload(part="p1"), **WHY)


def test_outputs_of_parts_that_a_whole_one_replaced_are_restored_together(opened: Opens) -> None:
    output = [asset("o1.pdf", "p1"), asset("o2.pdf", "p2")]
    hub = opened(printed(product_type="MultiPart", parts=[{"id": "p1"}, {"id": "p2"}], output=output))
    replaced = hub.hub.acts.files.upload("J1", upload(), **WHY).superseded
    assert standing(hub) == [("new.pdf", None)]

    hub.hub.acts.files.restore([str(file.id) for file in replaced], **WHY)

    assert standing(hub) == [("o1.pdf", "p1"), ("o2.pdf", "p2")]


def test_only_what_was_superseded_and_is_there_is_restored(opened: Opens) -> None:
    hub = opened(printed())
    [file] = hub.files("J1")

    with pytest.raises(ActRefused, match="nothing has superseded it"):
        hub.hub.acts.files.restore([str(file.id)], **WHY)
    with pytest.raises(NotFound, match="there is no file 0123456789"):
        hub.hub.acts.files.restore(["0123456789"], **WHY)


def test_a_mis_that_was_told_is_named_and_staff_are_told_where_it_takes_no_updates(opened: Opens) -> None:
    hub = opened(printed())
    hub.emit("printhub.order.payment_changed", {"order": "O1", "payment_status": "Paid"})
    hub.run()
    hub.clock.advance(MINUTE)

    supplied = hub.hub.acts.files.upload("J1", upload(), **WHY)

    assert (supplied.told, supplied.unable) == (("mis",), ("mis",))
    assert [notice.matter for notice in hub.notices()] == ["differs_from_what_was_sent"]


def test_an_upload_beside_a_serving_hub_lets_the_job_go(tmp_path: Path) -> None:
    script, folder = Script(), tmp_path / "var"
    with real_hub(folder, settings(), [mis(script)]) as served, serving(served):
        waiting = job(product_type="Variable")
        emit(served, "printhub.order.placed", order(jobs=[waiting]))
        other = Hub(served.settings, {"mis": mis(script)})  # what the command line is: another one on the same store
        try:
            other.acts.files.upload("J1", upload(tiny_pdf("new")), **WHY)
        finally:
            other.close()

        wait_until(lambda: script.asked("notify"), "the job goes")


# --- what the storefront is asked for ---------------------------------------------------------------------------------


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[tuple[MemoryHub, Callable[[], list[dict[str, Any]]]]]:
    """A hub whose storefront writes down what it is told: (hub, the requests so far)."""
    book = tmp_path / "storefront.jsonl"
    made = settings("mis", "echo-status", each={"echo-status": {"config": {"file": str(book)}}})
    made["files"] = {"roots": [str(tmp_path)]}
    (tmp_path / "old.pdf").write_bytes(tiny_pdf("old"))

    def requests() -> list[dict[str, Any]]:
        told = [entry["event"] for entry in EchoBook(book).entries()]
        return [event for event in told if event["type"].startswith("printhub.request.")]

    with MemoryHub(made, [mis(Script()), EchoStatus]) as hub:
        output = [{"name": "old.pdf", "url": (tmp_path / "old.pdf").as_uri()}]
        hub.emit("printhub.order.placed", order(jobs=[job(product_type="Static", output=output)]))
        hub.run()
        hub.clock.advance(MINUTE)
        yield hub, requests


def test_the_storefront_is_asked_for_the_files_of_a_reopened_job(heard: tuple[MemoryHub, Any], tmp_path: Path) -> None:
    hub, requests = heard
    hub.emit("printhub.order.status_changed", {"order": "O1", "status": "Shipped"})
    hub.run()
    hub.clock.advance(MINUTE)

    assert hub.hub.acts.jobs.reopen("J1", **WHY)
    hub.run()

    [request] = requests()
    assert (request["type"], request["subject"]) == ("printhub.request.files", "J1")
    assert request["data"] == {"storefront": "shop", "order": "O1", "job": "J1", "why": "the bleed was missing"}
    output: list[JsonValue] = [{"name": "old.pdf", "url": (tmp_path / "old.pdf").as_uri()}]
    hub.emit("printhub.job.output_created", {"job": "J1", "output": output})
    hub.run()
    assert [file.state for file in hub.files("J1")] == [FileState.CLEARED, FileState.PRESENT]


def test_the_storefront_is_asked_to_make_the_output_again_and_its_own_word_counts(heard: tuple[MemoryHub, Any]) -> None:
    hub, requests = heard

    assert hub.hub.acts.jobs.recreate("J1", **WHY)
    hub.run()

    assert [request["type"] for request in requests()] == ["printhub.request.recreation"]
    assert [file.superseded for file in hub.files("J1")] == [False]
    hub.clock.advance(MINUTE)
    hub.emit("printhub.job.recreation_requested", {"job": "J1"})
    assert [file.superseded for file in hub.files("J1")] == [True]
    assert hub.current("J1") is JobStatus.RECREATION_REQUESTED


def test_after_new_artwork_the_job_waits_for_the_output_that_the_storefront_is_asked_for(
    heard: tuple[MemoryHub, Any], tmp_path: Path
) -> None:
    hub, requests = heard
    supplied = hub.hub.acts.files.upload("J1", upload(role=FileRole.ARTWORK), **WHY)
    hub.run()
    assert supplied.asked
    assert [request["type"] for request in requests()] == ["printhub.request.recreation"]

    [notify] = hub.deliveries("J1", "mis")
    again = hub.send_again(notify.id)
    assert (again.state, str(again.obstacles[0])) == (DeliveryState.HELD, "no_output")
    hub.clock.advance(MINUTE)
    hub.emit("printhub.job.output_created", {"job": "J1"})
    hub.run()

    assert {delivery.state for delivery in hub.deliveries("J1", "mis")} == {DeliveryState.DONE}
    assert (tmp_path / "old.pdf").exists()
