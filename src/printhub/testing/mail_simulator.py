"""A mail server that keeps what it is handed, and refuses, stalls or hangs up where a test says so."""

import base64
import socketserver
import ssl
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage as Mail
from email.policy import default
from types import TracebackType
from typing import ClassVar, Self, cast

OFFERED = ("8BITMIME", "SMTPUTF8", "DSN", "SIZE 10485760", "ENHANCEDSTATUSCODES")
"""What it offers unless a test says otherwise."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that it took."""

    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    sender_options: str
    recipient_options: str
    body: bytes = field(repr=False)

    @property
    def mail(self) -> Mail:
        """The message itself, read."""
        return message_from_bytes(self.body, policy=default)


class MailSimulator:
    """An SMTP server on loopback; a context manager. Replies that were written down are given first, one each.

    Stages are `connect`, `ehlo`, `auth`, `mail`, `rcpt`, `data`, `dot`, `rset`, `noop`. At `dot` the message is there,
    and with `HANGS_UP`, `STALLS` or `DRIPS` it is kept all the same: nobody can know.
    """

    HANGS_UP: ClassVar[str] = "hangs up"
    """Instead of a reply."""
    STALLS: ClassVar[str] = "stalls"
    """No reply comes until the simulator ends."""
    DRIPS: ClassVar[str] = "drips"
    """A reply comes line by line, and has no last one."""

    def __init__(
        self,
        *,
        offered: tuple[str, ...] = OFFERED,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        password: str | None = None,
    ) -> None:
        """`tls` is what it answers STARTTLS with, or from the first byte; with `password` users have to sign in."""
        self._offered = offered
        self._tls = tls
        self._implicit = implicit_tls
        self._password = password
        self._replies: defaultdict[str, deque[str]] = defaultdict(deque)
        self._taken: list[Taken] = []
        self._connections = 0
        self._lock = threading.Lock()
        self.ended = threading.Event()
        """Set when it stops: what stalls ends then."""
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.simulator = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *exception: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Stop."""
        self.ended.set()
        self.down()
        self._thread.join(5)

    def down(self) -> None:
        """Refuse connections from now on."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def host(self) -> str:
        """Where it listens."""
        return "127.0.0.1"

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def answer(self, stage: str, *replies: str) -> None:
        """Give these replies, such as `550 5.1.1 No such user` or HANGS_UP, the next times that a stage comes."""
        with self._lock:
            self._replies[stage].extend(replies)

    @property
    def taken(self) -> list[Taken]:
        """The messages that it has."""
        with self._lock:
            return list(self._taken)

    @property
    def connections(self) -> int:
        """How often somebody connected."""
        with self._lock:
            return self._connections

    def next_reply(self, stage: str, usual: str) -> str:
        """What is said at a stage."""
        with self._lock:
            return self._replies[stage].popleft() if self._replies[stage] else usual

    def keep(self, taken: Taken) -> None:
        """Keep a message."""
        with self._lock:
            self._taken.append(taken)

    def connected(self) -> None:
        """Count a connection."""
        with self._lock:
            self._connections += 1

    @property
    def offers(self) -> list[str]:
        """What EHLO lists."""
        more = ["STARTTLS"] if self._tls is not None and not self._implicit else []
        return [*self._offered, *more, *(["AUTH PLAIN LOGIN"] if self._password is not None else [])]

    @property
    def password(self) -> str | None:
        """Of whoever signs in."""
        return self._password

    @property
    def tls(self) -> ssl.SSLContext | None:
        """What it turns to TLS with."""
        return self._tls

    @property
    def implicit_tls(self) -> bool:
        """Whether it is TLS from the first byte."""
        return self._implicit


_SILENT = (MailSimulator.HANGS_UP, MailSimulator.STALLS, MailSimulator.DRIPS)
"""After these nobody knows what it says."""


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    simulator: MailSimulator

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: somebody hung up."""


class _Cut(Exception):
    """The connection is to be cut."""


class _Handler(socketserver.StreamRequestHandler):
    """One connection."""

    def setup(self) -> None:
        simulator = cast(_Server, self.server).simulator
        if simulator.implicit_tls and simulator.tls is not None:
            self.request = simulator.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        self.simulator = cast(_Server, self.server).simulator
        self.simulator.connected()
        self.sender = self.recipient = ("", "")
        try:
            self.say("connect", "220 mail.simulator ready")
            while line := self.rfile.readline():
                text = line.decode("utf-8", "replace").strip()
                command, _, rest = text.partition(" ")
                if command.upper() == "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.obey(command.upper(), rest)
        except (_Cut, OSError):
            return

    def finish(self) -> None:
        super().finish()
        self.request.close()  # where it was wrapped, nobody else does

    def obey(self, command: str, rest: str) -> None:
        match command:
            case "EHLO":
                offers = ["mail.simulator", *self.simulator.offers]
                lines = [f"250{'-' if at < len(offers) - 1 else ' '}{one}" for at, one in enumerate(offers)]
                self.say("ehlo", "\r\n".join(lines))
            case "HELO" | "RSET" | "NOOP":
                self.say(command.lower(), "250 2.0.0 ok")
            case "STARTTLS" if self.simulator.tls is not None:
                self.wfile.write(b"220 2.0.0 go ahead\r\n")
                self.request = self.simulator.tls.wrap_socket(self.request, server_side=True)
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
            case "AUTH":
                self.sign_in(rest)
            case "MAIL":
                self.sender = _path(rest)
                self.say("mail", "250 2.1.0 ok")
            case "RCPT":
                self.recipient = _path(rest)
                self.say("rcpt", "250 2.1.5 ok")
            case "DATA":
                self.take()
            case _:
                self.wfile.write(b"502 5.5.2 not known here\r\n")

    def sign_in(self, rest: str) -> None:
        known = (self.simulator.password or "").encode()
        given = b"\0".join(_decoded(piece) for piece in rest.split()[1:])
        good = given.endswith(b"\0" + known) if given else False
        self.say("auth", "235 2.7.0 welcome" if good else "535 5.7.8 not known here")

    def take(self) -> None:
        said = self.simulator.next_reply("data", "354 go ahead")
        self.write(said)
        if not said.startswith("354"):
            return
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if not line:
            return  # they hung up before the end: nothing came
        said = self.simulator.next_reply("dot", "250 2.0.0 queued as 1")
        if said in _SILENT or said.startswith("2"):
            (sender, options), (recipient, others) = self.sender, self.recipient
            self.simulator.keep(Taken(sender, recipient, options, others, b"".join(lines)))
        self.write(said)

    def say(self, stage: str, usual: str) -> None:
        self.write(self.simulator.next_reply(stage, usual))

    def write(self, said: str) -> None:
        if said == MailSimulator.STALLS:
            self.simulator.ended.wait()
        while said == MailSimulator.DRIPS and not self.simulator.ended.wait(0.02):
            self.wfile.write(b"250-not yet\r\n")
        if said in _SILENT:
            raise _Cut
        self.wfile.write(said.encode() + b"\r\n")


def _path(rest: str) -> tuple[str, str]:
    """Address and options of `FROM:<…> SIZE=…`."""
    inside, _, options = rest.partition("<")[2].partition(">")
    return inside, options.strip()


def _decoded(piece: str) -> bytes:
    return base64.b64decode(piece + "=" * (-len(piece) % 4))
