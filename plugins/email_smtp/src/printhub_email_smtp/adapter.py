"""Hands messages to a mail server, and reads what comes back of them."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import JsonValue

from printhub import (
    Bounced,
    Call,
    Effect,
    EmailAdapter,
    EmailMessage,
    InboundRequest,
    OutcomeUnknown,
    Received,
    Report,
    Unavailable,
    Verb,
)
from printhub_email_smtp import ses, webhooks
from printhub_email_smtp.config import EmailSmtpConfig
from printhub_email_smtp.conversation import Conversation, Stale
from printhub_email_smtp.mailbox import Mailbox
from printhub_email_smtp.replies import plain


class EmailSmtp(EmailAdapter[EmailSmtpConfig]):
    """E-mail by SMTP.

    A mail server can neither be asked whether it took a message nor does it know a repeated one: it is BLIND. What
    became of a message whose connection broke after its end is unknown, and its notification says what follows.
    """

    name = "email_smtp"
    Config = EmailSmtpConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {}

    def __init__(self, config: EmailSmtpConfig) -> None:
        """Keep the configuration; the first message connects."""
        super().__init__(config)
        self._open: Conversation | None = None

    def send(self, message: EmailMessage, call: Call) -> Report:
        """Hand the message over; done when the server says that it has it."""
        conversation = self._conversation(call)
        try:
            said = conversation.send(message, call)
        except Stale:  # that says nothing of the message
            self.close()
            return self._send_anew(message, call)
        except (Unavailable, OutcomeUnknown):
            self.close()
            raise
        except BaseException:
            self._forget()
            raise
        return self._done(message, said)

    def check(self, call: Call) -> Report:
        """Connect, sign in, and have the server answer; the mailbox of bounces too, where there is one."""
        self.close()
        self._conversation(call).check(call)
        if self.config.mailbox is None:
            return Report.done(detail=f"{self.config.host} answers")
        Mailbox(self.config.mailbox, self.config.ca_file).check(call)
        return Report.done(detail=f"{self.config.host} and the mailbox at {self.config.mailbox.host} answer")

    def poll(self, cursor: JsonValue, call: Call) -> tuple[Sequence[Bounced], JsonValue]:
        """Read what came to the mailbox of bounces since `cursor`; nothing where none is configured."""
        if self.config.mailbox is None:
            return [], cursor
        return Mailbox(self.config.mailbox, self.config.ca_file).read(cursor, call)

    def verify(self, request: InboundRequest) -> None:
        """Raise Refused unless the request is signed by who may tell of bounces."""
        if request.purpose == "ses":
            ses.verify(request, self.config.sns_topic)
        else:
            webhooks.verify(request, self.config.webhook_secrets)

    def read(self, request: InboundRequest) -> Received:
        """Read what a webhook says: `bounces` in this plugin's own form, `mime` a whole mail, `ses` Amazon's."""
        return ses.read(request) if request.purpose == "ses" else webhooks.read(request)

    def close(self) -> None:
        """End the connection."""
        conversation, self._open = self._open, None
        if conversation is not None:
            conversation.close()

    def _conversation(self, call: Call) -> Conversation:
        if self._open is not None and self._open.worn:
            self.close()
        if self._open is None:
            self._open = Conversation(self.config, call)
        return self._open

    def _send_anew(self, message: EmailMessage, call: Call) -> Report:
        """Send over a connection of its own."""
        try:
            return self._done(message, self._conversation(call).send(message, call))
        except BaseException:
            self.close()
            raise

    def _forget(self) -> None:
        if self._open is not None:
            try:
                self._open.forget()
            except OSError:
                self.close()

    @staticmethod
    def _done(message: EmailMessage, said: str) -> Report:
        return Report.done(message.message_id, detail=f"taken: {plain(said)[:200]}")
