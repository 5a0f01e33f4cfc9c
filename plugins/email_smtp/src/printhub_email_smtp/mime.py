"""Writes a message as it goes over the wire (RFC 5322, MIME)."""

import base64
import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage as Mail
from email.message import MIMEPart
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import format_datetime, parseaddr

from printhub import EmailMessage, Rejected
from printhub_email_smtp.addresses import on_the_wire

_UNSAFE = ("\r", "\n", "\x00")
_SPACED = str.maketrans(dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "))
"""What Python takes for the end of a line too, such as the soft break of word processors: a space in a header."""


class _AsItIs(str):
    """A header's value that stays as it is: an encoded word in a link breaks the link (RFC 2369, RFC 2047 5)."""

    __slots__ = ("name",)
    name: str

    @classmethod
    def of(cls, name: str, value: str) -> "_AsItIs":
        """The value of the header of this name; ASCII."""
        made = cls(value)
        made.name = name
        return made

    def fold(self, *, policy: EmailPolicy) -> str:
        """One link a line."""
        parted = self.replace(">, <", f">,{policy.linesep} <")
        return f"{self.name}: {parted}{policy.linesep}"


def written(message: EmailMessage, at: datetime, *, utf8: bool, eight_bit: bool) -> bytes:
    """The whole mail with CRLF line ends.

    `utf8` where addresses are beyond ASCII, which the server takes (SMTPUTF8); `eight_bit` where it takes bodies of
    eight bits (8BITMIME, RFC 6152): else they are coded in seven.

    Raises Rejected naming the field that would break out of its header, never what it holds.
    """
    _require_safe(message)
    mail = Mail(policy=(SMTPUTF8 if utf8 else SMTP).clone(cte_type="8bit" if eight_bit else "7bit"))
    mail["From"] = _mailbox(message.sender)
    mail["To"] = _mailbox(message.recipient, _one_line(message.recipient_name))
    if message.reply_to:
        mail["Reply-To"] = _mailbox(message.reply_to)
    mail["Subject"] = _one_line(message.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{_one_line(message.message_id)}>"
    for name, value in message.headers.items():
        mail[name] = _AsItIs.of(name, value) if _is_link(value) else _one_line(value)
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
        _show_inline(mail, message)
    for file in message.attachments:
        main, _, sub = file.media_type.partition("/")
        with file.open() as reading:
            data, name = reading.read(), _one_line(file.name)
        mail.add_attachment(data, maintype=main, subtype=sub or "octet-stream", filename=name)
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
            data, id_, name = base64.b64decode(image.data), _one_line(image.content_id), _one_line(image.name)
            html.add_related(data, maintype=main, subtype=sub, cid=f"<{id_}>", filename=name)


def _mailbox(text: str, name: str = "") -> Address:
    shown, address = parseaddr(_one_line(text))
    user, _, domain = address.rpartition("@")
    if not user or not domain or " " in address:
        raise Rejected("an address of the message is none (RFC 5322)")
    local, _, domain = on_the_wire(address).rpartition("@")
    return Address(display_name=name or shown, username=local, domain=domain)


def _one_line(text: str) -> str:
    return text.translate(_SPACED)


def _is_link(value: str) -> bool:
    return value.startswith("<") and value.endswith(">") and value.isascii() and value.isprintable()


def _is_address_alone(text: str) -> bool:
    """Whether nothing else is in it: a > would end it in the command that names it, and a second one may follow."""
    user, _, domain = text.rpartition("@")
    return bool(user and domain) and parseaddr(text)[1] == text and text.isprintable() and " " not in text


def _require_safe(message: EmailMessage) -> None:
    plain = ("sender", "envelope_sender", "recipient", "recipient_name", "reply_to", "subject", "message_id")
    fields = {name: getattr(message, name) for name in plain}
    fields |= {f"headers[{number}]": f"{key}{value}" for number, (key, value) in enumerate(message.headers.items())}
    fields |= {
        f"attachments[{number}]": f"{file.name}{file.media_type}" for number, file in enumerate(message.attachments)
    }
    fields |= {
        f"inline[{number}]": f"{image.name}{image.content_id}{image.media_type}"
        for number, image in enumerate(message.inline)
    }
    for name, value in fields.items():
        if any(sign in value for sign in _UNSAFE):
            raise Rejected(f"{name} of the message holds a line break or a NUL, which would end its header")
    if not _is_address_alone(message.recipient):
        raise Rejected("the recipient is not an address (RFC 5321)", bounced=True)
    if message.envelope_sender and not _is_address_alone(message.envelope_sender):
        raise Rejected("the envelope sender is not an address (RFC 5321)")
