"""The first administrator of a fresh hub, made by real processes."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from printhub.testing import MisSimulator
from tests.acceptance.serve import DEADLINE, Serve
from tests.acceptance.test_cli import TOKEN, Shop
from tests.acceptance.test_supervised import free_port

pytestmark = pytest.mark.acceptance

STARTING = """
import sys
from pathlib import Path
from printhub.cli.launch import Launch
from printhub.cli.opening import opened

with opened(Launch(Path(sys.argv[1]))) as hub:
    print("up", flush=True)
    sys.stdin.readline()
    print(hub.identity.first_administrator(), flush=True)
"""
"""A process that opens a hub, waits for the others, and wants the first administrator."""


def test_of_processes_that_begin_at_the_same_moment_one_makes_the_administrator(tmp_path: Path) -> None:
    with MisSimulator(auth=("bearer", TOKEN)) as mis:
        shop = Shop(tmp_path, mis)
        starting = [
            subprocess.Popen(
                [sys.executable, "-c", STARTING, shop.environ["PRINTHUB_CONFIG"]],
                env={**os.environ, **shop.environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        try:
            for one in starting:
                assert one.stdout is not None
                assert one.stdout.readline() == "up\n"
            for one in starting:
                assert one.stdin is not None
                one.stdin.write("go\n")
                one.stdin.flush()
            said = sorted(one.communicate(timeout=DEADLINE)[0].strip() for one in starting)
        finally:
            for one in starting:
                one.kill()
                one.wait(DEADLINE)

        assert said.count("None") == 2
        assert re.fullmatch(r"([2-9a-z]{4}-){4}[2-9a-z]{4}", next(word for word in said if word != "None"))
        assert shop.process("users", "list").stdout.count("administrator") == 2  # name and role, once each


def test_serving_tells_the_password_once_and_it_signs_in(tmp_path: Path) -> None:
    with MisSimulator(auth=("bearer", TOKEN)) as mis:
        shop = Shop(tmp_path, mis)
        address = f"127.0.0.1:{free_port()}"
        with (tmp_path / "printhub.toml").open("a") as file:
            file.write(f'\n[web]\nlisten = "{address}"\n')
        environ = {**os.environ, **shop.environ}
        first = Serve(environ)
        assert first.line().startswith("ready: ")
        told = re.fullmatch(r"the first user is administrator; its password, .*: (\S+)", first.line())
        assert told is not None

        signed_in = requests.post(
            f"http://{address}/v1/sessions", json={"name": "administrator", "password": told[1]}, timeout=DEADLINE
        )
        assert signed_in.status_code in (200, 201), signed_in.text
        assert first.end(signal.SIGTERM) == 0
        again = Serve(environ)
        assert again.line().startswith("ready: ")
        assert again.end(signal.SIGTERM) == 0
        assert again.line() == "stopping: no further calls are made, and running ones may end"
        assert told[1] not in "\n".join([*first.log, *again.log])
