"""A real `printhub serve` as systemd and Prometheus see it."""

import os
import re
import signal
import socket
from pathlib import Path

import pytest
import requests

from printhub.testing import MisSimulator
from tests.acceptance.serve import DEADLINE, Serve
from tests.acceptance.test_cli import TOKEN, Shop

pytestmark = pytest.mark.acceptance


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def test_it_tells_systemd_how_it_stands_and_serves_health_and_metrics(tmp_path: Path) -> None:
    with MisSimulator(auth=("bearer", TOKEN)) as mis, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        shop = Shop(tmp_path, mis)
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(DEADLINE)
        url = f"127.0.0.1:{free_port()}"
        environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "PRINTHUB_HUB__METRICS": url}
        serving = Serve({**os.environ, **shop.environ, **environ})
        assert serving.line().startswith("ready: ")
        assert systemd.recv(100) == b"READY=1"

        assert requests.get(f"http://{url}/livez", timeout=DEADLINE).status_code == 200
        assert requests.get(f"http://{url}/readyz", timeout=DEADLINE).json()["ready"]
        shop.order("J1")
        text = requests.get(f"http://{url}/metrics", timeout=DEADLINE).text
        assert "printhub_workers 1.0\n" in text
        assert re.search(r"^printhub_store_events_total 1\.0$", text, re.MULTILINE)
        assert 'printhub_events_accepted_total{storefront="shop"}' in text

        assert serving.end(signal.SIGTERM) == 0
        assert systemd.recv(100) == b"STOPPING=1"
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://{url}/livez", timeout=DEADLINE)


def test_a_port_for_metrics_that_is_taken_is_said_before_the_store_is_touched(tmp_path: Path) -> None:
    with MisSimulator(auth=("bearer", TOKEN)) as mis, socket.create_server(("127.0.0.1", 0)) as taken:
        shop = Shop(tmp_path, mis)
        url = f"127.0.0.1:{taken.getsockname()[1]}"
        serving = Serve({**os.environ, **shop.environ, "PRINTHUB_HUB__METRICS": url})

        assert serving.ended() == 2
        assert serving.log == [f"printhub: hub.metrics: cannot listen at {url}: Address already in use"]
