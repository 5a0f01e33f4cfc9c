"""Files at an SFTP server, by paramiko. Imported when the first call needs it: paramiko is an extra of its own."""

import contextlib
import errno
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import paramiko
from paramiko.sftp import CMD_EXTENDED

from printhub.core.placing.config import SftpConfig
from printhub.core.placing.folder import CHUNK, Entry
from printhub.core.placing.sign_in import sign_in

_FSYNC = b"fsync@openssh.com"
"""OpenSSH's extension of the protocol (its file PROTOCOL, section 4.4)."""
_SHORTEST = timedelta(milliseconds=50)


class SftpFolder:
    """Files at one SFTP server, over one connection, which is made anew where it broke."""

    def __init__(self, config: SftpConfig) -> None:
        """Keep who is spoken to; nothing is opened."""
        self._config = config
        self._transport: paramiko.Transport | None = None
        self._client: paramiko.SFTPClient | None = None
        self._remaining: Callable[[], timedelta] = timedelta
        self._syncs = True

    @contextlib.contextmanager
    def during(self, remaining: Callable[[], timedelta]) -> Iterator[None]:
        """Connect, unless the connection of an earlier call is still good; hang up when time is over.

        Only that ends what the library waits for without end.
        """
        self._remaining = remaining
        alarm = threading.Timer(max(remaining(), _SHORTEST).total_seconds(), self._hang_up)
        alarm.daemon = True
        alarm.start()
        try:
            self._connect()
            yield
        finally:
            alarm.cancel()

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder, or a link to one."""
        with self._asking() as sftp:
            try:
                return stat.S_ISDIR(sftp.stat(path).st_mode or 0)
            except FileNotFoundError:
                return False

    def make_folder(self, path: str) -> None:
        """Make a folder; what it lies in has to be there."""
        with self._asking() as sftp:
            sftp.mkdir(path)

    def same_file_system(self, path: str, other: str) -> bool:  # noqa: ARG002 - SFTP does not tell
        """Nobody can know."""
        return True

    def find(self, path: str) -> Entry | None:
        """The file itself, where it is no link."""
        with self._asking() as sftp:
            try:
                return _entry(PurePosixPath(path).name, sftp.lstat(path))
            except FileNotFoundError:
                return None

    def entries(self, path: str) -> list[Entry]:
        """The files in a folder."""
        with self._asking() as sftp:
            listed = sftp.listdir_attr(path)
        return [_entry(one.filename, one) for one in listed if not stat.S_ISDIR(one.st_mode or 0)]

    def read(self, path: str) -> Iterator[bytes]:
        """Read a file."""
        with self._asking() as sftp, sftp.open(path, "rb") as reading:
            reading.prefetch()
            while chunk := reading.read(CHUNK):
                yield chunk

    def write(self, path: str, chunks: Iterable[bytes], mode: int | None) -> None:
        """Write, have the server fsync it where it can, and compare what it has."""
        written = 0
        with self._asking() as sftp, sftp.open(path, "wx", bufsize=0) as writing:
            if mode is not None:
                writing.chmod(mode)
            writing.set_pipelined(True)
            for chunk, is_last in _with_last(chunks):
                # The last one waits for the answers to all, of which the others are not waited for one by one.
                if is_last:
                    writing.set_pipelined(False)
                writing.write(chunk)
                written += len(chunk)
            self._sync(sftp, writing)
            size = writing.stat().st_size
        if size != written:
            raise OSError(errno.EIO, f"the server has {size} of {written} bytes")

    def move(self, old: str, new: str) -> None:
        """Rename by SFTP's own verb, which overwrites nothing (draft-ietf-secsh-filexfer-02, 6.5)."""
        if self.find(new) is not None:  # some servers overwrite all the same
            raise FileExistsError(errno.EEXIST, "the name is taken")
        with self._asking() as sftp:
            try:
                sftp.rename(old, new)
            except OSError as error:
                failed = error
            else:
                return
        if isinstance(failed, TimeoutError | ConnectionError):
            raise failed
        if self.find(new) is not None:  # the protocol has no word for it
            raise FileExistsError(errno.EEXIST, "the name is taken") from None
        raise failed

    def remove(self, path: str) -> None:
        """Remove a file."""
        with self._asking() as sftp, contextlib.suppress(FileNotFoundError):
            sftp.remove(path)

    def sync(self, path: str) -> None:
        """SFTP has no verb for it."""

    def close(self) -> None:
        """Hang up."""
        self._client = None
        self._hang_up()

    def _hang_up(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _connect(self) -> None:
        if self._client is not None:
            with contextlib.suppress(OSError):
                with self._asking() as sftp:
                    sftp.stat(".")
                return
        self.close()
        transport = self._transport = sign_in(self._config, self._remaining())
        try:
            client = paramiko.SFTPClient.from_transport(transport)
        except (paramiko.SSHException, EOFError, OSError) as error:
            self.close()
            raise ConnectionError(f"the server has no SFTP for this user ({type(error).__name__})") from None
        self._client = client

    def _sync(self, sftp: paramiko.SFTPClient, writing: paramiko.SFTPFile) -> None:
        if not self._syncs:
            return
        try:
            sftp._request(CMD_EXTENDED, _FSYNC, writing.handle)  # type: ignore[attr-defined]  # noqa: SLF001 - paramiko has no name for extensions
        except OSError as error:
            if isinstance(error, TimeoutError | ConnectionError) or "support" not in str(error).lower():
                raise
            self._syncs = False

    @contextlib.contextmanager
    def _asking(self) -> Iterator[paramiko.SFTPClient]:
        """The client, for one thing asked of the server; what breaks the connection becomes ConnectionError."""
        if self._client is None:
            raise ConnectionError("the connection broke")
        channel = self._client.get_channel()
        if channel is not None:
            channel.settimeout(max(self._remaining(), _SHORTEST).total_seconds())
        try:
            yield self._client
        except (EOFError, paramiko.SSHException):
            self.close()
            raise ConnectionError("the connection broke") from None
        except (TimeoutError, ConnectionError):
            self.close()
            raise
        except UnicodeError:
            raise OSError(errno.EILSEQ, "the server names files otherwise than in UTF-8") from None


def _entry(name: str, found: paramiko.SFTPAttributes) -> Entry:
    return Entry(name, found.st_size or 0, datetime.fromtimestamp(found.st_mtime or 0, UTC))


def _with_last(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each chunk that holds anything, and whether it is the last one."""
    before = b""
    for chunk in filter(None, chunks):
        if before:
            yield before, False
        before = chunk
    if before:
        yield before, True
