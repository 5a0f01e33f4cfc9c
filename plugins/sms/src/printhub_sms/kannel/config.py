"""What an operator sets for a Kannel gateway."""

from typing import Annotated

from pydantic import SecretStr, StringConstraints
from pydantic.networks import HttpUrl

from printhub import AdapterConfig
from printhub_sms.proof import CallbackSecret


class KannelConfig(AdapterConfig):
    """A Kannel gateway: the `sendsms-user` of its configuration."""

    url: HttpUrl
    """Where texts are handed in, such as `http://sms.internal:13013/cgi-bin/sendsms`."""
    user: Annotated[str, StringConstraints(min_length=1)]
    """The `username` of the `sendsms-user`."""
    password: SecretStr
    """Its `password`."""
    smsc: Annotated[str, StringConstraints(pattern=r"^[\w.-]*$")] = ""
    """The id of the connection to a network that texts go by; left out, Kannel chooses."""
    callback_secret: CallbackSecret | None = None
    """What proves that receipts and texts come from this Kannel; left out, none are asked for and none taken. Text
    that nobody can guess, of 16 characters or more."""
