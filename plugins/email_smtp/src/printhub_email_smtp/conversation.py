"""One SMTP connection, over which messages go one after the other."""

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from email.utils import parseaddr

from printhub import AdapterError, Call, EmailMessage, Misconfigured, OutcomeUnknown, Rejected, Unavailable
from printhub_email_smtp.addresses import on_the_wire
from printhub_email_smtp.config import EmailSmtpConfig, Security
from printhub_email_smtp.line import Line, TlsLine
from printhub_email_smtp.mime import written
from printhub_email_smtp.replies import Stage, refusal
from printhub_email_smtp.signing_in import sign_in

_BROKEN = (OSError, smtplib.SMTPException)
"""The line is gone, or what comes over it is no SMTP."""
_CLOSING = 421
"""The server ends the connection (RFC 5321, 4.2.2)."""
_GOODBYE = 2.0
"""Seconds that a server has to say goodbye."""


class Stale(Unavailable):
    """The server had ended a connection that rested, before it heard anything of this message."""


class Conversation:
    """A connection that has been greeted and signed in; `close` ends it."""

    def __init__(self, config: EmailSmtpConfig, call: Call) -> None:
        """Connect; raises Unavailable where that cannot be now, Misconfigured where it never will as things are set."""
        self._config = config
        self._smtp = _connected(config, _seconds(call))
        self._sent = 0
        self._used = False
        self._whom = ""
        self._rested_at = time.monotonic()
        try:
            with _in_words(f"{config.host}:{config.port}"):
                self._begin()
                # The dot goes by itself after the body: it must not wait until the body is acknowledged (RFC 896).
                if self._smtp.sock is not None:
                    self._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            self.close()
            raise

    @property
    def worn(self) -> bool:
        """Whether the next message should get another connection."""
        rested = time.monotonic() - self._rested_at
        return self._sent >= self._config.most or rested > self._config.keep.total_seconds()

    def send(self, message: EmailMessage, call: Call) -> str:
        """Hand one message over; returns the server's words. Raises what a verb raises."""
        sender, recipient = on_the_wire(message.envelope_sender), on_the_wire(message.recipient)
        utf8 = self._needs_utf8(message, sender, recipient)
        body = written(message, call.now(), utf8=utf8, eight_bit=self._smtp.has_extn("8bitmime"))
        self._require_room(len(body))
        self._keep_within(call)
        self._whom = f"{message.recipient} {message.recipient_name}"
        self._begin_mail(f"MAIL FROM:<{sender}>{self._sender_options(message, len(body), utf8=utf8)}")
        try:
            self._ask(Stage.RECIPIENT, f"RCPT TO:<{recipient}>{self._recipient_options(message, recipient)}")
            self._ask(Stage.CONTENT, "DATA", expected=(354,))
            self._smtp.send(_stuffed(body))
            self._smtp.hurry()
        except _BROKEN as error:
            raise Unavailable("the connection to the mail server broke before the message was handed over") from error
        return self._finish(call)

    def check(self, call: Call) -> None:
        """Raise what a verb raises unless the server answers."""
        self._keep_within(call)
        with _in_words(self._config.host):
            self._ask(Stage.GREETING, "NOOP")
        self._used = True

    def forget(self) -> None:
        """Begin the next message anew after one that was refused; raises OSError where nobody is there any more."""
        with contextlib.suppress(smtplib.SMTPException):
            self._smtp.docmd("RSET")

    def close(self) -> None:
        """End the connection, politely if there is somebody."""
        if not self._smtp.gave_up:
            self._smtp.keep_within(_GOODBYE)
            with contextlib.suppress(Exception):
                self._smtp.docmd("QUIT")
        self._smtp.close()

    def _needs_utf8(self, message: EmailMessage, sender: str, recipient: str) -> bool:
        """Whether an address is beyond ASCII for good; raises Rejected where the server takes none (RFC 6531)."""
        shown = [parseaddr(text)[1].rpartition("@")[0] for text in (message.sender, message.reply_to)]
        if all(text.isascii() for text in (sender, recipient, *shown)):
            return False
        if not self._smtp.has_extn("smtputf8"):
            whose = "the address" if not recipient.isascii() else "the sender's address"
            why = f"{whose} has letters beyond ASCII, and the mail server takes none (SMTPUTF8)"
            raise Rejected(why, bounced=not recipient.isascii())
        return True

    def _begin_mail(self, command: str) -> None:
        used, self._used = self._used, True
        try:
            self._ask(Stage.SENDER, command, ends=used)
        except _BROKEN as error:
            kind = Stale if used else Unavailable
            raise kind("the connection to the mail server broke before the message was handed over") from error

    def _finish(self, call: Call) -> str:
        call.sending()  # with the dot the server has it; nothing before could have had an effect
        try:
            self._smtp.send(b".\r\n")
            code, reply = self._smtp.getreply()
        except _BROKEN as error:
            raise OutcomeUnknown(
                "the connection broke before the mail server said whether it took the message"
            ) from error
        if not (200 <= code < 300 or 400 <= code < 600):
            raise OutcomeUnknown("what the mail server said to the end of the message is no reply (RFC 5321, 4.2)")
        if code >= 300:
            raise refusal(Stage.CONTENT, code, reply, self._whom)
        self._sent += 1
        self._rested_at = time.monotonic()
        return f"{code} {reply.decode('utf-8', 'replace')}"

    def _begin(self) -> None:
        config, smtp = self._config, self._smtp
        smtp.ehlo_or_helo_if_needed()
        if config.security is Security.STARTTLS:
            if not smtp.has_extn("starttls"):
                raise Misconfigured('the mail server offers no STARTTLS; is security = "tls" what it wants?')
            smtp.starttls(context=_context(config))
            smtp.ehlo()
        if config.user and config.password is not None:
            sign_in(smtp, config.user, config.password.get_secret_value())

    def _ask(self, stage: Stage, command: str, expected: tuple[int, ...] = (), *, ends: bool = False) -> None:
        """Say something, and hear that it is well; `ends` where the server may have been about to hang up."""
        self._smtp.command_encoding = "utf-8"
        code, reply = self._smtp.docmd(command)
        if ends and code == _CLOSING:
            raise Stale(str(refusal(stage, code, reply, self._whom)))
        if code not in expected and (expected or not 200 <= code < 300):
            raise refusal(stage, code, reply, self._whom)

    def _sender_options(self, message: EmailMessage, size: int, *, utf8: bool) -> str:
        options = " SMTPUTF8" if utf8 else ""
        options += f" SIZE={size}" if self._smtp.has_extn("size") else ""
        options += " BODY=8BITMIME" if self._smtp.has_extn("8bitmime") else ""
        if message.envelope_id and self._smtp.has_extn("dsn"):
            options += f" RET=HDRS ENVID={_xtext(message.envelope_id)}"
        return options

    def _recipient_options(self, message: EmailMessage, recipient: str) -> str:
        if not message.envelope_id or not self._smtp.has_extn("dsn"):
            return ""
        kind = "rfc822" if recipient.isascii() else "utf-8"
        return f" NOTIFY=FAILURE,DELAY ORCPT={kind};{_xtext(recipient)}"

    def _require_room(self, size: int) -> None:
        announced = self._smtp.esmtp_features.get("size", "")
        most = min(self._config.largest, int(announced) if announced.isdecimal() and int(announced) else size)
        if size > most:
            raise Rejected(f"the message has {size} bytes, and {most} are the most that may be sent")

    def _keep_within(self, call: Call) -> None:
        self._smtp.keep_within(_seconds(call))


def _connected(config: EmailSmtpConfig, seconds: float) -> Line:
    name = config.name or None
    with _in_words(f"{config.host}:{config.port}"):
        if config.security is Security.TLS:
            return TlsLine(config.host, config.port, name, seconds, context=_context(config))
        return Line(config.host, config.port, name, seconds)


def _context(config: EmailSmtpConfig) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=config.ca_file)
    except OSError as error:
        raise Misconfigured(f"ca_file cannot be read: {error.strerror}") from error


def _seconds(call: Call) -> float:
    return max(call.remaining.total_seconds(), 0.001)


@contextlib.contextmanager
def _in_words(where: str) -> Iterator[None]:
    """Say what it means that a connection cannot be made or kept: nothing of a message was sent."""
    try:
        yield
    except AdapterError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(f"the certificate of {where} is not trusted: {error.verify_message}") from error
    except ssl.SSLError as error:
        if error.reason in _NOT_TLS:
            raise Misconfigured(f"{where} does not speak TLS from the first byte; is it another `security`?") from error
        raise Unavailable(f"TLS with {where} could not be agreed on: {_said(error.reason)}") from error
    except smtplib.SMTPConnectError as error:
        raise refusal(Stage.GREETING, error.smtp_code, _bytes(error.smtp_error)) from error
    except smtplib.SMTPResponseException as error:
        raise refusal(Stage.GREETING, error.smtp_code, _bytes(error.smtp_error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(f"{where} cannot be reached: {_short(error)}") from error


_NOT_TLS = ("WRONG_VERSION_NUMBER", "UNEXPECTED_MESSAGE", "RECORD_LAYER_FAILURE")
"""What the library says of an answer that is no TLS."""


def _said(reason: str | None) -> str:
    return (reason or "it broke off").replace("_", " ").lower()


def _short(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    return getattr(error, "strerror", None) or type(error).__name__


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _stuffed(body: bytes) -> bytes:
    """With a second dot where a line begins with one (RFC 5321, 4.5.2), and an end of line at the end."""
    stuffed = body.replace(b"\r\n.", b"\r\n..")
    stuffed = b"." + stuffed if stuffed.startswith(b".") else stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _xtext(text: str) -> str:
    """RFC 3461: printable ASCII but for + and =, which are written with their codes; utf-8 as it is (RFC 6533)."""
    safe: Callable[[str], bool] = lambda sign: ("!" <= sign <= "~" and sign not in "+=") or ord(sign) > 127  # noqa: E731 - one place
    return "".join(sign if safe(sign) else f"+{ord(sign):02X}" for sign in text)
