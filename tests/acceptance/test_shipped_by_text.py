"""A shipped order is told by text message through a real Kannel: the receipt comes back, and STOP is kept."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.serve import PRINTHUB, Serve
from tests.services import kannel
from tests.services.ports import free_port
from tests.services.waiting import wait_until

pytestmark = pytest.mark.acceptance

NUMBER = "+447400123456"
SECRET = "callback-secret-0123456789"
CONFIG = """
[web]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"

[storefronts.shop]
sources = ["https://shop.example"]
phone_region = "GB"
brand = {{ title = "Sample Print" }}
sms = {{ sender = "SamplePrint" }}

[notifications.shipped]
sms = true
critical = true

[[routes]]
instances = ["text"]

[instances.text]
adapter = "sms"
mode = "test"

[instances.text.config.kannel]
url = "{url}"
user = "{user}"
password = "{password}"
callback_secret = "{secret}"
"""


def run(folder: Path, *command: str, text: str = "") -> Any:  # noqa: ANN401 - JSON
    """Run a command of the program, and read what it writes as JSON."""
    done = subprocess.run(
        [PRINTHUB, *command, "--json"], cwd=folder, input=text, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def shipped(folder: Path, number: str) -> None:
    """An order of one job comes and is shipped."""
    order = {
        "id": f"O-{number}",
        "payment_status": "Paid",
        "total": {"amount": "49.39", "currency": "EUR"},
        "customer": {"name": "Kim Sample", "phone": "07400 123456", "language": "en"},
        "jobs": [{"id": f"J-{number}", "product_type": "Ordinary", "product": "Mugs"}],
    }
    parcel = {"id": f"S-{number}", "carrier": "Post", "tracking_number": f"TRACK{number}"}
    said = {"placed": ("order", {"order": order}), "shipped": ("job", {"job": f"J-{number}", "shipment": parcel})}
    for word, (about, data) in said.items():
        event = {"id": f"{word}-{number}", "source": "https://shop.example", "specversion": "1.0"}
        run(folder, "emit", "-", text=json.dumps({**event, "type": f"printhub.{about}.{word}", "data": data}))


def delivery(folder: Path, number: str) -> dict[str, Any]:
    """The text message of a job."""
    [found] = run(folder, "jobs", "show", f"J-{number}")["deliveries"]
    return dict(found)


def test_a_text_goes_through_kannel_its_receipt_comes_back_and_stop_is_kept(tmp_path: Path) -> None:
    kannel.required()
    port = free_port()
    with kannel.Kannel(inbound=f"http://127.0.0.1:{port}/in/text/inbound?from=%p&text=%b&id=%I&secret={SECRET}") as sms:
        config = CONFIG.format(port=port, url=sms.url, user=sms.user, password=sms.password, secret=SECRET)
        (tmp_path / "printhub.toml").write_text(config)
        run(tmp_path, "db", "upgrade")
        hub = Serve({**os.environ, "PRINTHUB_CONFIG": str(tmp_path / "printhub.toml")})
        try:
            hub.line()
            shipped(tmp_path, "1")
            wait_until(lambda: delivery(tmp_path, "1")["reason"] == "delivered", "the receipt is with the delivery", 60)
            first = delivery(tmp_path, "1")
            history = run(tmp_path, "jobs", "show", "J-1")["history"]
            [text] = sms.texts

            sms.say(NUMBER.removeprefix("+"), "STOP")
            wait_until(lambda: run(tmp_path, "suppressions", "list")["suppressions"], "STOP is kept", 60)
            [stopped] = run(tmp_path, "suppressions", "list", "--address", "07400 123456")["suppressions"]
            shipped(tmp_path, "2")
            wait_until(lambda: delivery(tmp_path, "2")["state"] == "skipped", "the second one is skipped", 60)
            texts = len(sms.texts)
        finally:
            assert hub.end(signal.SIGTERM) == 0

    assert [entry["status"] for entry in history] == ["Ordered", "Shipped", "SmsDispatching", "SmsDispatched"]
    assert (first["state"], first["reference"]) == ("done", first["id"])
    assert (text.sender, text.recipient) == ("SamplePrint", NUMBER)
    assert "TRACK1" in text.words
    assert (stopped["address"], stopped["cause"]) == (NUMBER, "opt_out")
    assert texts == 1
