"""What a serving hub logs: each line says what it is about, and none tells a secret or anything about a person."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars

from printhub.cli.logs import log_to
from printhub.core.hub import Hub
from printhub.core.model.call import Call
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, Scope, Unavailable
from printhub.core.model.reports import Report
from printhub.core.serving import serving
from printhub.core.settings import LogLevel
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Tx
from printhub.testing import Script, after_sending
from printhub.testing.script import Answer
from tests.invariants.careless import CARELESS, MARKERS, personal_order
from tests.invariants.shop import KEYED, all_deliveries, emit, job, mis, real_hub, settings, wait_until

SECRET = "t0ken-0f-the-press"
TRACE = "0af7651916cd43dd8448eb211c80319c"
ANSWERS: dict[str, Answer] = {
    "J1": Report.done("R1", detail=CARELESS),
    "J2": Rejected(f"{CARELESS}, token={SECRET}"),
    "J3": RuntimeError(f"{CARELESS}: Authorization: Bearer {SECRET}"),
    "J4": after_sending(OutcomeUnknown(CARELESS)),
    "J5": Unavailable(CARELESS),
    "J6": Misconfigured(f"{CARELESS} {SECRET}", Scope.DELIVERY),
}


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    made = io.StringIO()
    log_to(made, LogLevel.DEBUG, secrets={SECRET})
    yield made
    root.handlers[:], root.level = handlers, level


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def careless(script: Script) -> None:
    """Everything that can go wrong does, and plugin and partner say more than they should."""

    def chatters(_message: object, _call: Call) -> Report:
        logging.getLogger("printhub_careless").warning("called %s with token=%s", MARKERS[1], SECRET)
        return Report.done("R7")

    for number, answer in ANSWERS.items():
        script.answer("notify", answer, job=number)
    script.answer("notify", chatters, job="J7")


def served(hub: Hub) -> None:
    with serving(hub):
        placed: dict[str, Any] = personal_order("O1", [job(number) for number in (*ANSWERS, "J7")])
        emit(hub, "printhub.order.placed", placed, traceparent=f"00-{TRACE}-b7ad6b7169203331-01")
        emit(hub, "printhub.order.placed", placed, source=MARKERS[1])
        hub.intake.take_raw(b'{"customer": "' + MARKERS[0].encode())
        wait_until(
            lambda: all(one.attempts and one.state != "running" for one in all_deliveries(hub)), "all were tried"
        )


def test_a_whole_run_tells_no_secret_and_nothing_about_a_person(tmp_path: Path, stream: io.StringIO) -> None:
    script = Script()
    careless(script)
    with real_hub(tmp_path, settings(breaker_after=1000), [mis(script, effects=KEYED)]) as hub:
        served(hub)

    said = lines(stream)
    assert len(said) > len(ANSWERS) + 3
    assert any("[masked]" in line["event"] for line in said)  # what the plugin said was told, and not all of it
    for marker in (*MARKERS, SECRET, "R1"):
        assert marker not in stream.getvalue()


def test_every_line_about_a_call_names_instance_delivery_event_and_trace(tmp_path: Path, stream: io.StringIO) -> None:
    script = Script()
    careless(script)
    with real_hub(tmp_path, settings(breaker_after=1000), [mis(script, effects=KEYED)]) as hub:
        served(hub)
        known = {str(delivery.id): delivery for delivery in all_deliveries(hub)}

    about = [line for line in lines(stream) if line["event"].startswith("call of notify: ")]
    [plugins_own] = [line for line in lines(stream) if line["logger"] == "printhub_careless"]
    assert {line["delivery_id"] for line in about} == set(known)
    for line in (*about, plugins_own):
        assert line["instance"] == "mis"
        assert line["event_id"] == str(known[line["delivery_id"]].event_id)
        assert line["trace_id"] == TRACE
    levels = {(line["event"].partition(": ")[2], line["level"]) for line in about}
    assert {("done", "debug"), ("rejected", "info"), ("crash", "info"), ("unavailable", "info")} <= levels


def test_the_thread_that_writes_says_what_the_write_is_for(tmp_path: Path, stream: io.StringIO) -> None:
    store = SqliteStore(tmp_path / "hub.db", durable=False)
    log = logging.getLogger("printhub.test")

    def write(_tx: Tx) -> None:
        log.warning("in the write")

    with bound_contextvars(delivery_id="d1"):
        store.write(write)
    store.write(write)
    store.close()

    first, second = lines(stream)
    assert first["delivery_id"] == "d1"
    assert "delivery_id" not in second
