"""A PostgreSQL of a test's own, which it may stop, crash and start again; it shares nothing with any other."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of the server, by version; they are not on its path."""
OWNER = "postgres"
"""Who runs the server where we are root: it refuses to be root's."""
PATIENCE = 60.0


def programs() -> Path | None:
    """The folder of the server's programs, the newest if there are several."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class PrivateDatabase:
    """A cluster with a folder and a port of its own; what was committed outlives a restart.

    It listens on loopback only, and lets everybody in who comes from there.
    """

    def __init__(self) -> None:
        """Make an empty cluster; raises RuntimeError where no server is installed."""
        found = programs()
        if found is None:
            raise RuntimeError("there is no initdb to make a database with; install PostgreSQL")
        self._programs = found
        self._user = OWNER if os.getuid() == 0 else None
        # Not below a folder that only its owner may enter: the server may run as another user.
        self._folder = Path(tempfile.mkdtemp(prefix="printhub-database-"))
        if self._user:
            shutil.chown(self._folder, OWNER, OWNER)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        user = self._user or pwd.getpwuid(os.getuid()).pw_name
        self.url = f"postgresql://{user}@127.0.0.1:{self.port}/postgres"
        self._server: subprocess.Popen[bytes] | None = None
        made = self._run("initdb", "--pgdata", self._data, "--auth", "trust", "--encoding", "UTF8", "--locale", "C")
        if made.returncode:
            self.close()
            raise RuntimeError(f"initdb failed: {made.stderr}")

    def start(self) -> None:
        """Start the server and wait until it takes connections; raises RuntimeError when it ends instead."""
        log = self._folder / "output.txt"
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(self._folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with log.open("ab") as output:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-p", str(self.port), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                user=self._user,
                group=self._user,
            )
        until = time.monotonic() + PATIENCE
        while self._run("pg_isready", "--host", "127.0.0.1", "--port", str(self.port)).returncode:
            if self._server.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended while it started:\n{log.read_text()}")
            if time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start within {PATIENCE:g} s")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the server as its operator would, without waiting for those who are connected."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End the server as a crash would: nothing is brought to order, and the next start recovers it."""
        self._end(signal.SIGQUIT)

    def close(self) -> None:
        """End the server and remove all that it wrote."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _end(self, how: signal.Signals) -> None:
        if (server := self._server) is None:
            return
        self._server = None
        server.send_signal(how)
        server.wait(PATIENCE)

    def _run(self, program: str, *args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._programs / program, *args],
            capture_output=True,
            text=True,
            check=False,
            cwd=self._folder,
            user=self._user,
            group=self._user,
        )
