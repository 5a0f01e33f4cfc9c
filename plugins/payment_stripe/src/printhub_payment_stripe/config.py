"""What an operator sets for one Stripe account."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic.networks import HttpUrl

from printhub import AdapterConfig, Duration, Mode

API_VERSION = "2026-10-28.endive"
"""The version of Stripe's API that this adapter is written for; an account may be set to another."""

_KEY = re.compile(r"(?:sk|rk)_(test|live)_\S+")


def _api_key(secret: SecretStr) -> SecretStr:
    if _KEY.fullmatch(secret.get_secret_value()) is None:
        raise ValueError("expected a secret or restricted key: sk_test_…, rk_test_…, sk_live_… or rk_live_…")
    return secret


def _signing(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().startswith("whsec_"):
        raise ValueError("expected the signing secret of a webhook endpoint: whsec_…")
    return secret


class PaymentStripeConfig(AdapterConfig):
    """One Stripe account, in test or live mode."""

    api_key: Annotated[SecretStr, AfterValidator(_api_key)]
    """A secret key (`sk_…`), or better a restricted one (`rk_…`). What it begins with says test or live."""
    webhook_secrets: Annotated[tuple[Annotated[SecretStr, AfterValidator(_signing)], ...], Field(max_length=2)] = ()
    """The signing secret of the webhook endpoint; two while it is being changed, and none where Stripe is polled."""
    payments_named_by: Literal["payment_intent", "charge"] = "payment_intent"
    """Which of Stripe's ids the storefront keeps as the payment's; refunds made at Stripe are told under it."""
    look_back: Annotated[Duration, Field(ge=timedelta(hours=1), le=timedelta(days=90))] = timedelta(days=14)
    """How far before the last poll refunds are read again, because a refund may fail days after it was made."""
    api_version: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$")] = API_VERSION
    """The version of Stripe's API that is spoken."""
    url: HttpUrl = HttpUrl("https://api.stripe.com")
    """Where Stripe's API is; another one only to test."""

    @property
    def mode(self) -> Mode:
        """What the key is for."""
        matched = _KEY.fullmatch(self.api_key.get_secret_value())
        return Mode.LIVE if matched is not None and matched[1] == "live" else Mode.TEST
