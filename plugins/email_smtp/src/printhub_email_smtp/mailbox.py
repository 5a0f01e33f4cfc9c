"""Reads the mailbox that bounces come to."""

import contextlib
import imaplib
import logging
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from imap_tools import (
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailBoxStartTls,
    MailBoxUnencrypted,
)
from pydantic import JsonValue

from printhub import Bounced, Call, Misconfigured, Unavailable, bounce_signals
from printhub_email_smtp.config import MailboxConfig, Security

log = logging.getLogger(__name__)

_ENOUGH = timedelta(seconds=1)
"""Time without which no further mail is begun."""
_LATER = ("[UNAVAILABLE]", "[INUSE]", "[SERVERBUG]", "[LIMIT]")
_LARGEST = 1024 * 1024
"""Bytes of a mail that are read: what matters stands in front, and behind it the message that came back."""


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the mailbox was read. UIDs count only within one UIDVALIDITY (RFC 3501, 2.3.1.1)."""

    validity: int
    uid: int

    @classmethod
    def of(cls, cursor: JsonValue, validity: int) -> "_Place":
        """Where to go on; at the beginning where the mailbox is another one than before."""
        known = cursor if isinstance(cursor, dict) else {}
        uid = known.get("uid")
        same = known.get("uidvalidity") == validity and isinstance(uid, int)
        return cls(validity, uid if same and isinstance(uid, int) else 0)

    @property
    def cursor(self) -> JsonValue:
        """As the hub keeps it."""
        return {"uidvalidity": self.validity, "uid": self.uid}


class Mailbox:
    """One mailbox, connected to for each reading."""

    def __init__(self, config: MailboxConfig, ca_file: Path | None) -> None:
        """Read by this configuration."""
        self._config = config
        self._ca_file = ca_file

    def read(self, cursor: JsonValue, call: Call) -> tuple[Sequence[Bounced], JsonValue]:
        """The bounces among the mails that came since `cursor`, and the next cursor. Raises what a verb raises.

        Mails are moved away at the next reading: not before what they said is on record.
        """
        with self._opened(call) as box:
            validity = box.folder.status(self._config.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
            place = _Place.of(cursor, validity)
            self._move_read(box, place)
            signals: list[Bounced] = []
            for uid in self._new(box, place):
                if call.remaining < _ENOUGH:
                    break  # the rest at the next reading
                _keep_within(box, call)
                signals += bounce_signals(_raw(box, uid))
                place = _Place(validity, uid)
            return signals, place.cursor

    def check(self, call: Call) -> None:
        """Sign in and find the folder; raises what a verb raises."""
        with self._opened(call) as box:
            box.folder.status(self._config.folder, ["UIDVALIDITY"])

    def _new(self, box: BaseMailBox, place: _Place) -> list[int]:
        # `n:*` names the last mail even where its UID is less than n.
        found = sorted(int(uid) for uid in box.uids(f"UID {place.uid + 1}:*"))
        return [uid for uid in found if uid > place.uid][: self._config.most]

    def _move_read(self, box: BaseMailBox, place: _Place) -> None:
        if self._config.move_to is None or not place.uid:
            return
        read = box.uids(f"UID 1:{place.uid}")
        if read:
            if not box.folder.exists(self._config.move_to):
                box.folder.create(self._config.move_to)
            box.move(read, self._config.move_to)

    @contextlib.contextmanager
    def _opened(self, call: Call) -> Iterator[BaseMailBox]:
        config = self._config
        where = f"the mailbox at {config.host}:{config.port}"
        try:
            box = self._connected(max(call.remaining.total_seconds(), 0.001))
            try:
                with self._signed_in(box) as opened:
                    yield opened
            finally:
                with contextlib.suppress(OSError):
                    box.client.shutdown()  # signing in may have failed, or signing out
        except MailboxLoginError as error:
            raise _not_let_in(where, error) from None
        except MailboxFolderSelectError:
            raise Misconfigured(f"{where} has no folder {config.folder}") from None
        except ssl.SSLCertVerificationError as error:
            raise Misconfigured(f"the certificate of {where} is not trusted: {error.verify_message}") from error
        except ssl.SSLError as error:
            raise Unavailable(f"TLS with {where} could not be agreed on; is it another `security`?") from error
        except socket.gaierror as error:
            raise Unavailable(f"{where} cannot be reached: its name is not known") from error
        except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
            # What the server answered may quote whom a mail is about.
            raise Unavailable(f"{where} cannot be read: {_said(error)}") from error

    def _signed_in(self, box: BaseMailBox) -> BaseMailBox:
        config, password = self._config, self._config.password.get_secret_value()
        if config.user.isascii() and password.isascii():
            return box.login(config.user, password, config.folder)
        return box.login_utf8(config.user, password, config.folder)

    def _connected(self, seconds: float) -> BaseMailBox:
        config = self._config
        if config.security is Security.NONE:
            return MailBoxUnencrypted(config.host, config.port, timeout=seconds)
        context = ssl.create_default_context(cafile=self._ca_file)
        if config.security is Security.STARTTLS:
            return MailBoxStartTls(config.host, config.port, timeout=seconds, ssl_context=context)
        return MailBox(config.host, config.port, timeout=seconds, ssl_context=context)


def _not_let_in(where: str, error: MailboxLoginError) -> Misconfigured | Unavailable:
    """Who cannot sign in: for good, unless the server says that it is itself the reason (RFC 5530)."""
    if any(code in str(error.command_result).upper() for code in _LATER):
        return Unavailable(f"{where} lets nobody sign in now")
    return Misconfigured(f"{where} does not know this user and password")


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    return getattr(error, "strerror", None) or type(error).__name__


def _keep_within(box: BaseMailBox, call: Call) -> None:
    """Let the next answer take what is left of the time."""
    box.client.sock.settimeout(max(call.remaining.total_seconds(), 0.001))


def _raw(box: BaseMailBox, uid: int) -> bytes:
    """A mail's bytes, as many as are read of it; it stays unread. Empty for one that the server cannot give."""
    try:
        _, answer = box.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{_LARGEST}>)")
    except imaplib.IMAP4.abort:  # there is no connection any more
        raise
    except imaplib.IMAP4.error:
        log.warning("mail %s of the mailbox cannot be read, and is passed over", uid)
        return b""
    return next((part[1] for part in answer if isinstance(part, tuple)), b"")
