"""A network that Kannel reaches by SMPP 3.4: the last two digits of a number are what becomes of its texts."""

import asyncio
import threading
import time
from types import TracebackType
from typing import Self

import smpp34

from tests.services.ports import free_port

REFUSED = {"02": 0x0B, "03": 0x58}
"""Refused as they are handed over: a bad destination, and too many at once (SMPP 3.4, 5.1.3)."""
FATES = {"01": ("UNDELIV", "001"), "04": ("EXPIRED", "000"), "05": ("REJECTD", "099")}
"""Taken, and told of later; all others are delivered (SMPP 3.4, appendix B)."""


class SmppNetwork:
    """Runs while it is used as a context manager."""

    def __init__(self) -> None:
        """Choose a port."""
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        assert self._is_up.wait(10), "the SMPP server does not listen"
        return self

    def __exit__(self, *exception: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Go away."""
        assert not self._serving.done(), f"the SMPP server has died: {self._serving}"
        self._loop.call_soon_threadsafe(self._serving.cancel)
        self._thread.join(10)

    def _run(self) -> None:
        self._serving = self._loop.create_task(self._serve())
        try:
            self._loop.run_until_complete(self._serving)
        except asyncio.CancelledError:
            self._loop.close()

    async def _serve(self) -> None:
        server = smpp34.Server(host="127.0.0.1", port=self.port, system_id="NETWORK")
        await server.start()
        self._is_up.set()
        sessions: dict[object, smpp34.Esme] = {}
        telling: set[asyncio.Task[None]] = set()  # nothing else keeps a task from being forgotten
        try:
            while True:
                event = await server.next()
                if isinstance(event, smpp34.Esme):
                    sessions[event.session_id] = event
                elif isinstance(event, smpp34.SubmitSmEvent):
                    task = asyncio.create_task(_answer(event, sessions[event.session_id]))
                    telling.add(task)
                    task.add_done_callback(telling.discard)
        finally:
            await server.stop()


async def _answer(event: smpp34.SubmitSmEvent, session: smpp34.Esme) -> None:
    to = event.destination_addr
    if to[-2:] in REFUSED:
        event.reject(REFUSED[to[-2:]])
        return
    id_ = f"m{to[-4:]}"
    event.accept(message_id=id_)
    stat, error = FATES.get(to[-2:], ("DELIVRD", "000"))
    now = time.strftime("%y%m%d%H%M")
    receipt = f"id:{id_} sub:001 dlvrd:000 submit date:{now} done date:{now} stat:{stat} err:{error} text:Hello Kim"
    # The answer goes out by itself, and a receipt that overtakes it would be of no text that Kannel knows.
    await asyncio.sleep(0.5)
    await session.deliver_sm(
        source_addr=to, destination_addr=event.source_addr, esm_class=4, short_message=receipt.encode()
    )
