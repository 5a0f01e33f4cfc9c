"""An e-mail that a real mail server bounces comes back through a real mailbox, and goes to print as a letter."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from printhub.testing import MisSimulator
from tests.acceptance.serve import PRINTHUB, Serve
from tests.services import mail
from tests.services.waiting import wait_until

pytestmark = pytest.mark.acceptance

CONFIG = """
[storefronts.shop]
sources = ["https://shop.example"]
brand = {{ title = "Sample Print", address = ["1 Press Lane", "10115 Berlin"] }}
mail = {{ sender = "Sample Print <orders@hub.test>", bounces = "bounces@hub.test" }}

[notifications.order_confirmation]
critical = true

[[routes]]
instances = ["press", "mail"]

[instances.press]
adapter = "mis_generic"
mode = "test"

[instances.press.config]
base_url = "{press}"

[instances.press.config.notify]
path = "jobs"
reference = "id"
success.body = "id"
body = {{ job = "{{{{ job.id }}}}" }}

[instances.mail]
adapter = "email_smtp"
mode = "test"
poll_every = "1s"

[instances.mail.config]
host = "127.0.0.1"
port = {smtp}
security = "none"
name = "hub.test"
mailbox = {{ host = "127.0.0.1", port = {imap}, security = "none", user = "bounces", password = "secret" }}
"""
ORDER = {
    "id": "O-1",
    "payment_status": "Pending",
    "total": {"amount": "49.39", "currency": "EUR"},
    "customer": {"name": "Kim Sample", "email": "nobody@customer.test", "language": "en"},
    "billing_address": {"name": "Kim Sample", "address1": "1 Sample Street", "postcode": "10115", "town": "Berlin"},
    "jobs": [{"id": "J-1", "product_type": "Ordinary", "product": "Mugs"}],
}


def run(folder: Path, *command: str, text: str = "") -> Any:  # noqa: ANN401 - JSON
    """Run a command of the program, and read what it writes as JSON."""
    done = subprocess.run(
        [PRINTHUB, *command, "--json"], cwd=folder, input=text, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_bounce_of_postfix_is_printed(tmp_path: Path) -> None:
    mail.required()
    with mail.MailServers() as servers, MisSimulator() as press:
        config = CONFIG.format(press=press.url, smtp=servers.smtp_port, imap=servers.imap_port)
        (tmp_path / "printhub.toml").write_text(config)
        run(tmp_path, "db", "upgrade")
        environ = {**os.environ, "PRINTHUB_CONFIG": str(tmp_path / "printhub.toml")}
        hub = Serve(environ)
        try:
            hub.line()
            event = {"id": "e-1", "source": "https://shop.example", "specversion": "1.0"}
            placed = json.dumps({**event, "type": "printhub.order.placed", "data": {"order": ORDER}})
            run(tmp_path, "emit", "-", text=placed)

            wait_until(lambda: press.jobs, "the press is told of something", 60)
            [job] = press.jobs.values()
            letter = job.job
            history = run(tmp_path, "jobs", "show", "J-1")["history"]
            files = run(tmp_path, "files", "list", letter)
            listed = run(tmp_path, "suppressions", "list")["suppressions"]
        finally:
            assert hub.end(signal.SIGTERM) == 0

    assert [entry["status"] for entry in history] == [
        "Ordered",
        "SentEmail",
        "EmailBounced",
        "EmailBouncedAndPrintJobCreated",
    ]
    assert letter in history[-1]["detail"]
    assert "5.1.1" in history[-2]["detail"]
    assert [file["media_type"] for file in files["files"]] == ["application/pdf"]
    assert [one["address"] for one in listed] == ["nobody@customer.test"]
    assert letter.startswith("J-1-letter-"), "the order is not paid: only its letter goes"
