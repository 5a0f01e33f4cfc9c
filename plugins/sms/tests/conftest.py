"""The providers that the tests share."""

from collections.abc import Iterator

import pytest

from printhub.testing.sms_gateway_simulator import SmsGatewaySimulator
from printhub.testing.twilio_simulator import TwilioSimulator


@pytest.fixture
def simulator() -> Iterator[TwilioSimulator]:
    with TwilioSimulator() as made:
        yield made


@pytest.fixture
def gateway() -> Iterator[SmsGatewaySimulator]:
    with SmsGatewaySimulator() as made:
        yield made
