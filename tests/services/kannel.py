"""A private Kannel on loopback, with the fake network of its own tests: it takes texts, and tells what became of them.

It is started by the tests in a folder of its own, on free ports, and only its own processes are stopped.
"""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote_to_bytes
from urllib.request import urlopen

import pytest

from tests.services.ports import answers, free_port
from tests.services.waiting import wait_until

_NETWORK = "/usr/lib/kannel/test/fakesmsc"
_GOT = re.compile(r"Got message \d+: <(.+?) (\+\d+) (text|ucs-2|udh \S+ data) (.*)>")
"""What the network writes of a text: from whom, to whom, in which form, and the text."""
_CONF = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = adm
status-password = st
smsbox-port = {smsbox}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
log-file = "{root}/bearerbox.log"
store-type = spool
store-location = "{root}/store"
dlr-storage = internal
sms-resend-freq = 1
sms-resend-retry = 3

group = smsc
smsc = fake
smsc-id = FAKE
our-host = 127.0.0.1
port = {network}
connect-allow-ip = 127.0.0.1
denied-smsc-id = SMPP

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {smsbox}
smsbox-id = hub
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
global-sender = 13013
log-file = "{root}/smsbox.log"
http-request-retry = 5
http-queue-delay = 1

group = smsbox-route
smsbox-id = hub
smsc-id = FAKE

group = sendsms-user
username = hub
password = secret-0f-kannel
concatenation = true
max-messages = 5
"""
_SMPP = """
group = smsc
smsc = smpp
smsc-id = SMPP
allowed-smsc-id = SMPP
host = 127.0.0.1
port = {port}
smsc-username = hub
smsc-password = secret
system-type = ""
transceiver-mode = true
source-addr-autodetect = true
dest-addr-ton = 1
dest-addr-npi = 1
msg-id-type = 0x00
reconnect-delay = 1
"""
_INBOUND = """
group = sms-service
keyword = default
get-url = "{url}"
max-messages = 0
catch-all = yes
"""


def required() -> None:
    """Skip the test where Kannel is not installed; in CI it fails."""
    missing = [name for name in ("bearerbox", "smsbox") if shutil.which(name, path="/usr/sbin:/usr/bin") is None]
    missing += [] if Path(_NETWORK).exists() else ["fakesmsc"]
    if not missing:
        return
    why = f"needs {' and '.join(missing)} (`make test-sms` installs them)"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@dataclass(frozen=True)
class Text:
    """A text as the network got it; one of several segments comes in as many, whose words stay as they are."""

    sender: str
    recipient: str
    words: str


class Kannel:
    """A running Kannel with a network that delivers everything, and says so.

    With `inbound` it tells of texts that people write to it by a GET to that address, which Kannel's own escapes stand
    in, such as `…?from=%p&text=%b`. With `smpp`, a port, texts for the SMSC `SMPP` go to the network there.
    """

    user, password = "hub", "secret-0f-kannel"

    def __init__(self, inbound: str = "", smpp: int | None = None) -> None:
        """Prepare it."""
        self._root = Path(tempfile.mkdtemp(prefix="printhub-sms-"))
        self._more = _INBOUND.format(url=inbound) if inbound else ""
        self._more += _SMPP.format(port=smpp) if smpp else ""
        self._networks = 2 if smpp else 1
        self._running: list[subprocess.Popen[bytes]] = []
        self._ports = {name: free_port() for name in ("admin", "smsbox", "network", "sendsms")}

    def __enter__(self) -> Self:
        """Start its parts, one after the other, and wait until each answers."""
        (self._root / "store").mkdir()
        conf = self._root / "kannel.conf"
        conf.write_text(_CONF.format(root=self._root, **self._ports) + self._more)
        try:
            self._start("bearerbox", str(conf), listens=("smsbox", "network"))
            self._start("smsbox", str(conf), listens=("sendsms",))
            self._network = self._connect("-m", "0", "1 2 text nop")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Stop them, the last one first, and take away what they left."""
        for one in reversed(self._running):
            self._end(one)
        shutil.rmtree(self._root, ignore_errors=True)

    @property
    def url(self) -> str:
        """Where texts are handed in."""
        return f"http://127.0.0.1:{self._ports['sendsms']}/cgi-bin/sendsms"

    @property
    def texts(self) -> list[Text]:
        """What the network got, in its order."""
        found = _GOT.findall(self._log("fakesmsc.log"))
        return [Text(sender, to, _decoded(form, words)) for sender, to, form, words in found]

    def say(self, sender: str, words: str) -> None:
        """Somebody writes a text, and it comes in from the network, which is one at a time."""
        self._end(self._network)
        self._network = self._connect("-i", "0.1", "-m", "1", f"{sender} 13013 text {words}")

    def _connect(self, *how: str) -> "subprocess.Popen[bytes]":
        network = self._start(_NETWORK, "-H", "127.0.0.1", "-r", str(self._ports["network"]), *how)
        wait_until(lambda: self._status().count("(online") == self._networks, "the networks are there", 30)
        return network

    def _status(self) -> str:
        url = f"http://127.0.0.1:{self._ports['admin']}/status.txt?password=st"
        with urlopen(url, timeout=5) as answer:
            return str(answer.read().decode().partition("SMSC connections")[2])

    def _start(self, program: str, *arguments: str, listens: tuple[str, ...] = ()) -> "subprocess.Popen[bytes]":
        environ = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"}
        with (self._root / f"{Path(program).name}.log").open("ab") as log:
            one = subprocess.Popen([program, *arguments], stdout=log, stderr=log, cwd=self._root, env=environ)
        self._running.append(one)
        for name in listens:
            wait_until(lambda name=name: answers(self._ports[name]), f"{program} answers", 30)  # type: ignore[misc] # the default binds it
        return one

    @staticmethod
    def _end(one: "subprocess.Popen[bytes]") -> None:
        one.terminate()
        try:
            one.wait(10)
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()

    def _log(self, name: str) -> str:
        file = self._root / name
        return file.read_text(errors="replace") if file.exists() else ""


def _decoded(form: str, words: str) -> str:
    return unquote_to_bytes(words.replace("+", " ")).decode("utf-16-be") if form == "ucs-2" else words
