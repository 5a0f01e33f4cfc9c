"""Plugins and a small file that the tests of the configuration share."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, SecretStr, field_validator

from printhub import AdapterConfig, Call, EmailAdapter, EmailMessage, JobTicket, MisAdapter, Report
from printhub.core.model.duration import Duration
from printhub.core.model.errors import ConfigInvalid
from printhub.core.plugin.discovery import Plugins
from printhub.core.settings import Settings

Loading = Callable[..., Settings]
"""Loads a text as the file, with variables of the environment, plugins, and secret files by their names."""


class Bearer(AdapterConfig):
    type: Literal["bearer"]
    token: SecretStr


class Basic(AdapterConfig):
    type: Literal["basic"]
    user: str
    password: SecretStr


class AcmeConfig(AdapterConfig):
    """The Config of a MIS, with all that is hard about one."""

    url: str
    """Where it is."""
    token: SecretStr
    auth: Annotated[Bearer | Basic, Field(discriminator="type")] | None = None
    headers: dict[str, SecretStr] = {}
    wait: Duration = timedelta(seconds=5)
    port: int = 443

    @field_validator("token")
    @classmethod
    def _long(cls, token: SecretStr) -> SecretStr:
        if token.get_secret_value().startswith("bad"):
            raise ValueError(f"{token.get_secret_value()} is no good token")
        if token.get_secret_value() == "crash":
            raise KeyError("a mistake of the plugin")
        return token


class Acme(MisAdapter[AcmeConfig]):
    name = "acme"
    Config = AcmeConfig

    def notify(self, ticket: JobTicket, call: Call) -> Report:
        raise NotImplementedError


class Mail(EmailAdapter[AdapterConfig]):
    name = "mail"
    Config = AdapterConfig

    def send(self, message: EmailMessage, call: Call) -> Report:
        raise NotImplementedError


PLUGINS = Plugins({"acme": Acme, "mail": Mail})

BASE = """
[storefronts.shop]
sources = ["https://shop.example/"]

[instances.press]
adapter = "acme"
mode = "test"

[instances.press.config]
url = "http://127.0.0.1/"
token = "s3cret-in-file"
"""


def problems(reading: Loading, text: str, **given: Any) -> list[str]:
    with pytest.raises(ConfigInvalid) as caught:
        reading(text, **given)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.problems
