"""An e-mail adapter that keeps the contract in every point, over SMTP, a connection for each message."""

import base64
import contextlib
import hashlib
import hmac
import json
import re
import smtplib
import socket
import threading
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage as Mail
from email.policy import SMTP, EmailPolicy
from email.utils import parseaddr
from typing import ClassVar

from pydantic import SecretStr

from printhub import (
    AdapterConfig,
    AdapterError,
    Bounced,
    Call,
    EmailAdapter,
    EmailMessage,
    InboundRequest,
    Misconfigured,
    OutcomeUnknown,
    Received,
    Refused,
    Rejected,
    Report,
    Unavailable,
)

_LOST = (OSError, smtplib.SMTPServerDisconnected)


class Link(str):
    """A header's value that is written as it is, and not in encoded words."""

    __slots__ = ("name",)
    name: str

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


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
        self.require_addresses(message)
        body = self.body(message)
        smtp = self.connected(call)
        try:
            with self.hurried(smtp, call):
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

    def verify(self, request: InboundRequest) -> None:
        if not hmac.compare_digest(request.headers.get("signature", ""), signature(self.config.password, request.body)):
            raise Refused("it is not signed")

    def read(self, request: InboundRequest) -> Received:
        told = json.loads(request.body)
        return Received([Bounced(recipient=told["recipient"], dedupe=told["id"])])

    # --- what liars do in another way -------------------------------------------------------------------------

    def require_safe(self, message: EmailMessage) -> None:
        fields = [message.recipient, message.envelope_sender, message.subject, message.recipient_name]
        fields += [message.sender, message.message_id, message.reply_to, *message.headers, *message.headers.values()]
        fields += [file.name for file in message.attachments]
        fields += [f"{image.name}{image.content_id}{image.media_type}" for image in message.inline]
        if any(len(f"{value}|".splitlines()) > 1 or "\0" in value for value in fields):
            raise Rejected("a line break would end a header")

    def require_addresses(self, message: EmailMessage) -> None:
        for text in (message.recipient, message.envelope_sender):
            if parseaddr(text)[1] != text or "@" not in text or " " in text:
                raise Rejected("this is not one address")

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
            mail[name] = self.header(name, value)
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

    def header(self, name: str, value: str) -> str:
        if not value.startswith("<"):
            return value
        link = Link(value)
        link.name = name
        return link

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

    @contextlib.contextmanager
    def hurried(self, smtp: smtplib.SMTP, call: Call) -> Iterator[None]:
        """Hang up at the deadline, however much is said until then."""
        line = smtp.sock
        assert line is not None

        def hang_up() -> None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.patience(call), hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

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


def signature(password: SecretStr, body: bytes) -> str:
    """What proves a callback."""
    return hmac.new(password.get_secret_value().encode(), body, hashlib.sha256).hexdigest()


def _address(text: str, name: str = "") -> Address:
    shown, spec = parseaddr(text)
    return Address(display_name=name or shown, addr_spec=spec)
