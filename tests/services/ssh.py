"""A private OpenSSH server on loopback, for SFTP only: started by the tests, and only its own process is ended."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from tests.services.ports import answers, free_port
from tests.services.waiting import wait_until

_CONF = """
ListenAddress 127.0.0.1
Port {port}
HostKey {root}/host_ed25519
HostKey {root}/host_rsa
AuthorizedKeysFile {root}/authorized_keys
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
MaxStartups 100
Subsystem sftp internal-sftp
ForceCommand internal-sftp
"""


def _sshd() -> str | None:
    return shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")


def required() -> None:
    """Skip the test where OpenSSH is not installed; in CI it fails."""
    if _sshd() and shutil.which("ssh-keygen"):
        return
    why = "needs sshd and ssh-keygen (`make test-sftp` installs them)"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


class SshServer:
    """A running sshd that lets the user of the tests in, by a key."""

    def __init__(self) -> None:
        """Make its keys, and the user's."""
        self.root = Path(tempfile.mkdtemp(prefix="printhub-ssh-"))
        self.port = free_port()
        self.user = pwd.getpwuid(os.getuid()).pw_name
        self.key_file = self.make_key("user", "ed25519")
        self.locked_key_file = self.make_key("locked", "ed25519", "a passphrase")
        for kind in ("ed25519", "rsa"):
            self.make_key(f"host_{kind}", kind)
        keys = [self._public("user"), self._public("locked")]
        (self.root / "authorized_keys").write_text("".join(keys))
        self.known_hosts = self.root / "known_hosts"
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {self._public('host_rsa')}")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it, and wait until it answers."""
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where it locks up what is not yet signed in
        (self.root / "sshd.conf").write_text(_CONF.format(root=self.root, port=self.port))
        command = [str(_sshd()), "-D", "-e", "-f", str(self.root / "sshd.conf")]
        with (self.root / "sshd.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_until(lambda: answers(self.port), "sshd answers", 30)
        except AssertionError:
            raise AssertionError((self.root / "sshd.log").read_text()) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it with those whom it serves, and take away what it left."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait(10)
        shutil.rmtree(self.root, ignore_errors=True)

    def config(self, port: int | None = None, **changes: Any) -> dict[str, Any]:
        """The table `sftp` of a folder's configuration."""
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": port or self.port,
            "user": self.user,
            "key_file": str(self.key_file),
            "fingerprints": [self.fingerprint("host_ed25519")],
        }
        return {name: value for name, value in (settings | changes).items() if value is not None}

    def fingerprint(self, name: str) -> str:
        """The fingerprint of a key, as operators get to see it."""
        shown = subprocess.run(
            ["ssh-keygen", "-lf", str(self.root / f"{name}.pub")], capture_output=True, text=True, check=True
        )
        return shown.stdout.split()[1]

    def make_key(self, name: str, kind: str, passphrase: str = "") -> Path:
        """A new pair of keys; the private one."""
        path = self.root / name
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", str(path)], check=True)
        return path

    def _public(self, name: str) -> str:
        return (self.root / f"{name}.pub").read_text()
