"""Invariant 11: personal data lies in rows that can be erased, and nowhere else; secrets lie nowhere at all."""

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from printhub.core.hub import Hub
from printhub.core.model.call import Call
from printhub.core.model.reports import Report
from printhub.core.store import people, words
from printhub.core.store.opening import DATABASE
from printhub.core.store.schema import payload, person
from printhub.testing.script import Script
from tests.invariants.careless import ERASABLE, MARKERS, careless_hub, personal_order, tables_with
from tests.invariants.shop import all_deliveries, job, memory_hub


@pytest.fixture
def busy(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Hub]:
    """A hub that was told of a customer, and whose partners repeated what they were told; all of its log is kept."""
    caplog.set_level(logging.DEBUG)
    with careless_hub(tmp_path / "var") as hub:
        yield hub


def test_only_rows_that_can_be_erased_hold_personal_data(busy: Hub) -> None:
    assert {str(one.state) for one in all_deliveries(busy)} >= {"done", "failed", "retrying", "unknown"}

    assert tables_with(busy.store, MARKERS) == ERASABLE


@pytest.mark.embedded  # it reads the file
def test_once_they_are_erased_no_byte_of_it_is_left_in_the_file(busy: Hub) -> None:
    for id_ in busy.store.read(lambda tx: tx.execute(select(person.c.id)).scalars().all()):
        busy.store.write(lambda tx, id_=id_: people.erase(tx, id_, busy.rules.now()))  # type: ignore[misc] # the default binds the id
    busy.store.write(words.compact)
    busy.store.write(lambda tx: tx.execute(update(payload).values(body=b"")))
    busy.close()
    with sqlite3.connect(busy.data / DATABASE) as connection:
        connection.execute("VACUUM")

    content = (busy.data / DATABASE).read_bytes()
    assert [marker for marker in MARKERS if marker.encode() in content] == []


def test_nothing_of_it_is_logged(busy: Hub, caplog: pytest.LogCaptureFixture) -> None:
    assert busy.store.queued == 0
    assert [marker for marker in MARKERS if marker in caplog.text] == []


def test_nothing_of_it_is_in_what_the_hub_shows_of_its_parts(busy: Hub) -> None:
    shown = [repr(one) for one in all_deliveries(busy)]
    [bench] = busy.benches
    shown += [repr(work) for work in bench.take(5)]

    assert [marker for marker in MARKERS if marker in " ".join(shown)] == []


def test_a_call_does_not_show_what_it_carries() -> None:
    seen: list[str] = []

    def look(message: object, call: Call) -> Report:
        seen.append(repr(message) + repr(call) + str(message))
        return Report.done("R")

    script = Script()
    script.default("notify", look)
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", personal_order("O1", [job()]))
        hub.run()

    assert len(seen) == 1
    assert [marker for marker in MARKERS if marker in seen[0]] == []
