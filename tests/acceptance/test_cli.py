"""A real `printhub serve`, with others that emit, look and act beside it, and signals and kills between.

The others run in the process of the test where it makes no difference: starting one takes longer than what it does.
"""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from printhub.cli.launch import Launch
from printhub.cli.main import cli
from printhub.core.plugin.discovery import discover
from printhub.testing import MisMode, MisSimulator, tiny_pdf
from tests.acceptance.serve import DEADLINE, PRINTHUB, Serve

pytestmark = pytest.mark.acceptance

README = Path(__file__).parents[2] / "plugins" / "mis_generic" / "README.md"
TOKEN = "t0ken-0f-the-press"


class Shop:
    """A folder with a configuration for the simulated MIS, and the processes that work in it."""

    def __init__(self, folder: Path, mis: MisSimulator) -> None:
        self.folder = folder
        self.mis = mis
        self.serving: list[Serve] = []
        block = re.findall(r"^```toml\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)[0]
        press = block.replace("http://127.0.0.1:8800", mis.url).replace(
            'mode = "test"', 'mode = "test"\ngrace = "1ms"', 1
        )
        (folder / "printhub.toml").write_text(
            '[files]\nroots = ["."]\n\n[storefronts.shop]\nsources = ["https://shop.example/"]\n\n'
            f'[[routes]]\ninstances = ["press"]\n\n{press}\n[instances.press.config.auth]\ntype = "bearer"\n'
        )
        (folder / "cards.pdf").write_bytes(tiny_pdf("cards"))
        self._plugins = discover()
        self.run("db", "upgrade")

    @property
    def environ(self) -> dict[str, str]:
        return {
            "PRINTHUB_CONFIG": str(self.folder / "printhub.toml"),
            "PRINTHUB_INSTANCES__PRESS__CONFIG__AUTH__TOKEN": TOKEN,
        }

    def process(self, *args: str, stdin: str = "", code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command in a process of its own."""
        done = subprocess.run(
            [PRINTHUB, *args],
            input=stdin,
            capture_output=True,
            text=True,
            env={**os.environ, **self.environ},
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def run(self, *args: str, stdin: str = "") -> str:
        """Run a command in this process, beside the one that serves."""
        launch = Launch(self.folder / "printhub.toml", plugins=self._plugins, environ=self.environ)
        done = CliRunner().invoke(cli, args, input=stdin, obj=launch)
        assert done.exit_code == 0, done.output
        return done.stdout

    def json(self, *args: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(*args, "--json"))
        return found

    def serve(self) -> "Serve":
        """Start a hub and wait until it is ready."""
        started = Serve({**os.environ, **self.environ})
        self.serving.append(started)
        assert started.line().startswith("ready: calling press; ")
        return started

    def order(self, *jobs: str) -> None:
        """Place a paid order."""
        self.run("emit", "-", stdin=self.placed(*jobs))

    def placed(self, *jobs: str) -> str:
        """The event of a paid order."""
        output = [{"name": "cards.pdf", "url": (self.folder / "cards.pdf").as_uri()}]
        found = [{"id": job, "product_type": "Static", "quantity": 500, "output": output} for job in jobs]
        order = {"id": "O1", "jobs": found, "payment_status": "Paid", "test": True}
        order["total"] = {"amount": "49.39", "currency": "EUR"}
        event = {"id": "e1", "source": "https://shop.example/", "specversion": "1.0", "type": "printhub.order.placed"}
        return json.dumps(event | {"data": {"order": order}})

    def wait_for(self, job: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Look at a job, by the command, until something holds of it."""
        deadline = time.monotonic() + DEADLINE
        while True:
            shown = self.json("jobs", "show", job)
            if holds(shown):
                return shown
            assert time.monotonic() < deadline, json.dumps(shown["deliveries"], indent=1)
            time.sleep(0.02)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with MisSimulator(auth=("bearer", TOKEN)) as mis:
        made = Shop(tmp_path, mis)
        try:
            yield made
        finally:
            for started in made.serving:
                if started.process.poll() is None:
                    started.end(signal.SIGKILL)


def test_what_one_process_emits_another_delivers_and_a_third_shows(shop: Shop) -> None:
    hub = shop.serve()

    shop.process("emit", "-", stdin=shop.placed("J1"))
    shop.wait_for("J1", lambda job: job["status"] == "MisAssetsOk")
    shown = json.loads(shop.process("jobs", "show", "J1", "--json").stdout)

    assert [entry["status"] for entry in shown["history"]][:3] == ["Ordered", "MisNotified", "MisManifested"]
    assert shop.mis.effects("J1") == 1
    assert hub.end(signal.SIGTERM) == 0
    assert hub.line() == "stopping: no further calls are made, and running ones may end"
    assert hub.line() == "stopped"


def test_an_operator_acts_beside_the_hub_and_it_goes_at_once(shop: Shop) -> None:
    shop.mis.script("notify", MisMode.refuses())
    hub = shop.serve()
    shop.order("J1")
    failed = shop.wait_for("J1", lambda job: job["status"] == "MisFailed")

    shop.run("retrigger", "--delivery", failed["deliveries"][0]["id"], "--why", "the sheet is there now")
    shop.wait_for("J1", lambda job: job["status"] == "MisAssetsOk")

    assert hub.end(signal.SIGINT) == 0


def test_an_instance_is_paused_and_resumed_beside_the_hub(shop: Shop) -> None:
    hub = shop.serve()

    shop.run("pause", "press", "--why", "paper jam")
    shop.order("J1")
    shop.wait_for("J1", lambda job: job["deliveries"][0]["state"] == "ready")
    assert shop.mis.effects("J1") == 0
    shop.run("resume", "press", "--why", "mended")
    shop.wait_for("J1", lambda job: job["status"] == "MisAssetsOk")

    assert hub.end(signal.SIGTERM) == 0


def test_many_are_retriggered_beside_the_hub_and_a_kill_in_between_loses_none(shop: Shop) -> None:
    names = [f"J{number}" for number in range(8)]
    shop.mis.script("notify", *[MisMode.refuses()] * len(names))
    hub = shop.serve()
    shop.order(*names)
    for name in names:
        shop.wait_for(name, lambda job: job["status"] == "MisFailed")

    begun = shop.json("retrigger", "--filter", "state=failed", "--why", "the sheets are in", "--yes")
    hub.end(signal.SIGKILL)
    shop.serve()
    shown = shop.process("bulk", "show", begun["id"], "--follow", "--json")
    for name in names:
        shop.wait_for(name, lambda job: job["status"] == "MisAssetsOk")

    assert json.loads(shown.stdout)["counts"]["left"] == 0
    assert [shop.mis.effects(name) for name in names] == [1] * len(names)


def test_a_second_hub_on_the_same_store_is_refused(shop: Shop) -> None:
    shop.serve()

    refused = shop.process("serve", code=2)

    assert refused.stderr.startswith("printhub: another `printhub serve` works on ")
    assert refused.stderr.count("\n") == 1


def test_sigterm_lets_a_running_call_end(shop: Shop) -> None:
    shop.mis.script("notify", MisMode.takes_after(1.0))
    hub = shop.serve()
    shop.order("J1")
    shop.mis.wait_for(lambda: [seen for seen in shop.mis.journal if seen.path == "/jobs"], DEADLINE)

    assert hub.end(signal.SIGTERM) == 0

    [notify] = [one for one in shop.json("jobs", "show", "J1")["deliveries"] if one["verb"] == "notify"]
    assert (notify["state"], [one["outcome"] for one in notify["tries"]]) == ("done", ["done"])


@pytest.mark.parametrize("signals", [[signal.SIGKILL], [signal.SIGTERM, signal.SIGTERM]], ids=["killed", "told twice"])
def test_what_a_hub_left_open_is_found_out_by_the_next_one(shop: Shop, signals: list[int]) -> None:
    shop.mis.script("notify", MisMode.commits_then_hangs())
    hub = shop.serve()
    shop.order("J1")
    shop.mis.wait_for(lambda: shop.mis.jobs_of("J1"), DEADLINE)

    hub.process.send_signal(signals[0])
    if len(signals) > 1:
        assert hub.line().startswith("stopping")
        hub.process.send_signal(signals[1])
    assert hub.ended() == -signals[-1]
    shop.serve()
    shown = shop.wait_for("J1", lambda job: job["status"] == "MisAssetsOk")

    assert shop.mis.effects("J1") == 1
    assert [one["purpose"] for one in shown["deliveries"][0]["tries"]] == ["lookup"]


def test_logs_are_json_and_hold_no_secret(shop: Shop) -> None:
    path = shop.folder / "printhub.toml"
    path.write_text('[hub]\nlog_level = "debug"\n' + path.read_text())
    hub = shop.serve()
    shop.order("J1")
    shop.wait_for("J1", lambda job: job["status"] == "MisAssetsOk")
    hub.end(signal.SIGTERM)

    assert all(json.loads(line)["level"] for line in hub.log)
    assert TOKEN not in "\n".join(hub.log)


def test_a_reader_that_goes_away_gets_no_traceback(shop: Shop) -> None:
    shop.order(*(f"J{number}" for number in range(50)))
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [PRINTHUB, "jobs", "list"],
        stdout=writing,
        stderr=subprocess.PIPE,
        env={**os.environ, **shop.environ},
        timeout=60,
        check=False,
    )
    os.close(writing)

    assert b"Traceback" not in done.stderr
    assert done.returncode == 1
