"""Invariant 11: personal data lies in rows that can be erased, and nowhere else; secrets lie nowhere at all."""

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from printhub.core.hub import Hub
from printhub.core.model.call import Call
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.reports import CannotTell, Found, Progress, Report
from printhub.core.model.signals import Settled
from printhub.core.model.statuses import JobStatus
from printhub.core.store import people, words
from printhub.core.store.opening import DATABASE
from printhub.core.store.schema import metadata, payload, person
from printhub.core.store.store import Store, Tx
from printhub.testing.script import Answer, Script, after_sending
from tests.invariants.shop import LOOKUP, all_deliveries, emit, job, memory_hub, mis, order, real_hub, settings

NAME, MAIL, PHONE, STREET, NOTE = (
    "Marker Mustermann",
    "marker@customer.example",
    "+49 30 5554443332",
    "17 Marker Street",
    "the marker of the note",
)
MARKERS = (NAME, MAIL, "5554443332", STREET, NOTE)
ERASABLE = {"person", "payload", "job_words"}


def personal_order(number: str, jobs: list[dict[str, Any]]) -> dict[str, Any]:
    address = {"name": NAME, "address1": STREET, "town": "Berlin", "phone": PHONE, "email": MAIL}
    return order(
        number,
        jobs,
        customer={"user_name": MAIL, "name": NAME, "email": MAIL, "phone": PHONE},
        billing_address=address,
        delivery_address=address,
        notes=[{"id": "N1", "text": NOTE}],
    )


CARELESS = f"{MAIL} cannot be reached under {PHONE}"
ANSWERS: dict[str, Answer] = {
    "J0": Report.done("R0", detail=CARELESS),
    "J1": Rejected(CARELESS),
    "J2": Unavailable(CARELESS),
    "J3": after_sending(OutcomeUnknown(CARELESS)),
    "J4": RuntimeError(CARELESS),
    "J5": Report.accepted("R5", detail=CARELESS),
    "J6": Report.action_required(CARELESS),
    "J7": Report.partial(frozenset({"p1"}), CARELESS),
    "J8": Report.done("R8", progress=(Progress(status=JobStatus.MIS_ORDER_PROCESSED, detail=CARELESS),)),
    "J9": Misconfigured(CARELESS),
}


@pytest.fixture
def busy(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Hub]:
    """A hub that was told of a customer, and whose partners repeated what they were told."""
    caplog.set_level(logging.DEBUG)
    script = Script()
    for number, answer in ANSWERS.items():
        script.answer("notify", answer, job=number)
    script.answer("lookup", CannotTell(CARELESS), Found(Rejected(CARELESS)))
    with real_hub(tmp_path / "var", settings(breaker_after=100), [mis(script, effects=LOOKUP)]) as hub:
        emit(hub, "printhub.order.placed", personal_order("O1", [job(number) for number in ANSWERS]))
        emit(hub, "printhub.order.changed", {"order": "O1", "customer": {"name": NAME, "email": MAIL}})
        emit(hub, "printhub.order.note_added", {"order": "O1", "note": {"id": "N2", "text": NOTE}})
        emit(hub, "printhub.order.placed", {"order": {"id": MAIL, "jobs": NAME}})  # refused
        emit(hub, "printhub.order.enchanted", {"customer": NAME, "email": MAIL})  # of unknown type
        emit(hub, "printhub.order.note_added", {"order": "O-early", "note": {"id": "N3", "text": NOTE}})
        [bench] = hub.benches
        caller = bench.caller()
        for _ in range(len(ANSWERS)):
            for work in bench.take(1):
                attempted = bench.work(work, caller)
                if attempted is not None:
                    bench.conclude(attempted)
        caller.close()
        hub.intake.take_signals("mis", [Settled(reference="R5", refused=CARELESS)])
        yield hub


def tables_with(store: Store, markers: tuple[str, ...]) -> set[str]:
    """The tables of which any row holds a marker, whatever its column."""

    def read(tx: Tx) -> set[str]:
        return {
            table
            for table in (*metadata.tables, "job_words")
            for row in tx.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - our own table names
            if any(marker in _text(value) for value in row for marker in markers)
        }

    return store.read(read)


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


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
