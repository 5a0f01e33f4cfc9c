"""Somebody looks into the folder every millisecond while files come in, and takes what there is."""

import hashlib
import os
import threading

import pytest

from printhub import FileToPlace, OutcomeUnknown, Unavailable
from printhub.testing import FolderWatcher
from tests.contract.placing.watched import Watched, call

PLACEMENTS = 250
"""The long run is `make bench-folder`."""


@pytest.mark.parametrize("takes", [True, False], ids=["takes", "leaves"])
def test_the_watcher_gets_every_file_whole_and_once(watched: Watched, takes: bool) -> None:
    if "sftp" in watched.settings and not takes:
        pytest.skip("tried on the disk")
    number = PLACEMENTS if "sftp" not in watched.settings else PLACEMENTS // 5
    expected = {}
    placing = watched.placing()
    with FolderWatcher(watched.path, takes=takes, keeps=False) as watcher:
        for one in range(number):
            content = os.urandom(10_000 + 997 * (one % 50))
            name = f"J-{one}.pdf"
            expected[name] = hashlib.sha256(content).hexdigest()
            placing.place([FileToPlace.of(name, content)], call(str(one)))
        watcher.wait_for(lambda it: len(it.grabbed) >= number)

    assert {one.name: one.sha256 for one in watcher.grabbed} == expected
    assert len(watcher.grabbed) == number
    assert watcher.complaints == []


def test_a_trigger_never_comes_before_its_file(watched: Watched) -> None:
    number = 40
    with FolderWatcher(watched.path, trigger=".trg", keeps=False) as watcher:
        placing = watched.placing()
        for one in range(number):
            content = os.urandom(20_000)
            placing.place(
                [FileToPlace.of(f"J-{one}.pdf", content), FileToPlace.of(f"J-{one}.pdf.trg", b"")], call(str(one))
            )
        watcher.wait_for(lambda it: len(it.grabbed) >= number)

    assert watcher.complaints == []
    assert sorted(watched.seen) == []


def test_attempts_that_overlap_place_each_file_once(watched: Watched) -> None:
    """A call that the hub has given up may still be at it when the next attempt begins."""
    files = {"J-1.pdf": os.urandom(100_000), "J-1.csv": b"J-1;250\n", "J-1.trg": b""}
    endings: list[str] = []

    def place() -> None:
        try:
            watched.place(files)
            endings.append("Placed")
        except (Unavailable, OutcomeUnknown) as error:
            endings.append(type(error).__name__)

    with FolderWatcher(watched.path) as watcher:
        attempts = [threading.Thread(target=place) for _ in range(6)]
        for attempt in attempts:
            attempt.start()
        for attempt in attempts:
            attempt.join()
        watched.place(files)
        watcher.wait_for(lambda it: len(it.grabbed) >= len(files))

    assert len(endings) == 6
    assert watcher.contents == files
    assert len(watcher.grabbed) == len(files)


def test_the_watcher_of_the_tests_does_grab_half_a_file_where_somebody_just_writes_it(watched: Watched) -> None:
    with FolderWatcher(watched.path, takes=False) as watcher, (watched.path / "J-1.pdf").open("wb") as writing:
        for _ in range(3):
            writing.write(b"a piece")
            writing.flush()
            before = watcher.looks
            watcher.wait_for(lambda it, before=before: it.looks > before + 1)  # type: ignore[misc] # the default binds it

    assert [one.size for one in watcher.grabbed] == [7, 14, 21]
