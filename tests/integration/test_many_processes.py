"""Real processes of one hub on PostgreSQL and RabbitMQ: they share the work, come, go, and are killed."""

import contextlib
import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from printhub.cli.launch import Launch
from printhub.cli.main import cli
from printhub.core.plugin.discovery import discover
from printhub.testing import MisMode, MisSimulator
from tests.acceptance.serve import Serve
from tests.acceptance.test_cli import TOKEN, Shop
from tests.invariants.shop import wait_until
from tests.services import postgres, rabbitmq
from tests.services.rabbitmq import Corner

pytestmark = [pytest.mark.acceptance, pytest.mark.postgresql, pytest.mark.rabbitmq]

SERVE = ("serve", "--no-workers")
LEADS = "the duties of the hub are this process's now"


class SharedShop(Shop):
    """A shop with two partners whose hub is many processes."""

    def __init__(self, folder: Path, press: MisSimulator, plates: MisSimulator, database: str, corner: Corner) -> None:
        self._shared = {
            "PRINTHUB_STORE__URL": database,
            "PRINTHUB_BUS__URL": rabbitmq.URL,
            "PRINTHUB_BUS__NAMESPACE": corner.namespace,
        }
        self.database = database
        super().__init__(folder, press)
        self.plates = plates
        path = folder / "printhub.toml"
        first = path.read_text()
        section = first[first.index("[instances.press]") :]
        second = section.replace("instances.press", "instances.plates").replace(press.url, plates.url)
        path.write_text(first.replace('instances = ["press"]', 'instances = ["press", "plates"]') + second)

    @property
    def environ(self) -> dict[str, str]:
        token = {"PRINTHUB_INSTANCES__PLATES__CONFIG__AUTH__TOKEN": TOKEN} if hasattr(self, "plates") else {}
        return {**super().environ, **self._shared, **token}

    def start(self, *command: str) -> Serve:
        """Start a process of the hub."""
        started = Serve({**os.environ, **self.environ}, *command)
        self.serving.append(started)
        return started

    def place(self, number: int, *jobs: str) -> None:
        """Place a paid order."""
        event = json.loads(self.placed(*jobs))
        event["id"], event["data"]["order"]["id"] = f"e{number}", f"O{number}"
        self.run("emit", "-", stdin=json.dumps(event))

    def wait_until_done(self, *jobs: str) -> None:
        """Wait until both partners have all that these jobs are."""
        for name in jobs:
            self.wait_for(name, lambda job: {one["state"] for one in job["deliveries"]} == {"done"})
        assert [(name, self.mis.effects(name), self.plates.effects(name)) for name in jobs] == [
            (name, 1, 1) for name in jobs
        ]

    def worker_of_call(self) -> int:
        """The process that makes a call at this moment, as the store knows it."""
        query = "SELECT w.pid FROM worker w JOIN delivery d ON d.worker = w.id WHERE d.state = 'running'"
        with psycopg.connect(self.database) as connection:
            [[pid]] = connection.execute(query).fetchall()
        return int(pid)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SharedShop]:
    postgres.required()
    rabbitmq.required()
    with contextlib.ExitStack() as opened:
        press, plates = (opened.enter_context(MisSimulator(auth=("bearer", TOKEN))) for _ in range(2))
        corner = opened.enter_context(Corner())
        corner.instances = ("press", "plates")
        made = SharedShop(tmp_path, press, plates, opened.enter_context(postgres.own_database()), corner)
        try:
            yield made
        finally:
            for started in made.serving:
                if started.process.poll() is None:
                    started.end(signal.SIGKILL)


def leading(*serving: Serve) -> Serve:
    """The one that has the duties, once there is one."""
    found: list[Serve] = []

    def look() -> bool:
        found[:] = [one for one in serving if one.process.poll() is None and any(LEADS in line for line in one.log)]
        return bool(found)

    wait_until(look, "one of them has the duties")
    [one] = found
    return one


def test_several_processes_work_orders_off_once_each_for_its_own_partners(shop: SharedShop) -> None:
    serving = [shop.start(*SERVE), shop.start(*SERVE)]
    press = shop.start("work", "--only", "press")
    assert [one.line().partition(";")[0] for one in serving] == ["ready: calling no instance"] * 2
    assert press.line().startswith("ready: calling press; ")
    leading(*serving)
    first = [f"J{number}" for number in range(8)]
    shop.place(1, *first[:5])
    shop.place(2, *first[5:])
    for name in first:
        shop.wait_for(name, lambda job: states(job, "press") == {"done"})
    assert [shop.mis.effects(name) for name in first] == [1] * 8
    assert [shop.plates.effects(name) for name in first] == [0] * 8

    both = shop.start("work")
    assert both.line().startswith("ready: calling press, plates; ")
    shop.wait_until_done(*first)
    shop.place(3, "J8", "J9")
    shop.wait_until_done("J8", "J9")

    # Told to stop in the middle of a call it ends that call, and its outcome is on record.
    shop.plates.for_job("J10", "notify", [MisMode.takes_after(1.5)])
    shop.place(4, "J10")
    shop.plates.wait_for(lambda: any(seen.verb == "notify" and seen.job == "J10" for seen in shop.plates.journal))
    assert both.end(signal.SIGTERM) == 0
    shown = shop.json("jobs", "show", "J10")
    assert [one["state"] for one in shown["deliveries"] if (one["instance"], one["verb"]) == ("plates", "notify")] == [
        "done"
    ]
    assert [one.end(signal.SIGTERM) for one in (press, *serving)] == [0, 0, 0]
    assert [one.line() for one in (both, press)] == [
        "stopping: no further calls are made, and running ones may end"
    ] * 2


def states(job: dict[str, object], instance: str) -> set[str]:
    deliveries = job["deliveries"]
    assert isinstance(deliveries, list)
    return {one["state"] for one in deliveries if one["instance"] == instance}


def test_what_a_killed_process_had_another_takes_over(shop: SharedShop) -> None:
    serving = [shop.start(*SERVE), shop.start(*SERVE)]
    working = [shop.start("work"), shop.start("work")]
    for one in (*serving, *working):
        assert one.line().startswith("ready: ")
    shop.place(1, "J1")
    shop.wait_until_done("J1")

    leading(*serving).end(signal.SIGKILL)
    leading(*serving)
    shop.place(2, "J2", "J3")
    shop.wait_until_done("J2", "J3")

    shop.mis.for_job("J4", "notify", [MisMode.commits_then_hangs()])
    shop.place(3, "J4")
    shop.mis.wait_for(lambda: shop.mis.effects("J4") == 1)
    shop.wait_for("J4", lambda job: states(job, "plates") == {"done"})
    caller = shop.worker_of_call()
    [killed] = [one for one in working if one.process.pid == caller]
    killed.end(signal.SIGKILL)
    shop.wait_until_done("J4")  # with one effect: it was asked, and not called again
    assert [seen.verb for seen in shop.mis.journal if seen.job == "J4"].count("notify") == 1
    assert any(seen.verb == "lookup" for seen in shop.mis.journal)


def refused(shop: Shop, *command: str, **environ: str) -> str:
    """Run a command that cannot be; returns what it says."""
    launch = Launch(shop.folder / "printhub.toml", plugins=discover(), environ={**shop.environ, **environ})
    done = CliRunner().invoke(cli, command, obj=launch)
    assert done.exit_code == 2, done.output
    return done.output


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Shop]:
    with MisSimulator(auth=("bearer", TOKEN)) as mis:
        yield Shop(tmp_path, mis)


@pytest.mark.parametrize("command", [SERVE, ("work",)])
def test_a_file_is_for_one_process_alone(embedded: Shop, command: tuple[str, ...]) -> None:
    said = refused(embedded, *command)

    assert f"`printhub {' '.join(command)}` shares its work with other processes, which a SQLite file cannot" in said
    assert "set [store] url and [bus] url" in said


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"PRINTHUB_STORE__URL": "postgresql://hub:s3cret@127.0.0.1/hub"}, "bus"),
        ({"PRINTHUB_BUS__URL": "amqp://hub:s3cret@127.0.0.1//"}, "store"),
    ],
)
def test_one_of_store_and_bus_alone_is_refused(embedded: Shop, given: dict[str, str], missing: str) -> None:
    for command in (("serve",), ("work",)):
        said = refused(embedded, *command, **given)
        assert re.search(rf"\[?{missing}\]?[ .]url", said), said
        assert "s3cret" not in said


def test_a_second_serve_on_one_file_is_refused_and_the_first_goes_on(embedded: Shop) -> None:
    first = embedded.serve()
    try:
        second = Serve({**os.environ, **embedded.environ})
        assert second.ended() == 2
        assert re.search(r"another `printhub serve` works on .*; stop it first", "\n".join(second.log))
        assert first.process.poll() is None
    finally:
        assert first.end(signal.SIGTERM) == 0


def test_a_worker_for_an_instance_that_there_is_not_is_refused(shop: SharedShop) -> None:
    assert "--only" in refused(shop, "work", "--only", "plate")
