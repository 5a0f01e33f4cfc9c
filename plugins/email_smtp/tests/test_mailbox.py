"""What comes of a mailbox that cannot be read as it should: told in words, and nothing is lost."""

import base64
import socketserver
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, ClassVar, cast

import pytest
from pydantic import JsonValue

from plugins.email_smtp.tests.sample import call
from printhub import Bounced, Misconfigured, Unavailable
from printhub_email_smtp.config import MailboxConfig
from printhub_email_smtp.mailbox import Mailbox

BOUNCE = b"""From: mailer-daemon@customer.example
To: bounces+%s@hub.example
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; customer.example

Final-Recipient: rfc822; kim@customer.example
Action: failed
Status: 5.1.1
--b--
""".replace(b"\n", b"\r\n")
HANGS_UP, STALLS = "hangs up", "stalls"


class Imap(socketserver.ThreadingTCPServer):
    """An IMAP server of one folder, which answers a command as it is told to."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails = {1: BOUNCE % b"token0000001", 2: BOUNCE % b"token0000002", 3: BOUNCE % b"token0000003"}
        self.told: dict[str, str] = {}
        """What is said to a command, such as `FETCH 2`, instead of what is usual."""
        self.signed_in: list[bytes] = []
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: somebody hung up."""


class _Session(socketserver.StreamRequestHandler):
    usual: ClassVar[dict[str, str]] = {
        "CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=PLAIN",
        "STATUS": '* STATUS "INBOX" (UIDVALIDITY 7)',
        "SELECT": "* 3 EXISTS",
        "LOGOUT": "* BYE",
    }

    def handle(self) -> None:
        self.imap = cast(Imap, self.server)
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            words = rest.split()
            name = words[1].upper() if words[0].upper() == "UID" else words[0].upper()
            about = f"{name} {words[2]}" if name == "FETCH" else name
            told = self.imap.told.get(about)
            if told == HANGS_UP:
                return
            if told == STALLS:
                self.imap.over.wait()
            if told is not None:
                self.say(f"{tag} {told}")
                continue
            self.answer(name, words, rest)
            self.say(f"{tag} OK done")

    def answer(self, name: str, words: list[str], rest: str) -> None:
        if name == "LOGIN":
            self.imap.signed_in.append(rest.encode())
        elif name == "AUTHENTICATE":
            self.say("+ ")
            self.imap.signed_in.append(base64.b64decode(self.rfile.readline()))
        elif name == "SEARCH":
            first = int(words[-1].split(":")[0])
            self.say(" ".join(["* SEARCH", *(str(uid) for uid in self.imap.mails if uid >= first)]))
        elif name == "FETCH":
            mail = self.imap.mails[int(words[2])]
            self.wfile.write(f"* 1 FETCH (UID {words[2]} BODY[]<0> {{{len(mail)}}}\r\n".encode() + mail + b")\r\n")
        elif name in self.usual:
            self.say(self.usual[name])

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def imap() -> Iterator[Imap]:
    with Imap() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join(5)


def mailbox(imap: Imap, **changes: Any) -> Mailbox:
    usual = {"host": "127.0.0.1", "port": imap.port, "security": "none", "user": "bounces", "password": "secret"}
    return Mailbox(MailboxConfig.model_validate(usual | changes), None)


def tokens(found: tuple[Sequence[Bounced], JsonValue]) -> list[str]:
    return [token for signal in found[0] for token in signal.tokens]


def test_all_that_came_is_read_and_then_what_came_since(imap: Imap) -> None:
    box = mailbox(imap)

    first = box.read(None, call())
    imap.mails[4] = BOUNCE % b"token0000004"
    then = box.read(first[1], call())

    assert tokens(first) == ["token0000001", "token0000002", "token0000003"]
    assert tokens(then) == ["token0000004"]


@pytest.mark.parametrize(
    ("command", "told", "error", "words"),
    [
        ("LOGIN", "NO [AUTHENTICATIONFAILED] no", Misconfigured, "does not know this user"),
        ("LOGIN", "NO [UNAVAILABLE] the users cannot be read", Unavailable, "nobody sign in now"),
        ("SELECT", "NO no such folder", Misconfigured, "has no folder INBOX"),
        ("SEARCH", "BAD what", Unavailable, "cannot be read"),
        ("STATUS", "NO kim@customer.example", Unavailable, "cannot be read"),
        ("LOGIN", HANGS_UP, Unavailable, "cannot be read"),
        ("FETCH 2", HANGS_UP, Unavailable, "cannot be read"),
    ],
)
def test_who_must_act_is_said(imap: Imap, command: str, told: str, error: type[Exception], words: str) -> None:
    imap.told[command] = told

    with pytest.raises(error, match=words) as refused:
        mailbox(imap).read(None, call())

    assert "kim" not in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("told", ["NO it is damaged", "BAD what"])
def test_a_mail_that_cannot_be_read_does_not_stand_before_those_that_can(imap: Imap, told: str) -> None:
    imap.told["FETCH 2"] = told

    assert tokens(mailbox(imap).read(None, call())) == ["token0000001", "token0000003"]


def test_what_was_read_before_the_time_was_over_counts(imap: Imap) -> None:
    found = mailbox(imap).read(None, call(deadline_in=timedelta(milliseconds=900)))

    assert (tokens(found), found[1]) == ([], {"uidvalidity": 7, "uid": 0})


def test_a_server_that_takes_its_time_is_given_up(imap: Imap) -> None:
    imap.told["SELECT"] = STALLS

    with pytest.raises(Unavailable, match="took too long"):
        mailbox(imap).read(None, call(deadline_in=timedelta(milliseconds=300)))


def test_names_and_passwords_may_be_in_any_script(imap: Imap) -> None:
    mailbox(imap, user="Rückläufer", password="Schlüssel").check(call())

    assert imap.signed_in == ["\0Rückläufer\0Schlüssel".encode()]
