"""The mail server at the other end, a process of its own: takes every message, and writes down its Message-ID.

`python -m bench.engine.mail_sink FILE` says `ready PORT` and serves until it is told to end.
"""

import asyncio
import re
import signal
import sys
from pathlib import Path
from typing import TextIO

from aiosmtpd.smtp import SMTP, Envelope, Session

_ID = re.compile(rb"^message-id:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)


class Journal:
    """A line for each message that was taken."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as aiosmtpd calls it
        """Take it, once it is written down."""
        del server, session
        found = _ID.search(envelope.original_content or b"")
        self._file.write(f"{found[1].decode() if found else '-'}\n")
        self._file.flush()
        return "250 2.0.0 taken"


async def _serve(path: Path) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    with path.open("a", encoding="utf-8") as file:
        journal = Journal(file)
        server = await loop.create_server(lambda: SMTP(journal, hostname="sink.example", loop=loop), "127.0.0.1", 0)
        sys.stdout.write(f"ready {server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await ended.wait()
        server.close()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
