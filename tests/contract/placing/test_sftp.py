"""The SFTP server proves who it is, the hub proves who it is, and a connection may break at any time."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from printhub import FileToPlace, Misconfigured, OutcomeUnknown, Unavailable, Whereabouts
from printhub.core.model.call import Wire
from tests.contract.placing.watched import Watched, call
from tests.services.proxy import Proxy
from tests.services.ssh import SshServer

BIG = os.urandom(3_000_000)


@pytest.fixture
def proxy(server: SshServer) -> Iterator[Proxy]:
    made = Proxy(("127.0.0.1", server.port))
    yield made
    made.close()


def at(server: SshServer, tmp_path: Path, port: int | None = None, **changes: Any) -> Watched:
    path = tmp_path / "hot"
    path.mkdir(exist_ok=True)
    return Watched(path, {"sftp": server.config(port, **changes)})


def test_a_server_whose_key_is_known_is_spoken_to(server: SshServer, tmp_path: Path) -> None:
    """By a key of the type that is known, though it has another one that it would rather show."""
    watched = at(server, tmp_path, fingerprints=None, known_hosts=str(server.known_hosts))

    watched.place({"a.pdf": b"a"})

    assert watched.seen == {"a.pdf": b"a"}


def test_a_key_that_is_locked_is_opened(server: SshServer, tmp_path: Path) -> None:
    watched = at(server, tmp_path, key_file=str(server.locked_key_file), passphrase="a passphrase")

    watched.place({"a.pdf": b"a"})

    assert watched.seen == {"a.pdf": b"a"}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"fingerprints": ["SHA256:" + "A" * 43]}, "shows the host key SHA256:"),
        ({"fingerprints": None, "known_hosts": "strangers"}, "has no key of"),
        ({"fingerprints": None, "known_hosts": "false"}, "shows the host key SHA256:"),
        ({"fingerprints": None, "known_hosts": "missing"}, "cannot be read"),
        ({"key_file": "stranger"}, "does not let"),
        ({"key_file": "missing"}, "key_file cannot be used"),
        ({"key_file": "locked"}, "key_file cannot be used"),
        ({"key_file": "locked", "passphrase": "hush-hush"}, "key_file cannot be used"),
        ({"key_file": None, "password": "hush-hush"}, "does not let"),
        ({"user": "nobody-of-that-name"}, "does not let"),
    ],
)
def test_who_does_not_prove_itself_gets_nothing(
    server: SshServer, tmp_path: Path, changes: dict[str, Any], what: str
) -> None:
    if not (server.root / "stranger").exists():
        server.make_key("stranger", "ed25519")
    stranger = (server.root / "stranger.pub").read_text()
    (server.root / "strangers").write_text(f"sftp.example {stranger}")
    (server.root / "false").write_text(f"[127.0.0.1]:{server.port} {stranger}")
    files = {"key_file", "known_hosts"}
    settings: dict[str, Any] = {
        name: str(server.root / value) if name in files and value else value for name, value in changes.items()
    }
    watched = at(server, tmp_path, None, **settings)

    with pytest.raises(Misconfigured, match=what) as refused:
        watched.place({"a.pdf": b"a"})

    assert "hush" not in str(refused.value)
    assert watched.seen == {}


def test_a_server_that_is_down_is_unavailable(server: SshServer, tmp_path: Path, proxy: Proxy) -> None:
    watched = at(server, tmp_path, proxy.port)
    proxy.cut()

    with pytest.raises(Unavailable):
        watched.place({"a.pdf": b"a"})


def test_a_connection_that_broke_while_nothing_was_asked_is_made_anew(
    server: SshServer, tmp_path: Path, proxy: Proxy
) -> None:
    watched = at(server, tmp_path, proxy.port)
    placing = watched.placing()
    placing.place([FileToPlace.of("a.pdf", b"a")], call("key-1"))
    placing.place([FileToPlace.of("b.pdf", b"b")], call("key-2"))
    assert proxy.taken == 1
    proxy.drop()

    placing.place([FileToPlace.of("c.pdf", b"c")], call("key-3"))

    assert sorted(watched.seen) == ["a.pdf", "b.pdf", "c.pdf"]
    assert proxy.taken == 2


def test_a_connection_that_breaks_while_a_file_is_written_places_nothing(
    server: SshServer, tmp_path: Path, proxy: Proxy
) -> None:
    watched = at(server, tmp_path, proxy.port)
    file = FileToPlace("a.pdf", lambda: _Breaking(BIG, proxy))

    with pytest.raises(Unavailable):
        watched.placing().place([file], call())
    assert watched.seen == {}
    assert watched.find().whereabouts is Whereabouts.NEVER_CAME

    watched.place({"a.pdf": BIG})
    assert watched.seen == {"a.pdf": BIG}


def test_a_server_that_does_not_answer_is_given_up(server: SshServer, tmp_path: Path, proxy: Proxy) -> None:
    watched = at(server, tmp_path, proxy.port)
    placing = watched.placing()
    placing.place([FileToPlace.of("a.pdf", b"a")], call("key-1"))
    proxy.stall()

    with pytest.raises(Unavailable):
        placing.place([FileToPlace.of("b.pdf", b"b")], call("key-2", seconds=0.5))

    proxy.heal()
    assert sorted(watched.seen) == ["a.pdf"]


@pytest.mark.parametrize("asked", [0, 30, 1_500, 1_700, 2_000, 2_250, 2_500, 3_000, 4_000])
def test_a_server_that_falls_silent_at_any_time_holds_nobody_up(server: SshServer, tmp_path: Path, asked: int) -> None:
    """In the greeting, in the sign-in, while SFTP is opened, while it is spoken."""
    proxy = _FallsSilent(server, asked)
    watched = at(server, tmp_path, proxy.port)
    endings: list[Exception] = []

    def place() -> None:
        try:
            watched.placing().place([FileToPlace.of("a.pdf", b"a" * 100_000)], call(seconds=1))
        except (Unavailable, OutcomeUnknown) as error:
            endings.append(error)

    caller = threading.Thread(target=place, daemon=True)
    caller.start()
    caller.join(20)
    held_up = caller.is_alive()
    proxy.close()

    assert not held_up
    assert endings
    assert watched.seen in ({}, {"a.pdf": b"a" * 100_000})


def test_a_move_whose_answer_is_lost_is_in_doubt_and_the_same_call_completes_it(
    server: SshServer, tmp_path: Path, proxy: Proxy
) -> None:
    watched = at(server, tmp_path, proxy.port)
    wire = _LosesAnswers(proxy)
    files = [FileToPlace.of("a.pdf", b"a"), FileToPlace.of("a.trg", b"")]

    with pytest.raises(OutcomeUnknown):
        watched.placing().place(files, replace(call(seconds=3), wire=wire))
    proxy.heal()
    taken = watched.seen
    for name in taken:
        (watched.path / name).unlink()

    assert watched.find().whereabouts is Whereabouts.COMING
    watched.place({"a.pdf": b"a", "a.trg": b""})
    assert taken | watched.seen == {"a.pdf": b"a", "a.trg": b""}
    assert not set(taken) & set(watched.seen)


class _FallsSilent(Proxy):
    """Lets nothing through any more once so many bytes were asked."""

    def __init__(self, server: SshServer, most: int) -> None:
        self._most = most
        super().__init__(("127.0.0.1", server.port))

    def _count(self, size: int) -> None:
        super()._count(size)
        if self.asked > self._most:
            self.stall()


class _LosesAnswers(Wire):
    """No answer comes any more from the moment on in which the first file is about to be moved."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__()
        self._proxy = proxy

    def sending(self) -> None:
        super().sending()
        self._proxy.stall(questions=False)


class _Breaking(BytesIO):
    def __init__(self, content: bytes, proxy: Proxy) -> None:
        super().__init__(content)
        self._proxy = proxy

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > len(self.getbuffer()) // 2:
            self._proxy.drop()
        return super().read(size)
