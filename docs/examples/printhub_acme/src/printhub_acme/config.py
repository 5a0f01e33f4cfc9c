"""What an operator writes under `[instances.NAME.config]`."""

from pydantic import SecretStr

from printhub import AdapterConfig


class AcmeConfig(AdapterConfig):
    """One account at one Acme server."""

    url: str
    """Where Acme's interface begins, such as https://acme.example/api."""
    token: SecretStr
    """The account's token."""
