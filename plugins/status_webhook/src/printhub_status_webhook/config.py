"""What an operator sets for one endpoint."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, StringConstraints
from pydantic.networks import HttpUrl

from printhub import AdapterConfig
from printhub_status_webhook.signing import key_of


def _usable(secret: SecretStr) -> SecretStr:
    key_of(secret.get_secret_value())
    return secret


def _plain(url: HttpUrl) -> HttpUrl:
    if url.username or url.password:
        raise ValueError("expected an address without credentials: the signature says who calls")
    return url


class StatusWebhookConfig(AdapterConfig):
    """One endpoint of a storefront."""

    url: Annotated[HttpUrl, AfterValidator(_plain)]
    """Where events are posted to. Redirects are not followed."""
    secrets: Annotated[tuple[Annotated[SecretStr, AfterValidator(_usable)], ...], Field(min_length=1, max_length=2)]
    """The secret that events are signed with: `whsec_` and base64 of 24 to 64 bytes. Two while it is being changed:
    then each event carries a signature by either."""
    types: Annotated[tuple[Annotated[str, StringConstraints(min_length=1)], ...], Field(min_length=1)] = ("*",)
    """The types of events that are posted, as patterns such as `printhub.status.*`; others are skipped."""
    hidden: bool = False
    """Whether entries are posted that are for the platform alone (CustomStatusHidden)."""
    private_hosts: tuple[str, ...] = ()
    """The hosts, addresses and networks off the public internet that `url` may lead to, such as `10.20.0.0/16`."""
