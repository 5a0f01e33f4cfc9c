"""The mail servers, simulated and real, that several files of tests share."""

from collections.abc import Iterator
from typing import Any

import pytest

from plugins.email_smtp.tests import sample
from plugins.email_smtp.tests.sample import Adapts
from printhub.testing import MailSimulator
from printhub_email_smtp.adapter import EmailSmtp
from tests.services import mail


@pytest.fixture(scope="session")
def servers() -> Iterator[mail.MailServers]:
    mail.required()
    with mail.MailServers() as running:
        yield running


@pytest.fixture
def adapter() -> Iterator[Adapts]:
    """Makes adapters, and closes them when the test is over."""
    all_made: list[EmailSmtp] = []

    def make(server: MailSimulator, **changes: Any) -> EmailSmtp:
        all_made.append(sample.adapter(server, **changes))
        return all_made[-1]

    yield make
    for one in all_made:
        one.close()


@pytest.fixture
def server() -> Iterator[MailSimulator]:
    with MailSimulator() as running:
        yield running
