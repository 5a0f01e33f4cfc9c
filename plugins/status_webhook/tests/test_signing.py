"""What we sign, the official library takes, and no other."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from plugins.status_webhook.tests.sample import NEXT_SECRET, SECRET, adapter, config
from printhub_status_webhook.config import StatusWebhookConfig
from printhub_status_webhook.signing import signature

IDS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="."), min_size=1, max_size=60)


def verified(secret: str, id_: str, at: int, body: bytes, signed: str) -> None:
    headers = {"webhook-id": id_, "webhook-timestamp": str(at), "webhook-signature": signed}
    Webhook(secret).verify(body, headers, json_parse=False)


@given(key=st.binary(min_size=24, max_size=64), id_=IDS, body=st.text().map(str.encode))
def test_the_official_library_takes_what_we_sign(key: bytes, id_: str, body: bytes) -> None:
    secret, now = f"whsec_{base64.b64encode(key).decode()}", int(datetime.now(UTC).timestamp())

    verified(secret, id_, now, body, signature([secret], id_, now, body))


@pytest.mark.parametrize("secret", [SECRET, NEXT_SECRET])
def test_while_a_secret_is_changed_either_is_good(secret: str) -> None:
    now = int(datetime.now(UTC).timestamp())

    verified(secret, "e1", now, b"{}", signature([SECRET, NEXT_SECRET], "e1", now, b"{}"))


def test_another_body_is_not_taken() -> None:
    now = int(datetime.now(UTC).timestamp())
    signed = signature([SECRET], "e1", now, b'{"a":1}')

    with pytest.raises(WebhookVerificationError):
        verified(SECRET, "e1", now, b'{"a":2}', signed)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_!!!", SECRET.removeprefix("whsec_"), "whsec_" + base64.b64encode(b"short").decode()]
)
def test_a_secret_that_is_none_is_refused_without_being_quoted(secret: str) -> None:
    with pytest.raises(ValidationError) as refused:
        StatusWebhookConfig.model_validate(config("https://shop.example/hooks", secrets=[secret]))

    assert len(secret) < 8 or secret not in str(refused.value)


def test_no_secret_is_shown_by_the_configuration() -> None:
    assert SECRET not in repr(adapter("https://shop.example/hooks").config)
