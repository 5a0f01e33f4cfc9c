"""What an operator may write, and what is never shown of it."""

from typing import Any

import pytest
from pydantic import ValidationError

from printhub import Mode
from printhub_payment_stripe.config import PaymentStripeConfig

KEY = "rk_live_not_to_be_shown"


def read(**settings: Any) -> PaymentStripeConfig:
    return PaymentStripeConfig.model_validate({"api_key": KEY, **settings})


@pytest.mark.parametrize(
    ("key", "mode"),
    [("sk_test_1", Mode.TEST), ("rk_test_1", Mode.TEST), ("sk_live_1", Mode.LIVE), ("rk_live_1", Mode.LIVE)],
)
def test_the_key_says_which_mode_it_is_for(key: str, mode: Mode) -> None:
    assert read(api_key=key).mode is mode


@pytest.mark.parametrize("key", ["", "pk_live_1", "sk_1", "whsec_1", " sk_test_1", "sk_test_1\n"])
def test_what_is_no_secret_key_is_refused_and_not_quoted(key: str) -> None:
    with pytest.raises(ValidationError, match="secret or restricted key") as refused:
        read(api_key=key)

    assert len(key) < 5 or key not in str(refused.value)


def test_at_most_two_signing_secrets_are_kept() -> None:
    assert len(read(webhook_secrets=["whsec_a", "whsec_b"]).webhook_secrets) == 2
    for secrets in (["whsec_a", "whsec_b", "whsec_c"], ["sk_test_a"]):
        with pytest.raises(ValidationError):
            read(webhook_secrets=secrets)


def test_no_secret_is_shown_by_the_configuration() -> None:
    shown = repr(read(webhook_secrets=["whsec_not_to_be_shown"]))

    assert "not_to_be_shown" not in shown


def test_stripe_is_called_at_its_own_address_unless_another_is_given() -> None:
    assert str(read().url) == "https://api.stripe.com/"
