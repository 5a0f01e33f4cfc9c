"""The hub's own conformance kit for hot folder adapters, on a disk and at a real SFTP server."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from printhub.testing import FileConformance, FolderTrouble
from printhub_hot_folder.adapter import HotFolder
from printhub_hot_folder.config import HotFolderConfig
from tests.services import ssh


class TestOnADisk(FileConformance):
    settings: dict[str, Any] = {}

    def setup_method(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="printhub-hot-"))
        self.path = self.root / "hot"
        self.path.mkdir()

    def teardown_method(self) -> None:
        shutil.rmtree(self.root)

    def adapter(self) -> HotFolder:
        return HotFolder(HotFolderConfig.model_validate({"path": str(self.path), **self.settings}))

    def seen(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.path.glob("[!.]*") if path.is_file()}

    def take(self) -> None:
        for name in self.seen():
            (self.path / name).unlink()

    def break_folder(self, trouble: FolderTrouble) -> None:
        match trouble:
            case FolderTrouble.DOWN:
                self.path.rename(self.path.with_name("unmounted"))
            case FolderTrouble.REFUSED:
                # A file in place of the staging folder; root may write wherever rights forbid it.
                (self.path / ".printhub").write_bytes(b"")
            case _:
                self.cannot(f"a disk is not brought to be {trouble} by a test")


class TestAtAnSftpServer(TestOnADisk):
    server: ssh.SshServer

    @pytest.fixture(autouse=True)
    def _at_the_server(self, sftp_server: ssh.SshServer) -> None:
        self.server = sftp_server
        self.settings = {"sftp": sftp_server.config()}

    def break_folder(self, trouble: FolderTrouble) -> None:
        if trouble is FolderTrouble.REFUSED:
            false = ["SHA256:" + "A" * 43]
            self.settings = {"sftp": self.server.config(fingerprints=false, password="not to be shown")}
        else:
            super().break_folder(trouble)


class TestAwaited(TestOnADisk):
    settings: dict[str, Any] = {"consumption": "awaited", "name": "{{ job }}_{{ file.name }}"}


class TestWithTicketAndTriggers(TestOnADisk):
    settings: dict[str, Any] = {
        "trigger": ".trg",
        "ticket": {"name": "{{ job }}.csv", "body": "{{ job }};{{ quantity }}\n"},
    }
