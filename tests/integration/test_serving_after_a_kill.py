"""A hub that is killed in the middle of its calls: whoever starts next finds everything in the store."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from printhub.core.channels.mis.messages import JobTicket
from printhub.core.hub import Hub
from printhub.core.model.adapter import Adapter
from printhub.core.model.call import Call
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.reports import Absent, CannotTell, Finding, Found, Report
from printhub.core.model.verbs import Effect, Verb
from printhub.core.serving import serving
from printhub.testing.script import Script
from tests.invariants.shop import all_deliveries, mis, place, real_hub, settings, states, wait_until

JOBS = 6
EFFECTS = {"keyed": Effect.KEYED, "lookup": Effect.LOOKUP, "blind": Effect.BLIND}
WRITTEN = settings(grace="1ms", look_again="1h")


class Partner:
    """A MIS that keeps a line in a file for each effect, and then lets its first callers wait for ever."""

    def __init__(self, book: Path, *, hangs: bool) -> None:
        self._book = book
        self._hangs = hangs

    def notify(self, message: JobTicket, call: Call) -> Report:
        call.sending()
        if not (self.knows(call.key) and "keyed" in self._book.name):
            with self._book.open("a") as book:
                book.write(json.dumps({"key": call.key, "job": message.job.id}) + "\n")
                book.flush()
        if self._hangs:
            wait_for_ever()
        return Report.done(f"REF-{message.job.id}")

    def lookup(self, message: JobTicket, call: Call) -> Finding:
        if "blind" in self._book.name:
            return CannotTell()
        return Found(Report.done(f"REF-{message.job.id}")) if self.knows(call.key) else Absent()

    def knows(self, key: str) -> bool:
        return key in {line["key"] for line in self.lines()}

    def lines(self) -> list[dict[str, str]]:
        if not self._book.exists():
            return []
        return [json.loads(line) for line in self._book.read_text().splitlines()]


def wait_for_ever() -> None:
    threading.Event().wait()


def adapter(book: Path, effect: str, *, hangs: bool) -> type[Adapter[Any]]:
    script, partner = Script(), Partner(book, hangs=hangs)
    script.default("notify", partner.notify)
    script.default("lookup", partner.lookup)
    return mis(script, effects={Verb.NOTIFY: EFFECTS[effect]})


def killed_in_the_call(folder: Path, book: Path, effect: str) -> None:
    """Serve in a process of its own until every slot is in a call, and kill it there."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.test_serving_after_a_kill", str(folder), str(book), effect],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        wait_until(
            lambda: child.poll() is not None or len(Partner(book, hangs=False).lines()) == 4,
            "four calls are being made",
            30,
        )
        assert child.poll() is None
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(10)


def running(hub: Hub) -> int:
    return states(hub).get(("mis", DeliveryState.RUNNING), 0)


@pytest.mark.parametrize("effect", ["keyed", "lookup"])
def test_calls_that_a_kill_cut_off_are_settled_and_have_one_effect_each(tmp_path: Path, effect: str) -> None:
    folder, book = tmp_path / "var", tmp_path / f"{effect}.jsonl"
    killed_in_the_call(folder, book, effect)

    with real_hub(folder, WRITTEN, [adapter(book, effect, hangs=False)]) as hub:
        assert running(hub) == 4  # as the dead process left it
        with serving(hub):
            wait_until(lambda: states(hub) == {("mis", DeliveryState.DONE): JOBS}, "all are done")
        deliveries = all_deliveries(hub)

    lines = Partner(book, hangs=False).lines()
    assert Counter(line["job"] for line in lines) == Counter(f"J{number:04}" for number in range(JOBS))
    assert {line["key"] for line in lines} == {one.key for one in deliveries}
    assert {one.reference for one in deliveries} == {f"REF-J{number:04}" for number in range(JOBS)}


def test_calls_that_nothing_can_settle_wait_for_a_person_and_are_never_made_again(tmp_path: Path) -> None:
    folder, book = tmp_path / "var", tmp_path / "blind.jsonl"
    killed_in_the_call(folder, book, "blind")

    with real_hub(folder, WRITTEN, [adapter(book, "blind", hangs=False)]) as hub, serving(hub):
        done, unknown = ("mis", DeliveryState.DONE), ("mis", DeliveryState.UNKNOWN)
        wait_until(lambda: states(hub) == {done: JOBS - 4, unknown: 4}, "the others are done")
        cut_off = [one for one in all_deliveries(hub) if one.state is DeliveryState.UNKNOWN]
        assert {one.reason for one in cut_off} == {
            "the worker died in the call; it may or may not have had its effect; a person has to settle it"
        }
        for one in cut_off:
            hub.acts.deliveries.settle(str(one.id), done=None, by="operator:kim", why="the MIS does not show it")
        wait_until(lambda: states(hub) == {done: JOBS - 4, ("mis", DeliveryState.FAILED): 4}, "they are settled")

    assert Counter(line["job"] for line in Partner(book, hangs=False).lines()).most_common(1)[0][1] == 1


def main(folder: Path, book: Path, effect: str) -> None:
    """Serve until somebody kills this process; whoever is called never answers."""
    with real_hub(folder, WRITTEN, [adapter(book, effect, hangs=True)]) as hub:
        place(hub, JOBS)
        with serving(hub):
            wait_for_ever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
