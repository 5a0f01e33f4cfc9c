"""What an operator sets: one provider, and what holds for all of them."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from printhub import AdapterConfig
from printhub_sms.http.config import HttpConfig
from printhub_sms.kannel.config import KannelConfig
from printhub_sms.twilio.config import TwilioConfig
from printhub_sms.words import Words

Sender = Annotated[str, StringConstraints(pattern=r"^(\+[1-9][0-9]{5,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11})?$")]
"""A number, a short code, or a name of 11 characters at the most (3GPP TS 23.040, 9.1.2.5)."""


class SmsConfig(AdapterConfig):
    """One provider: exactly one of `twilio`, `kannel` and `http`."""

    twilio: TwilioConfig | None = None
    """An account at Twilio."""
    kannel: KannelConfig | None = None
    """A Kannel gateway of your own."""
    http: HttpConfig | None = None
    """Any other gateway, described by its requests and answers."""
    sender: Sender = ""
    """The number or name that a message comes from whose storefront names none; left out, what the provider puts
    there."""
    most_segments: Annotated[int, Field(ge=1, le=10)] = 6
    """The segments that a text may take; a longer one is refused before anything is sent, for each is billed."""
    words: Words = Words()
    """What people write who want no more messages, and who want them again."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        named = [name for name in ("twilio", "kannel", "http") if getattr(self, name) is not None]
        if len(named) != 1:
            found = " and ".join(named) if named else "none"
            raise ValueError(f"expected exactly one of twilio, kannel and http, and found {found}")
        return self
