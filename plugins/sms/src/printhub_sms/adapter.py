"""Hands text messages to the configured provider, and reads what it tells of them."""

import re
from collections.abc import Mapping
from typing import ClassVar

from printhub import (
    Call,
    Effect,
    Finding,
    InboundRequest,
    Received,
    Rejected,
    Report,
    SmsAdapter,
    SmsMessage,
    Verb,
    segments_of,
)
from printhub_sms.config import SmsConfig
from printhub_sms.http.provider import HttpProvider
from printhub_sms.kannel.provider import KannelProvider
from printhub_sms.provider import Provider
from printhub_sms.twilio.provider import TwilioProvider

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
"""ITU-T E.164: a country code and a number, 15 digits at the most."""


class Sms(SmsAdapter[SmsConfig]):
    """Text messages by Twilio, Kannel, or a gateway that is described in the configuration.

    What makes a repeated call safe is the provider's to say: Twilio can be asked, Kannel cannot, and of a gateway the
    configuration says it.
    """

    name = "sms"
    Config = SmsConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.SEND: Effect.KEYED | Effect.LOOKUP}

    def __init__(self, config: SmsConfig) -> None:
        """Keep the configuration."""
        super().__init__(config)
        self._provider = _provider(config)

    def effect(self, verb: Verb) -> Effect:
        """What makes a repeated call safe at the provider."""
        return self._provider.effect if verb is Verb.SEND else Effect.BLIND

    def send(self, message: SmsMessage, call: Call) -> Report:
        """Send one message; done when the provider took it."""
        return self._provider.send(self._checked(message), call)

    def lookup(self, message: SmsMessage, call: Call) -> Finding:
        """Ask the provider whether it took the message."""
        return self._provider.lookup(message, call)

    def check(self, call: Call) -> Report:
        """Prove address and credentials without sending anything."""
        return self._provider.check(call)

    def verify(self, request: InboundRequest) -> None:
        """Raise Refused unless the provider sent the callback."""
        self._provider.verify(request)

    def read(self, request: InboundRequest) -> Received:
        """Read a receipt, or a text that somebody wrote."""
        return self._provider.read(request)

    def _checked(self, message: SmsMessage) -> SmsMessage:
        """The message with a sender; raises Rejected for what no provider should be bothered with."""
        if _NUMBER.fullmatch(message.recipient) is None:
            raise Rejected("the recipient's number is not in E.164 (+ and up to 15 digits)")
        segments, most = segments_of(message.text), self.config.most_segments
        if not message.text.strip():
            raise Rejected("the text is empty: nothing can be sent")
        if segments.count > most:
            raise Rejected(f"the text takes {segments}, and most_segments is {most}: shorten its template")
        return message if message.sender else message.model_copy(update={"sender": self.config.sender})


def _provider(config: SmsConfig) -> Provider:
    if config.twilio is not None:
        return TwilioProvider(config.twilio, config.words)
    if config.kannel is not None:
        return KannelProvider(config.kannel, config.words)
    if config.http is not None:
        return HttpProvider(config.http, config.words)
    raise ValueError("no provider is configured")
