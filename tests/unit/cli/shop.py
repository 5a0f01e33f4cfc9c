"""A print shop in a folder: a configuration, a store, a scripted MIS, and the command line to work with it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from printhub.cli.launch import Launch
from printhub.cli.main import cli
from printhub.core.flow.dispatcher import Workbench
from printhub.core.hub import Hub
from printhub.core.model.verbs import Effect, Verb
from printhub.core.plugin.discovery import AdapterInfo, PluginInfo, Plugins
from printhub.core.settings import load
from printhub.testing import FakeClock, Script, scripted_mis, tiny_pdf

SOURCE = "https://shop.example/"
CONFIG = f"""
[files]
roots = ["artwork"]

[storefronts.shop]
sources = ["{SOURCE}"]

[instances.mis]
adapter = "scripted"
mode = "test"
retry = {{ jitter = 0.0 }}

[[routes]]
instances = ["mis"]
"""


class Shop:
    """Runs commands in its folder, and lets its hub do what is due."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.script = Script()
        self.path = folder / "printhub.toml"
        self.path.write_text(CONFIG)
        self.environ: dict[str, str] = {}
        self.plugins = _plugins(self.script)
        self._told = 0
        (folder / "artwork").mkdir()

    def cli(self, *args: str, stdin: str | bytes | None = None, width: int | None = None) -> Result:
        """Run a command; with `width` on a terminal so wide."""
        launch = Launch(
            self.path,
            plugins=self.plugins,
            environ=self.environ,
            now=self.clock,
            pause=lambda _seconds: self.run(),
            busy_seconds=0.2,
        )
        env = {"FORCE_COLOR": "1", "COLUMNS": str(width), "TERM": "xterm"} if width else {}
        result = CliRunner(env=env).invoke(cli, args, input=stdin, obj=launch)
        assert "Traceback" not in result.output
        return result

    def json(self, *args: str, code: int = 0) -> dict[str, Any]:
        """What a command answers with --json."""
        result = self.cli(*args, "--json")
        assert result.exit_code == code, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def event(self, type_: str, data: Mapping[str, Any], **attributes: Any) -> dict[str, Any]:
        """An event of this shop's storefront."""
        self._told += 1
        self.clock.advance(timedelta(seconds=1))
        own = {"id": f"e{self._told}", "source": SOURCE, "specversion": "1.0", "type": f"printhub.{type_}"}
        return {**own, "time": self.clock().isoformat(), "data": dict(data), **attributes}

    def emit(self, type_: str, data: Mapping[str, Any]) -> None:
        """State an event by the command."""
        result = self.cli("emit", "-", stdin=json.dumps(self.event(type_, data)))
        assert result.exit_code == 0, result.output

    def order(self, number: str = "O1", *jobs: str, payment: str = "Paid", **facts: Any) -> None:
        """Place an order of jobs that could go to the MIS at once."""
        found = [a_job(self.folder, job, **facts) for job in jobs or ("J1",)]
        total = {"amount": "49.39", "currency": "EUR"}
        customer = {"name": "Jane Doe", "email": "jane@example.org"}
        placed = {"id": number, "jobs": found, "payment_status": payment, "total": total, "customer": customer}
        self.emit("order.placed", {"order": {**placed, "test": True}})

    def run(self) -> None:
        """Let the hub do everything that is due."""
        hub = Hub(load(self.path, plugins=self.plugins, environ={}), self.plugins.adapters, now=self.clock)
        try:
            hub.renew_lease()
            while self._step(hub):
                pass
        finally:
            hub.close()

    @staticmethod
    def _step(hub: Hub) -> int:
        stations = hub.fetcher.step() + hub.timers.step() + hub.cleaner.step() + hub.bulk.step()
        return stations + sum(_turn(bench) for bench in hub.benches)

    def delivery(self, job: str = "J1", verb: str = "notify") -> dict[str, Any]:
        """One delivery of a job, as the command shows it."""
        found = self.json("deliveries", "list", "--job", job)["deliveries"]
        delivery: dict[str, Any] = next(one for one in found if one["verb"] == verb)
        return delivery


def a_job(folder: Path, number: str, **facts: Any) -> dict[str, Any]:
    """A job whose output is there from the start."""
    file = folder / "artwork" / f"{number.replace('/', '-')}.pdf"
    file.write_bytes(tiny_pdf(number))
    output = [{"name": file.name, "url": file.as_uri()}]
    return {"id": number, "product_type": "Static", "product": "Cards", "quantity": 500, "output": output, **facts}


def _turn(bench: Workbench) -> int:
    taken = bench.take(1)
    caller = bench.caller()
    try:
        for work in taken:
            attempted = bench.work(work, caller)
            if attempted is not None:
                bench.conclude(attempted)
    finally:
        caller.close()
    return len(taken)


def _plugins(script: Script) -> Plugins:
    adapter = scripted_mis(script, effects=dict.fromkeys(Verb, Effect.LOOKUP))
    told = AdapterInfo(adapter.name, adapter.kind, (Verb.NOTIFY,), {Verb.NOTIFY: Effect.LOOKUP})
    found = (
        PluginInfo("scripted", "printhub-scripted", "1.0", (told,), brings=("scripted",)),
        PluginInfo(
            "broken", "printhub-broken", "0.1", set_aside="cannot be imported: it is broken", brings=("broken",)
        ),
    )
    return Plugins({adapter.name: adapter}, found)
