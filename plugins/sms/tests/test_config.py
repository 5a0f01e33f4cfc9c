"""What an operator may write, and what is never shown of it."""

from typing import Any

import pytest
from pydantic import ValidationError

from printhub_sms.config import SmsConfig

TWILIO = {"account": f"AC{'0' * 32}", "auth_tokens": ["not_to_be_shown"]}
KANNEL = {"url": "http://sms.internal:13013/cgi-bin/sendsms", "user": "hub", "password": "not_to_be_shown"}


def read(**settings: Any) -> SmsConfig:
    return SmsConfig.model_validate(settings)


def test_exactly_one_provider_is_configured() -> None:
    with pytest.raises(ValidationError, match="found none"):
        read()
    with pytest.raises(ValidationError, match="found twilio and kannel"):
        read(twilio=TWILIO, kannel=KANNEL)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"account": "AC1"}, "account"),
        ({"auth_tokens": []}, "auth_tokens"),
        ({"auth_tokens": ["a", "b", "c"]}, "auth_tokens"),
        ({"api_key": f"SK{'0' * 32}"}, "both api_key and api_secret"),
        ({"api_secret": "s"}, "both api_key and api_secret"),
        ({"messaging_service": "MG"}, "messaging_service"),
        ({"valid_for": "11h"}, "valid_for"),
    ],
)
def test_what_cannot_be_right_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why) as refused:
        read(twilio=TWILIO | changes)

    assert "not_to_be_shown" not in str(refused.value)


@pytest.mark.parametrize("sender", ["+", "Print & Shop", "A name that is long", "+0123456"])
def test_a_sender_is_a_number_or_a_name(sender: str) -> None:
    with pytest.raises(ValidationError, match="sender"):
        read(twilio=TWILIO, sender=sender)


def test_no_secret_is_shown_by_the_configuration() -> None:
    assert "not_to_be_shown" not in repr(read(twilio=TWILIO))
    assert "not_to_be_shown" not in repr(read(kannel=KANNEL | {"callback_secret": "not_to_be_shown_either"}))
