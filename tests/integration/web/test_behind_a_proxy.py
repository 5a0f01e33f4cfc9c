"""The shipped configuration of nginx in front of a real hub: TLS, callers' addresses, no signature in its log."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from requests import Response

from printhub.core.settings.sections import WebSettings
from printhub.testing.memory_hub import MemoryHub
from printhub.web.app import make_app
from printhub.web.server import WebServer
from tests.acceptance.test_supervised import free_port
from tests.guards.tree import ROOT, text
from tests.integration.tls import self_signed
from tests.integration.web.door import ROOT as BY
from tests.services.waiting import wait_until

SHIPPED = ROOT / "deploy" / "nginx" / "printhub.conf"
ON_THEIR_WAY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
"""What nginx keeps folders for."""


@dataclass(frozen=True)
class Proxied:
    """The hub as the outside sees it."""

    base: str
    certificate: Path
    folder: Path

    def __call__(self, method: str, path: str, **asked: object) -> Response:
        """Make one request."""
        return requests.request(method, self.base + path, verify=str(self.certificate), timeout=30, **asked)  # type: ignore[arg-type] # as it is handed on

    def answers(self) -> bool:
        """Whether nginx is there."""
        try:
            return self("GET", "/openapi.json").ok
        except requests.ConnectionError:
            return False


@pytest.fixture
def proxied(hub: MemoryHub, tmp_path: Path) -> Iterator[Proxied]:
    """A hub behind nginx."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    outside = Proxied(f"https://localhost:{free_port()}", self_signed(tmp_path, "DNS:localhost"), tmp_path)
    web = WebSettings(listen="127.0.0.1:0", trusted_proxies=("127.0.0.1",))
    with WebServer(make_app(hub.hub), web) as server:
        site = _site(outside, server.port)
        folders = "".join(f"{name}_temp_path {tmp_path / name};\n" for name in ON_THEIR_WAY)
        main = tmp_path / "nginx.conf"
        main.write_text(f"pid {tmp_path}/pid;\ndaemon off;\nevents {{}}\nhttp {{\n{folders}{site}}}\n")
        process = subprocess.Popen([nginx, "-p", tmp_path, "-e", tmp_path / "error.log", "-c", main])
        try:
            wait_until(outside.answers, "nginx answers")
            yield outside
        finally:
            process.terminate()
            process.wait(10)


def _site(outside: Proxied, port: int) -> str:
    site = text(SHIPPED)
    for before, after in {
        "127.0.0.1:8600": f"127.0.0.1:{port}",
        "listen 443 ssl": f"listen 127.0.0.1:{outside.base.rpartition(':')[2]} ssl",
        "server_name hub.example": "server_name localhost",
        "/etc/ssl/hub.example.pem": str(outside.certificate),
        "/etc/ssl/private/hub.example.key": str(outside.certificate),
        "/var/log/nginx/printhub.log": str(outside.folder / "access.log"),
    }.items():
        assert before in site
        site = site.replace(before, after)
    return site


def test_who_calls_is_known_by_their_own_address_whatever_they_claim(hub: MemoryHub, proxied: Proxied) -> None:
    password = "correct horse battery staple"
    hub.hub.identity.users.add("anna", BY.role, None, password, by=BY)
    headers = {"X-Forwarded-For": "203.0.113.9"}

    begun = proxied("POST", "/v1/sessions", json={"name": "anna", "password": password}, headers=headers)

    assert begun.ok, begun.text
    assert begun.headers["Strict-Transport-Security"]
    seen = hub.hub.store.read(lambda tx: [row.client for row in tx.exec_driver_sql("SELECT client FROM session")])
    assert seen == ["127.0.0.1"]


def test_signatures_are_not_in_the_log(proxied: Proxied) -> None:
    refused = proxied("GET", "/files/promised/01a21770-f264-71b3-99b4-aa8315664703/x.pdf?sig=s3cret")

    assert refused.status_code == 403
    log = proxied.folder / "access.log"
    wait_until(lambda: "/files/promised/" in log.read_text(), "it is logged")
    assert "s3cret" not in log.read_text()
