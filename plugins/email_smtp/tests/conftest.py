"""The mail servers that the tests of real mail share."""

from collections.abc import Iterator

import pytest

from tests.services import mail


@pytest.fixture(scope="session")
def servers() -> Iterator[mail.MailServers]:
    mail.required()
    with mail.MailServers() as running:
        yield running
