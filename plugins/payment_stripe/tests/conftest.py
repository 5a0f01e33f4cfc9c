"""The simulated Stripe that several files of tests share."""

from collections.abc import Iterator

import pytest

from printhub.testing.stripe_simulator import StripeSimulator


@pytest.fixture
def stripe() -> Iterator[StripeSimulator]:
    with StripeSimulator() as made:
        yield made
