"""What an operator may set, and what may not be set."""

from typing import Any

import pytest
from pydantic import ValidationError

from printhub_email_smtp.config import EmailSmtpConfig


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"security": "none"}, "allow_plain"),
        ({"user": "hub"}, "both user and password"),
        ({"mailbox": {"host": "imap.example", "user": "b", "password": "x", "security": "none"}}, "mailbox.security"),
        ({"port": 0}, "greater than or equal to 1"),
        ({"host": "smtp example"}, "expected one word"),
        ({"webhook_secrets": ["open sesame"]}, "whsec_"),
        ({"webhook_secrets": ["whsec_c2hvcnQ="]}, "24 bytes or more"),
    ],
)
def test_what_would_be_unsafe_or_half_said_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        EmailSmtpConfig.model_validate({"host": "smtp.example"} | changes)


def test_on_this_machine_a_connection_may_stay_open() -> None:
    assert EmailSmtpConfig.model_validate({"host": "127.0.0.1", "security": "none"}).port == 587


def test_no_secret_shows_in_a_repr() -> None:
    made = EmailSmtpConfig.model_validate({"host": "smtp.example", "user": "hub", "password": "open-sesame"})

    assert "open-sesame" not in repr(made)
