"""A hub that is killed after the mail server took a message, and before that is on record."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from printhub.testing.mail_simulator import MailSimulator
from tests.acceptance.serve import PRINTHUB, Serve
from tests.services.waiting import wait_until

pytestmark = pytest.mark.acceptance

CONFIG = """
[storefronts.shop]
sources = ["https://shop.example"]
mail = {{ sender = "Sample Print <orders@shop.example>", bounces = "bounces@hub.example" }}

[notifications.order_confirmation]
on_unknown = "{on_unknown}"

[[routes]]
instances = ["mail"]

[instances.mail]
adapter = "email_smtp"
mode = "test"
grace = "1ms"

[instances.mail.config]
host = "127.0.0.1"
port = {port}
security = "none"
"""
PLACED = {
    "id": "e-1",
    "source": "https://shop.example",
    "specversion": "1.0",
    "type": "printhub.order.placed",
    "data": {
        "order": {
            "id": "O-1",
            "payment_status": "Pending",
            "total": {"amount": "49.39", "currency": "EUR"},
            "customer": {"name": "Kim Sample", "email": "kim@customer.example"},
            "jobs": [{"id": "J-1", "product_type": "Ordinary", "product": "Mugs"}],
        }
    },
}


def undated(mail: bytes) -> list[bytes]:
    """All lines of a mail but its date, which is that of the attempt."""
    return [line for line in mail.splitlines() if not line.startswith(b"Date:")]


class Shop:
    """A hub in a folder, with a mail server."""

    def __init__(self, folder: Path, server: MailSimulator, on_unknown: str) -> None:
        self.folder = folder
        (folder / "printhub.toml").write_text(CONFIG.format(port=server.port, on_unknown=on_unknown))
        self.run("db", "upgrade")

    def run(self, *command: str, text: str = "") -> Any:  # noqa: ANN401 - JSON
        """Run a command of the program, and read what it writes as JSON."""
        done = subprocess.run(
            [PRINTHUB, *command, "--json"], cwd=self.folder, input=text, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    def serve(self, failpoints: str = "") -> Serve:
        """Start the hub and wait until it is ready."""
        environ = {**os.environ, "PRINTHUB_CONFIG": str(self.folder / "printhub.toml")}
        hub = Serve(environ | ({"PRINTHUB_FAILPOINTS": failpoints} if failpoints else {}))
        if not failpoints:
            hub.line()
        return hub

    def statuses(self) -> list[str]:
        """The history of the job."""
        return [entry["status"] for entry in self.run("jobs", "show", "J-1")["history"]]

    def is_killed_with_a_mail_out(self) -> None:
        """Die after the mail server said that it has the message."""
        self.run("emit", "-", text=json.dumps(PLACED))
        assert self.serve("call.answered").ended() == -signal.SIGKILL


def test_it_goes_again_as_the_same_mail(tmp_path: Path) -> None:
    with MailSimulator() as server:
        shop = Shop(tmp_path, server, "resend")
        shop.is_killed_with_a_mail_out()
        assert len(server.taken) == 1

        hub = shop.serve()
        try:
            wait_until(lambda: "SentEmail" in shop.statuses(), "it is sent", 60)
        finally:
            assert hub.end(signal.SIGTERM) == 0

        first, second = server.taken
        assert first.mail["Message-ID"] == second.mail["Message-ID"]
        assert undated(first.body) == undated(second.body)


def test_where_a_person_is_asked_nothing_goes_again(tmp_path: Path) -> None:
    with MailSimulator() as server:
        shop = Shop(tmp_path, server, "ask")
        shop.is_killed_with_a_mail_out()

        hub = shop.serve()
        try:
            wait_until(
                lambda: [one["state"] for one in shop.run("deliveries", "list")["deliveries"]] == ["unknown"],
                "it is unknown",
                60,
            )
            [delivery] = shop.run("deliveries", "list")["deliveries"]
            shop.run("settle", delivery["id"], "--done", "4711", "--why", "the mail server has it in its log")
        finally:
            assert hub.end(signal.SIGTERM) == 0

        assert len(server.taken) == 1
        assert shop.statuses() == ["Ordered", "SentEmail"]
