"""An e-mail adapter that keeps the contract in every point, over SMTP, a connection for each message."""

import base64
import re
import smtplib
from email.headerregistry import Address
from email.message import EmailMessage as Mail
from email.policy import SMTP
from email.utils import parseaddr
from typing import ClassVar

from pydantic import SecretStr

from printhub import (
    AdapterConfig,
    AdapterError,
    Call,
    EmailAdapter,
    EmailMessage,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    Report,
    Unavailable,
)

_LOST = (OSError, smtplib.SMTPServerDisconnected)
_BREAK = re.compile(r"[\r\n\0]")


class HonestConfig(AdapterConfig):
    host: str
    port: int
    user: str = "hub"
    password: SecretStr


class HonestEmail(EmailAdapter[HonestConfig]):
    """Hands over what it is given, and names what goes wrong as the contract says."""

    name: ClassVar[str] = "honest-email"
    Config: type[HonestConfig] = HonestConfig

    def send(self, message: EmailMessage, call: Call) -> Report:
        self.require_safe(message)
        body = self.body(message)
        smtp = self.connected(call)
        try:
            self.ask(smtp, "sender", f"MAIL FROM:<{self.envelope_sender(message)}>")
            self.ask(smtp, "recipient", f"RCPT TO:<{self.recipient(message)}>")
            self.ask(smtp, "content", "DATA")
            smtp.send(self.stuffed(body))
            call.sending()
            return self.finished(smtp, message)
        except _LOST as error:
            raise self.lost(sent=call.wire.sent) from error
        finally:
            smtp.close()

    def check(self, call: Call) -> Report:
        self.connected(call).close()
        return Report.done()

    # --- what liars do in another way -------------------------------------------------------------------------

    def require_safe(self, message: EmailMessage) -> None:
        fields = [message.recipient, message.envelope_sender, message.subject, message.recipient_name]
        fields += [message.reply_to, *message.headers.values(), *(file.name for file in message.attachments)]
        if any(_BREAK.search(value) for value in fields):
            raise Rejected("a line break would end a header")

    def envelope_sender(self, message: EmailMessage) -> str:
        return message.envelope_sender

    def recipient(self, message: EmailMessage) -> str:
        return message.recipient

    def message_id(self, message: EmailMessage) -> str:
        return message.message_id

    def body(self, message: EmailMessage) -> bytes:
        return self.mail(message).as_bytes()

    def mail(self, message: EmailMessage) -> Mail:
        mail = Mail(policy=SMTP)
        mail["From"] = _address(message.sender)
        mail["To"] = _address(message.recipient, message.recipient_name)
        mail["Subject"] = message.subject
        mail["Message-ID"] = f"<{self.message_id(message)}>"
        if message.reply_to:
            mail["Reply-To"] = _address(message.reply_to)
        for name, value in message.headers.items():
            mail[name] = value
        mail.set_content(message.text)
        if message.html is not None:
            mail.add_alternative(message.html, subtype="html")
            html = mail.get_body(("html",))
            assert html is not None
            for image in message.inline:
                main, _, sub = image.media_type.partition("/")
                html.add_related(base64.b64decode(image.data), maintype=main, subtype=sub, cid=f"<{image.content_id}>")
        for file in message.attachments:
            with file.open() as reading:
                mail.add_attachment(reading.read(), maintype="application", subtype="octet-stream", filename=file.name)
        return mail

    def stuffed(self, body: bytes) -> bytes:
        body = body if body.endswith(b"\r\n") else body + b"\r\n"
        return re.sub(rb"(?m)^\.", b"..", body) + b".\r\n"

    def connected(self, call: Call) -> smtplib.SMTP:
        try:
            smtp = smtplib.SMTP(self.config.host, self.config.port, timeout=self.patience(call), local_hostname="hub")
        except OSError as error:
            raise self.lost(sent=False) from error
        try:
            smtp.login(self.config.user, self.config.password.get_secret_value())
        except smtplib.SMTPAuthenticationError:
            smtp.close()
            raise self.unknown_here() from None
        return smtp

    def patience(self, call: Call) -> float:
        return max(call.remaining.total_seconds(), 0.001)

    def ask(self, smtp: smtplib.SMTP, stage: str, command: str) -> None:
        code, reply = smtp.docmd(command)
        if code not in (250, 354):
            raise self.refusal(stage, code, reply)

    def finished(self, smtp: smtplib.SMTP, message: EmailMessage) -> Report:
        code, reply = smtp.getreply()
        if code != 250:
            raise self.refusal("content", code, reply)
        return Report.done(message.message_id)

    def refusal(self, stage: str, code: int, reply: bytes) -> AdapterError:
        del reply  # it may name the recipient
        if code < 500:
            return Unavailable(f"the {stage} was put off with {code}")
        return Rejected(f"the {stage} was refused with {code}", bounced=stage == "recipient")

    def lost(self, *, sent: bool) -> AdapterError:
        return OutcomeUnknown("the connection was lost") if sent else Unavailable("there is no connection")

    def unknown_here(self) -> AdapterError:
        return Misconfigured("the mail server does not know this user")


def _address(text: str, name: str = "") -> Address:
    shown, spec = parseaddr(text)
    return Address(display_name=name or shown, addr_spec=spec)
