"""The kill suite's own parts on a real hub that nobody kills: what it reads is right, and the checker says so."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from chaos import evidence
from chaos.checks import violations
from chaos.evidence import Evidence
from chaos.orders import Stated, of_order, steps
from chaos.partners import write_down
from chaos.settled import what_is_open
from chaos.shop import ARTWORK, ASSETS_LAST, INSTANCES, ROUTES, configured
from printhub.core.hub import Hub
from printhub.core.plugin.discovery import discover
from printhub.core.serving import serving
from printhub.core.settings import load
from printhub.core.store.opening import DATABASE
from printhub.core.store.upgrade import upgrade
from printhub.testing import MisSimulator
from tests.invariants.shop import wait_until

pytestmark = pytest.mark.embedded  # its short campaigns choose their own pair

BEGAN = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SEED = 11


class Run:
    """A few orders that went through a hub whose MISs are well."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with ExitStack() as open_:
            self._mis = {
                name: open_.enter_context(MisSimulator(honours_key=word == "keyed", answers_lookups=word == "lookup"))
                for name, word in INSTANCES.items()
            }
            plugins = discover()
            path = configured(folder, {name: mis.url for name, mis in self._mis.items()}, {})
            hub = Hub(load(path, plugins=plugins, environ={}), plugins.adapters, durable=False)
            open_.callback(hub.close)
            upgrade(hub.store, datetime.now(UTC))
            open_.enter_context(serving(hub))
            for event in self._events():
                receipt = hub.intake.take_raw(json.dumps(event.body).encode())
                self._note(evidence.TOLD, self._told(event, str(receipt.taken)))
            wait_until(lambda: not what_is_open(self.store), "everything has come to rest", 60)
            evidence.record_history(self.store, folder / evidence.HISTORY)
        setting = {"effects": INSTANCES, "routes": ROUTES, "assets_last": ASSETS_LAST}
        (folder / evidence.SETTING).write_text(json.dumps(setting))
        for name, mis in self._mis.items():
            write_down(name, mis, folder)

    @property
    def store(self) -> str:
        return str(self.folder / "var" / DATABASE)

    def gathered(self) -> Evidence:
        return evidence.gathered(self.folder, self.store)

    def falsify(self, statement: str) -> None:
        with closing(sqlite3.connect(self.store)) as connection:
            assert connection.execute(statement).rowcount > 0
            connection.commit()

    def _events(self) -> Iterator[Stated]:
        artwork = (self.folder / "artwork" / ARTWORK).as_uri()
        for step in islice(steps(SEED, BEGAN, artwork), 8):
            yield from step

    def _told(self, event: Stated, said: str) -> evidence.Row:
        about = {"storefront": event.storefront, "order": event.order, "jobs": event.jobs, "paid": event.paid}
        about |= {"quantity": event.data.get("quantity")}
        return {"id": event.id, "source": event.body["source"], "type": event.type, **about, "said": said, "reason": ""}

    def _note(self, name: str, row: evidence.Row) -> None:
        with (self.folder / name).open("a") as file:
            file.write(json.dumps(row) + "\n")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("chaos"))


@pytest.fixture
def copy(run: Run) -> Iterator[Run]:
    whole = Path(run.store).read_bytes()
    yield run
    Path(run.store).write_bytes(whole)


def test_a_hub_that_nobody_killed_passes(run: Run) -> None:
    gathered = run.gathered()

    assert violations(gathered) == []
    assert len(gathered.told) > 8
    assert all(gathered.journals.values())
    assert {row["table"] for row in gathered.seen_before} == {"status_change", "attempt"}
    assert "done" in {delivery["state"] for delivery in gathered.tables["delivery"]}


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("DELETE FROM event WHERE seq = 1", "accepted events"),
        ("DELETE FROM delivery WHERE verb = 'manifest'", "jobs reach their end"),
        ("DELETE FROM status_change WHERE status = 'MisNotified'", "history only grew"),
        ("UPDATE attempt SET outcome = 'failed'", "history only grew"),
        ("UPDATE job SET status = 'Ordered' WHERE status = 'MisManifested'", "statuses fit"),
        ("UPDATE delivery SET state = 'held' WHERE verb = 'assets'", "everything has a reason"),
        ("UPDATE delivery SET state = 'running', worker = id WHERE verb = 'manifest'", "everything has a reason"),
    ],
)
def test_a_store_that_was_tampered_with_does_not(copy: Run, statement: str, check: str) -> None:
    copy.falsify(statement)

    assert check in {found.check for found in violations(copy.gathered())}


def test_the_same_seed_states_the_same_words() -> None:
    first, again, another = (list(of_order(seed, 3, BEGAN, "file:///a")) for seed in (SEED, SEED, SEED + 1))

    assert first == again
    assert first != another
    assert first[0].time - BEGAN == timedelta(seconds=3, milliseconds=1)


def test_every_event_of_an_order_is_stated_in_its_turn() -> None:
    stated = [event for step in islice(steps(SEED, BEGAN, "file:///a"), 40) for event in step]

    whole = [event for number in range(36) for event in of_order(SEED, number, BEGAN, "file:///a")]
    assert {event.id for event in whole} <= {event.id for event in stated}
    assert len({event.id for event in stated}) == len(stated)
    assert {event.type.rpartition(".")[2] for event in whole} == {"placed", "payment_changed", "changed", "cancelled"}


def test_a_line_that_a_kill_cut_short_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "told.jsonl").write_text('{"id": 1}\n{"id": 2')

    assert evidence.lines(tmp_path / "told.jsonl") == [{"id": 1}]
