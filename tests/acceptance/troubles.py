"""A print shop in which one job after the other has come to a stand, each for another reason."""

import json
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from printhub.cli.launch import Launch
from printhub.cli.main import cli
from printhub.core.plugin.discovery import discover
from printhub.testing import MisMode, MisSimulator, tiny_pdf
from tests.acceptance.serve import DEADLINE, Serve

SOURCE = "https://shop.example/"
TOKEN = "t0ken-0f-the-plates"
CONFIG = """
[files]
roots = ["artwork"]

[storefronts.shop]
sources = ["https://shop.example/"]

[[routes]]
product_types = ["Static"]
instances = ["press"]

[[routes]]
product_types = ["Variable"]
instances = ["foil"]

[[routes]]
product_types = ["Dynamic"]
instances = ["plates"]

[[routes]]
product_types = ["Ordinary"]
instances = ["store"]

[instances.press]
adapter = "mis_generic"
mode = "test"
assets_after_manifest = true
grace = "1ms"

[instances.press.config]
base_url = "{press}"
errors = {{ message = ["error.message", "message"], action_required = "state == 'action_required'" }}

[instances.press.config.notify]
path = "jobs"
reference = "id"
success.body = "id"
body = {{ job = "{{{{ job.id }}}}", quantity = "{{{{ job.quantity }}}}" }}

[instances.press.config.manifest]
path = "jobs/{{{{ reference }}}}/manifest"
success.body = "state"

[instances.press.config.assets]
path = "jobs/{{{{ reference }}}}/artwork"
success.body = "state"

[instances.press.config.artwork]
mode = "multipart"

# The foil partner knows no keys and answers no questions.
[instances.foil]
adapter = "mis_generic"
mode = "test"
grace = "1ms"

[instances.foil.config]
base_url = "{foil}"
idempotency = {{ honours_key = false }}

[instances.foil.config.notify]
path = "jobs"
reference = "id"
success.body = "id"
body = {{ job = "{{{{ job.id }}}}" }}

[instances.plates]
adapter = "mis_generic"
mode = "test"

[instances.plates.config]
base_url = "{plates}"
auth = {{ type = "bearer", token = "{token}" }}

[instances.plates.config.notify]
path = "jobs"
reference = "id"
body = {{ job = "{{{{ job.id }}}}" }}

[instances.plates.config.check]
method = "GET"
path = "ping"

[instances.store]
adapter = "mis_generic"
mode = "test"

[instances.store.config]
base_url = "{press}"

[instances.store.config.notify]
path = "jobs"
reference = "id"
body = {{ job = "{{{{ job.id }}}}" }}
"""


class Troubles:
    """The shop: its three MISs, its hub in a process of its own, and the command line beside it."""

    def __init__(self, folder: Path, press: MisSimulator, foil: MisSimulator, plates: MisSimulator) -> None:
        self.folder = folder
        self.press, self.foil, self.plates = press, foil, plates
        self.path = folder / "printhub.toml"
        (folder / "artwork").mkdir()
        self._token, self._routes = "an old one", ""
        self.configure()
        self._plugins = discover()
        self._told = 0
        self.hub: Serve | None = None
        self.run("db", "upgrade")

    def configure(self, *, token: str = "", routes: str = "") -> None:
        """Write the configuration, with another token or more routes than before."""
        self._token, self._routes = token or self._token, self._routes + routes
        urls = {"press": self.press.url, "foil": self.foil.url, "plates": self.plates.url}
        self.path.write_text(CONFIG.format(token=self._token, **urls) + self._routes)

    def serve(self) -> None:
        """Start the hub, or start it anew with the configuration as it is now."""
        self.end()
        self.hub = Serve({**os.environ, "PRINTHUB_CONFIG": str(self.path)})
        assert self.hub.line().startswith("ready: ")

    def end(self) -> None:
        """Stop the hub if it runs."""
        if self.hub is not None and self.hub.process.poll() is None:
            self.hub.end(signal.SIGTERM)

    def cli(self, *args: str, stdin: str = "") -> Result:
        """Run a command beside the hub."""
        launch = Launch(self.path, plugins=self._plugins, environ={})
        return CliRunner().invoke(cli, args, input=stdin, obj=launch)

    def run(self, *args: str, stdin: str = "") -> str:
        """Run a command that has to succeed."""
        done = self.cli(*args, stdin=stdin)
        assert done.exit_code == 0, done.output
        return done.stdout

    def json(self, *args: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.cli(*args, "--json").stdout)
        return found

    def event(self, type_: str, data: Mapping[str, Any]) -> str:
        """One event of the storefront, as the file that an operator is given."""
        self._told += 1
        head = {"id": f"trouble-{self._told}", "source": SOURCE, "specversion": "1.0", "type": f"printhub.{type_}"}
        return json.dumps(head | {"data": data})

    def emit(self, type_: str, data: Mapping[str, Any]) -> None:
        self.run("emit", "-", stdin=self.event(type_, data))

    def order(self, job: str, product_type: str, *, payment: str = "Paid", artwork: bool = True, **facts: Any) -> str:
        """Place an order of one job; returns the order's number."""
        file = self.folder / "artwork" / f"{job}.pdf"
        if artwork:
            file.write_bytes(tiny_pdf(job))
        output = [] if product_type == "Ordinary" else [{"name": file.name, "url": file.as_uri()}]
        listed = {"id": job, "product_type": product_type, "quantity": 100, "output": output, **facts}
        total = {"amount": "49.39", "currency": "EUR"}
        order = {"id": f"O-{job}", "jobs": [listed], "payment_status": payment, "total": total, "test": True}
        self.emit("order.placed", {"order": order})
        return f"O-{job}"

    def explain(self, job: str) -> dict[str, Any]:
        return self.json("jobs", "explain", job)

    def wait_for(self, job: str, what: str) -> dict[str, Any]:
        """Explain a job again and again until this reason stands in its way."""
        return self._until(job, lambda told: what in reasons(told), f"{what} stands in the way of {job}")

    def wait_until_through(self, job: str) -> dict[str, Any]:
        """Explain a job again and again until nothing of it is open; then each MIS that has it has it once."""
        told = self._until(job, lambda told: told["through"], f"{job} is through")
        assert sum(len(mis.jobs_of(job)) for mis in (self.press, self.foil, self.plates)) == 1
        return told

    def _until(self, job: str, holds: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        deadline = time.monotonic() + DEADLINE
        while not holds(told := self.explain(job)):
            assert time.monotonic() < deadline, f"not within {DEADLINE} s: {what}\n{json.dumps(told, indent=1)}"
            time.sleep(0.05)
        return told


def reasons(told: Mapping[str, Any]) -> list[str]:
    """What an explanation says is in the way, by its words for programs."""
    return [way["what"] for way in told.get("in_the_way", [])]


def prepare(shop: Troubles) -> None:
    """Bring every job to a stand, as it happens in print shops."""
    shop.press.for_job("K5", "notify", [MisMode.refuses("Stock 'kraft 300' is not in the catalogue.", "STOCK")])
    shop.press.for_job("K7", "notify", [MisMode.asks_for_more("Confirm the price first.")])
    shop.press.for_job("K11", "manifest", [MisMode.refuses("No batch for this size.", "BATCH")] * 2)
    shop.foil.for_job("K6", "notify", [MisMode.COMMITS_THEN_DROPS])
    shop.run("pause", "store", "--why", "stocktaking")
    order = shop.order("K1", "Static", payment="Pending")  # paid once it is blocked, so that it cannot go before
    shop.run("block", "K1", "--why", "the logo looks too small")
    shop.emit("order.payment_changed", {"order": order, "payment_status": "Paid"})
    shop.order("K2", "Static", payment="Pending")
    shop.emit("job.awaiting", {"job": "K3", "matter": "proof"})  # early, for the same reason
    shop.order("K3", "Static")
    shop.order("K4", "Static", artwork=False)
    shop.order("K5", "Static")
    shop.order("K6", "Variable")
    shop.order("K7", "Static")
    shop.order("K8", "Ordinary")
    shop.order("K9", "Dynamic")
    shop.order("K10", "Symphony")
    shop.order("K11", "Static")
    shop.emit("job.blocked", {"job": "K12", "why": "the customer rang"})
