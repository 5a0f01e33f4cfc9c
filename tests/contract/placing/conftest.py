"""The watched folder of the tests: on this machine's disk, and the same behind an SFTP server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.placing.watched import Watched
from tests.services import ssh


@pytest.fixture(scope="module")
def server() -> Iterator[ssh.SshServer]:
    ssh.required()
    with ssh.SshServer() as made:
        yield made


@pytest.fixture(params=["local", "sftp"])
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Watched:
    settings: dict[str, Any] = {}
    if request.param == "sftp":
        settings["sftp"] = request.getfixturevalue("server").config()
    path = tmp_path / "hot"
    path.mkdir()
    return Watched(path, settings)
