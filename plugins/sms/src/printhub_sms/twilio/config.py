"""What an operator sets for an account at Twilio."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, SecretStr, StringConstraints, model_validator
from pydantic.networks import HttpUrl

from printhub import AdapterConfig, Duration


class TwilioConfig(AdapterConfig):
    """An account at Twilio. Test and live have accounts, or at least credentials, of their own."""

    account: Annotated[str, StringConstraints(pattern=r"^AC[0-9a-f]{32}$")]
    """The account's SID (`AC…`)."""
    auth_tokens: Annotated[tuple[SecretStr, ...], Field(min_length=1, max_length=2)]
    """The auth token: callbacks are signed with it, and requests proved unless there is an `api_key`. Two while it is
    being changed, the one in use first."""
    api_key: Annotated[str, StringConstraints(pattern=r"^(SK[0-9a-f]{32})?$")] = ""
    """An API key (`SK…`) for the requests; left out, they go with the auth token."""
    api_secret: SecretStr | None = None
    """The API key's secret."""
    messaging_service: Annotated[str, StringConstraints(pattern=r"^(MG[0-9a-f]{32})?$")] = ""
    """The Messaging Service (`MG…`) that chooses the sender where neither storefront nor `sender` names one."""
    valid_for: Annotated[Duration, Field(ge=timedelta(seconds=1), le=timedelta(hours=10))] | None = None
    """How long Twilio may try; left out, its own usual time."""
    look_back: Annotated[Duration, Field(ge=timedelta(hours=1), le=timedelta(days=7))] = timedelta(days=1)
    """How far back a look-up reads what was sent to the number."""
    url: HttpUrl = HttpUrl("https://api.twilio.com")
    """Where Twilio's API is; another one only to test, or for another region."""

    @model_validator(mode="after")
    def _has_both(self) -> Self:
        if bool(self.api_key) is not (self.api_secret is not None):
            raise ValueError("expected both api_key and api_secret, or neither")
        return self

    @property
    def credentials(self) -> tuple[str, str]:
        """User and password of requests."""
        if self.api_key and self.api_secret is not None:
            return self.api_key, self.api_secret.get_secret_value()
        return self.account, self.auth_tokens[0].get_secret_value()
