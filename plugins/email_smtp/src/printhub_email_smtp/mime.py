"""Writes a message as it goes over the wire (RFC 5322, MIME)."""

import base64
import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage as Mail
from email.message import MIMEPart
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from printhub import EmailMessage, Rejected

_UNSAFE = ("\r", "\n", "\x00")


def written(message: EmailMessage, at: datetime, *, utf8: bool) -> bytes:
    """The whole mail with CRLF line ends; `utf8` where the server takes addresses beyond ASCII (SMTPUTF8).

    Raises Rejected naming the field that would break out of its header, never what it holds.
    """
    _require_safe(message)
    mail = Mail(policy=SMTPUTF8 if utf8 else SMTP)
    mail["From"] = _mailbox(message.sender)
    mail["To"] = _mailbox(message.recipient, message.recipient_name)
    if message.reply_to:
        mail["Reply-To"] = _mailbox(message.reply_to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message.message_id}>"
    for name, value in message.headers.items():
        mail[name] = value
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
        _show_inline(mail, message)
    for file in message.attachments:
        main, _, sub = file.media_type.partition("/")
        with file.open() as reading:
            mail.add_attachment(reading.read(), maintype=main, subtype=sub or "octet-stream", filename=file.name)
    _bound(mail, message.message_id)
    return mail.as_bytes()


def _bound(mail: Mail, message_id: str) -> None:
    """Part what it has by words that only this message has: another attempt is the same but for its date."""
    word = hashlib.sha256(message_id.encode()).hexdigest()[:32]
    parted = (part for part in mail.walk() if part.get_content_maintype() == "multipart")
    for number, part in enumerate(parted):
        part.set_boundary(f"=_{number}_{word}")


def _show_inline(mail: Mail, message: EmailMessage) -> None:
    html: MIMEPart | None = mail.get_body(("html",))
    for image in message.inline if html is not None else ():
        main, _, sub = image.media_type.partition("/")
        if html is not None:
            data = base64.b64decode(image.data)
            html.add_related(data, maintype=main, subtype=sub, cid=f"<{image.content_id}>", filename=image.name)


def _mailbox(text: str, name: str = "") -> Address:
    shown, address = parseaddr(text)
    user, _, domain = address.rpartition("@")
    if not user or not domain or " " in address:
        raise Rejected("an address of the message is none (RFC 5322)")
    return Address(display_name=name or shown, username=user, domain=domain)


def _require_safe(message: EmailMessage) -> None:
    plain = ("sender", "envelope_sender", "recipient", "recipient_name", "reply_to", "subject", "message_id")
    fields = {name: getattr(message, name) for name in plain}
    fields |= {f"headers[{number}]": f"{key}{value}" for number, (key, value) in enumerate(message.headers.items())}
    fields |= {f"attachments[{number}].name": file.name for number, file in enumerate(message.attachments)}
    for name, value in fields.items():
        if any(sign in value for sign in _UNSAFE):
            raise Rejected(f"{name} of the message holds a line break or a NUL, which would end its header")
