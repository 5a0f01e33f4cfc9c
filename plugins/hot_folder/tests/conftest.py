"""The SFTP server that the tests share."""

from collections.abc import Iterator

import pytest

from tests.services import ssh


@pytest.fixture(scope="module")
def sftp_server() -> Iterator[ssh.SshServer]:
    ssh.required()
    with ssh.SshServer() as made:
        yield made
