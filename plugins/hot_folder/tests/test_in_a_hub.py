"""The README's own example in a whole hub: an order comes in, and its files lie in the folder."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from plugins.hot_folder.tests.test_plugin import EXAMPLES, README
from printhub import JobStatus
from printhub.testing import MemoryHub, tiny_pdf
from printhub_hot_folder.adapter import HotFolder

JOB = "1001-1"
Hubs = Callable[..., MemoryHub]


@pytest.fixture
def hot(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    return path


@pytest.fixture
def hub(tmp_path: Path, hot: Path) -> Iterator[Hubs]:
    made: list[MemoryHub] = []
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    for name in ("front.pdf", "back.pdf"):
        (uploads / name).write_bytes(tiny_pdf(name))

    def make(**changes: Any) -> MemoryHub:
        written = tomllib.loads(EXAMPLES[0])
        written["files"] = {"roots": [str(uploads)]}
        written["storefronts"]["shop"]["mode"] = "live"
        instance = written["instances"]["prepress"]
        instance["config"] |= {"path": str(hot), **changes.pop("config", {})}
        instance |= changes
        made.append(MemoryHub(written, [HotFolder]))
        return made[-1]

    yield make
    for one in made:
        one.close()


def place_the_order(hub: MemoryHub, hot: Path) -> None:
    uploads = hot.parent / "uploads"
    assets = [
        {"name": f"{part}.pdf", "url": (uploads / f"{part}.pdf").as_uri(), "part": part} for part in ("front", "back")
    ]
    job: dict[str, Any] = {
        "id": JOB,
        "product_type": "MultiPart",
        "product": "Flyer",
        "quantity": 250,
        "parts": [{"id": "front"}, {"id": "back"}],
        "artwork": assets,
    }
    order: dict[str, Any] = {
        "id": "1001",
        "jobs": [job],
        "payment_status": "Paid",
        "total": {"amount": "10.00", "currency": "EUR"},
    }
    hub.emit("printhub.order.placed", {"order": order})
    hub.emit("printhub.job.output_created", {"job": JOB})
    hub.run()


def lies_in(hot: Path) -> list[str]:
    return [path.name for path in hot.iterdir() if path.is_file()]


def test_the_files_lie_there_as_the_readme_says(hub: Hubs, hot: Path) -> None:
    made = hub()

    place_the_order(made, hot)

    listed = README.partition("in this order:\n\n```text\n")[2].partition("```")[0].split()
    assert sorted(lies_in(hot)) == sorted(listed)
    assert (hot / "1001-1_250x_front.pdf").read_bytes() == tiny_pdf("front.pdf")
    assert (hot / "1001-1.csv").read_text() == (
        "job;product;quantity;file\n1001-1;Flyer;250;1001-1_250x_front.pdf\n1001-1;Flyer;250;1001-1_250x_back.pdf\n"
    )
    assert made.current(JOB) is JobStatus.IN_HOT_FOLDER


def test_what_was_taken_is_placed_anew_only_when_it_is_sent_again(hub: Hubs, hot: Path) -> None:
    made = hub()
    place_the_order(made, hot)
    for name in lies_in(hot):
        (hot / name).unlink()
    made.restart()
    made.advance(timedelta(days=1))
    assert lies_in(hot) == []

    [delivery] = made.deliveries(JOB)
    made.send_again(delivery.id)
    made.run()

    assert len(lies_in(hot)) == 6


def test_files_that_nobody_takes_are_told_to_staff(hub: Hubs, hot: Path) -> None:
    made = hub(config={"consumption": "awaited"}, look_again="5m", expect={"place": "1h"})
    place_the_order(made, hot)
    assert made.current(JOB) is JobStatus.IN_HOT_FOLDER
    assert [delivery.state for delivery in made.deliveries(JOB)] == ["accepted"]

    made.advance(timedelta(minutes=59))
    assert made.notices() == []
    made.advance(timedelta(minutes=2))
    assert [notice.matter for notice in made.notices()] == ["overdue"]

    for name in lies_in(hot):
        (hot / name).unlink()
    made.advance(timedelta(minutes=5))
    assert [delivery.state for delivery in made.deliveries(JOB)] == ["done"]


def test_what_the_watcher_refuses_has_failed_and_a_retrigger_places_it_anew(hub: Hubs, hot: Path) -> None:
    errors = hot / "Input_Error"
    errors.mkdir()
    made = hub(config={"consumption": "awaited", "refused": "Input_Error"}, look_again="5m")
    place_the_order(made, hot)
    for name in lies_in(hot):
        (hot / name).rename(errors / name)

    made.advance(timedelta(minutes=5))

    assert made.current(JOB) is JobStatus.COPY_TO_HOT_FOLDER_FAILED

    for path in errors.iterdir():
        path.unlink()
    made.retrigger(made.deliveries(JOB)[0].id)
    made.run()
    assert len(lies_in(hot)) == 6
    assert made.current(JOB) is JobStatus.IN_HOT_FOLDER


def test_what_is_refused_after_it_was_taken_has_failed_after_all(hub: Hubs, hot: Path) -> None:
    errors = hot / "Input_Error"
    errors.mkdir()
    made = hub(config={"refused": "Input_Error"}, poll_every="5m")
    place_the_order(made, hot)
    assert [delivery.state for delivery in made.deliveries(JOB)] == ["done"]
    taken = hot.parent / "Working"
    (hot / "1001-1_250x_back.pdf").rename(taken)
    (errors / "somebody-elses.pdf").touch()
    made.advance(timedelta(minutes=6))
    assert made.current(JOB) is JobStatus.IN_HOT_FOLDER

    taken.rename(errors / "1001-1_250x_back.pdf")
    made.advance(timedelta(minutes=5))

    assert made.current(JOB) is JobStatus.COPY_TO_HOT_FOLDER_FAILED
    [delivery] = made.deliveries(JOB)
    assert delivery.state == "failed"
    assert "1001-1_250x_back.pdf" in delivery.reason
    made.advance(timedelta(minutes=15))
    assert len([entry for entry in made.history(JOB) if entry.status is JobStatus.COPY_TO_HOT_FOLDER_FAILED]) == 1

    for name in lies_in(hot):
        (hot / name).unlink()
    made.retrigger(delivery.id)
    made.run()
    assert len(lies_in(hot)) == 6
    made.advance(timedelta(minutes=15))
    assert made.current(JOB) is JobStatus.IN_HOT_FOLDER


def test_a_folder_that_comes_back_gets_what_waited(hub: Hubs, hot: Path) -> None:
    made = hub()
    hot.rename(hot.with_name("unmounted"))
    place_the_order(made, hot)
    assert [delivery.state for delivery in made.deliveries(JOB)] == ["retrying"]

    hot.with_name("unmounted").rename(hot)
    made.advance(timedelta(minutes=5))

    assert len(lies_in(hot)) == 6
    assert made.current(JOB) is JobStatus.IN_HOT_FOLDER
