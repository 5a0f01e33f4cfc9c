"""A RabbitMQ of a test's own, which it may stop, kill and start again; it shares nothing with others on the machine."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

LIBRARY = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Where Debian keeps the server itself; what stands on the path there drops to a user who owns none of our files."""
PATIENCE = 60.0


def program() -> str | None:
    """The server to start, if one is installed."""
    return str(LIBRARY) if LIBRARY.exists() else shutil.which("rabbitmq-server")


def required() -> None:
    """Skip the test where none can be started; in CI it fails."""
    if program() is None:
        missing = "needs RabbitMQ's own server to start, rabbitmq-server: install RabbitMQ"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)


class PrivateBroker:
    """A node with a name, ports, an epmd and a data folder of its own; its queues outlive a restart.

    It listens on loopback only, and takes about ten seconds to start.
    """

    def __init__(self, folder: Path) -> None:
        """Prepare to run in `folder`, whose path should be short."""
        self._folder = folder
        self.port, self._distribution, self._epmd_port = _free_ports(3)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._epmd: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None
        (folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nlog.file.level = warning\nlog.console = false\n"
        )
        (folder / "plugins").write_text("[].\n")

    def start(self) -> None:
        """Start the node and wait until it takes connections; raises RuntimeError when it ends instead."""
        found = program()
        if found is None:
            raise RuntimeError("there is no rabbitmq-server to start; install RabbitMQ")
        if self._epmd is None:
            epmd = shutil.which("epmd") or "epmd"
            address = ["-address", "127.0.0.1", "-port", str(self._epmd_port)]
            self._epmd = subprocess.Popen([epmd, *address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with (self._folder / "output.txt").open("ab") as output:
            # A session of its own, so that the node and all that it starts can be killed together.
            self._server = subprocess.Popen(
                [found],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE
        while not _speaks_amqp(self.port):
            if self._server.poll() is not None:
                raise RuntimeError(f"RabbitMQ ended while it started:\n{(self._folder / 'output.txt').read_text()}")
            if time.monotonic() > until:
                raise RuntimeError(f"RabbitMQ did not start within {PATIENCE:g} s")
            time.sleep(0.05)

    def kill(self) -> None:
        """End the node as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the node as its operator would."""
        self._end(signal.SIGTERM)

    def control(self, *words: str) -> str:
        """Have `rabbitmqctl` do something, which takes a second or two; returns what it printed."""
        ran = subprocess.run(
            [str(Path(program() or "").with_name("rabbitmqctl")), *words],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        return ran.stdout

    def close(self) -> None:
        """End everything that was started."""
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait(PATIENCE)
            self._epmd = None

    def _end(self, how: signal.Signals) -> None:
        if (server := self._server) is None:
            return
        self._server = None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, how)
        server.wait(PATIENCE)
        # The process is gone before its ports are: the next start would find the name taken.
        until = time.monotonic() + PATIENCE
        while _listens(self._distribution) or _listens(self.port):
            if time.monotonic() > until:
                raise RuntimeError("RabbitMQ was ended, and its ports are still in use")
            time.sleep(0.02)

    def _environment(self) -> dict[str, str]:
        folder = str(self._folder)
        return os.environ | {
            "HOME": folder,  # where Erlang keeps its cookie
            "RABBITMQ_NODENAME": f"printhub-{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/no-such-file",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
        }


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as taken:
        sockets = [taken.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _speaks_amqp(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(b"AMQP\x00\x00\x09\x01")
        return connection.recv(1) == b"\x01"  # a method: Connection.Start
    return False
