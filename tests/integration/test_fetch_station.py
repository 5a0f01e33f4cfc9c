"""The fetch station: from an address to the working folder, with patience, and one slow host holds up nobody else."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from printhub import JobTicket, Report
from printhub.core.flow.fetch import AT_ONCE, AT_ONCE_FROM_ONE
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import ActRefused
from printhub.core.model.known import FileState
from printhub.core.serving import serving
from printhub.testing import Script
from printhub.testing.memory_hub import MemoryHub
from tests.integration.files_server import CONTENT, Behave, Server, answer, in_turn
from tests.invariants.shop import emit, job, mis, order, real_hub, settings, wait_until

WHY = {"by": "operator:test", "why": "a test"}


@pytest.fixture
def server() -> Iterator[Callable[[Behave], Server]]:
    started: list[Server] = []

    def start(behave: Behave) -> Server:
        started.append(Server(behave))
        return started[-1]

    yield start
    for one in started:
        one.close()


def written(*, stay: bool = False, **shop: Any) -> dict[str, Any]:
    made = settings()
    made["storefronts"]["shop"] |= {"files_stay_put": stay, **shop}
    return made | {"files": {"private_hosts": ["127.0.0.0/8", "localhost"]}}


def printed(number: str, *urls: str, type_: str = "Static") -> dict[str, Any]:
    return job(number, product_type=type_, output=[{"name": f"{number}.pdf", "url": url} for url in urls])


def place(hub: MemoryHub, *jobs: dict[str, Any]) -> None:
    assert hub.emit("printhub.order.placed", order(jobs=jobs)).accepted


def state(hub: MemoryHub, number: str = "J1") -> FileState:
    return hub.files(number)[0].state


def test_a_file_at_the_storefront_is_fetched_and_the_job_goes(server: Callable[[Behave], Server]) -> None:
    script, seen = Script(), list[bytes]()
    script.default("notify", lambda ticket, _call: _read(ticket, seen))
    with MemoryHub(written(), [mis(script)]) as hub:
        place(hub, printed("J1", server(answer()).url(host="127.0.0.1")))
        hub.run()

        assert (state(hub), seen) == (FileState.PRESENT, [CONTENT])


def _read(ticket: JobTicket, seen: list[bytes]) -> Report:
    with ticket.files[0].open() as content:
        seen.append(content.read())
    return Report.done()


def test_a_file_that_appears_later_is_fetched_then(server: Callable[[Behave], Server]) -> None:
    shop = server(in_turn(answer("404 Not Found", b""), answer()))
    with MemoryHub(written(), [mis(Script())]) as hub:
        place(hub, printed("J1", shop.url(host="127.0.0.1")))
        hub.run()
        assert (state(hub), hub.files("J1")[0].reason) == (FileState.FETCHING, "127.0.0.1 answered with status 404")

        hub.advance(timedelta(seconds=1))

        assert state(hub) is FileState.PRESENT


def test_a_server_that_asks_for_patience_is_given_it(server: Callable[[Behave], Server]) -> None:
    shop = server(answer("503 Busy", b"", Retry_After="120"))
    with MemoryHub(written(), [mis(Script())]) as hub:
        place(hub, printed("J1", shop.url(host="127.0.0.1")))
        hub.run()
        hub.advance(timedelta(seconds=119))
        assert len(shop.heads) == 1

        hub.advance(timedelta(seconds=1))

        assert len(shop.heads) == 2


def test_patience_ends_and_staff_are_told(server: Callable[[Behave], Server]) -> None:
    shop = server(answer("404 Not Found", b""))
    with MemoryHub(written(), [mis(Script())]) as hub:
        place(hub, printed("J1", shop.url("/x?sig=s3cret", host="127.0.0.1")))
        for _ in range(8):
            hub.advance(timedelta(hours=1))

        assert (state(hub), len(shop.heads)) == (FileState.FAILED, 6)
        [notice] = hub.notices()
        assert (notice.matter, notice.job) == ("file_failed", "J1")
        assert "s3cret" not in notice.text + hub.deliveries("J1")[0].reason


def test_of_a_file_that_cannot_be_had_staff_are_told_once_however_often_the_hub_begins(
    server: Callable[[Behave], Server],
) -> None:
    url = server(answer()).url(host="127.0.0.1")
    refusing: dict[str, Any] = {"files": {"private_hosts": []}}
    with MemoryHub(written() | refusing, [mis(Script())]) as hub:
        place(hub, printed("J1", url))
        hub.run()
        assert state(hub) is FileState.FAILED
        for _ in range(2):
            hub.restart(written() | refusing)
            hub.advance(timedelta(minutes=5))

        assert state(hub) is FileState.FAILED
        assert [notice.matter for notice in hub.notices()] == ["file_failed"]

        hub.restart(written())
        hub.run()
        assert state(hub) is FileState.PRESENT
        assert hub.files("J1")[0].reason == ""


def test_an_address_that_is_refused_fails_at_once_and_says_what_to_do() -> None:
    made = written() | {"files": {}}
    with MemoryHub(made, [mis(Script())]) as hub:
        place(hub, printed("J1", "http://127.0.0.1:9/x.pdf?sig=s3cret"))
        hub.run()

        [delivery] = hub.deliveries("J1")
        assert state(hub) is FileState.FAILED
        assert "127.0.0.1 is not on the public internet, and [files] private_hosts does not list it" in delivery.reason
        assert '`printhub files fetch --job J1 --why "…"`' in delivery.reason


def test_where_files_stay_put_their_address_is_handed_on() -> None:
    with MemoryHub(written(stay=True), [mis(Script())]) as hub:
        place(hub, printed("J1", "http://169.254.169.254/x.pdf"))
        hub.run()

        assert (state(hub), hub.deliveries("J1")[0].state) == (FileState.HANDED_ON, DeliveryState.DONE)


def test_a_limit_of_a_product_type_counts_for_that_type_alone(server: Callable[[Behave], Server]) -> None:
    shop = server(answer()).url(host="127.0.0.1")
    with MemoryHub(written(max_bytes={"MultiPart": 100}), [mis(Script())]) as hub:
        place(hub, printed("J1", shop, type_="MultiPart"), printed("J2", shop))
        hub.run()

        assert (state(hub, "J1"), state(hub, "J2")) == (FileState.FAILED, FileState.PRESENT)
        assert "more than the 100 bytes" in hub.files("J1")[0].reason


def test_what_failed_is_fetched_again_by_an_act(server: Callable[[Behave], Server]) -> None:
    shop = server(in_turn(answer("410 Gone", b""), answer()))
    with MemoryHub(written(), [mis(Script())]) as hub:
        place(hub, printed("J1", shop.url(host="127.0.0.1")))
        hub.run()
        [failed] = hub.files("J1")
        assert failed.state is FileState.FAILED

        [again] = hub.hub.acts.files.fetch(str(failed.id)[:13], **WHY)
        assert (again.state, again.attempts) == (FileState.EXPECTED, 0)
        hub.run()

        assert hub.deliveries("J1")[0].state is DeliveryState.DONE
        with pytest.raises(ActRefused, match="is present: only what failed is fetched again"):
            hub.hub.acts.files.fetch(str(failed.id), **WHY)
        with pytest.raises(ActRefused, match="no file of job J1 has failed"):
            hub.hub.acts.files.fetch_all("J1", **WHY)


def test_a_file_whose_job_is_cancelled_while_it_is_fetched_is_not_kept(server: Callable[[Behave], Server]) -> None:
    hubs: list[MemoryHub] = []

    def cancel_meanwhile(connection: socket.socket, head: str) -> None:
        hubs[0].emit("printhub.job.cancelled", {"job": "J1"})
        hubs[0].hub.cleaner.step()
        answer()(connection, head)

    with MemoryHub(written(), [mis(Script())]) as hub:
        hubs.append(hub)
        place(hub, printed("J1", server(cancel_meanwhile).url(host="127.0.0.1")))
        hub.run()

        assert state(hub) is FileState.CLEARED
        assert [path for path in (hub.hub.data / "jobs").rglob("*") if path.is_file()] == []


def test_no_host_takes_all_hands_and_no_file_is_taken_twice() -> None:
    with MemoryHub(written(), [mis(Script())]) as hub:
        place(
            hub, printed("J1", *(f"http://127.0.0.1:9/{n}" for n in range(700))), printed("J2", "http://127.0.0.2:9/x")
        )
        fetcher = hub.hub.fetcher

        first = fetcher.take()
        second = fetcher.take()

        assert [due.host for due in first] == ["127.0.0.1"] * AT_ONCE_FROM_ONE + ["127.0.0.2"]
        assert second == []
        assert len(first) < AT_ONCE
        for due in first:
            fetcher.fetch(due)
        assert not {due.id for due in fetcher.take()} & {due.id for due in first}


def test_a_slow_host_holds_up_nothing_but_its_own(server: Callable[[Behave], Server], tmp_path: Path) -> None:
    free = threading.Event()

    def slow(connection: socket.socket, head: str) -> None:
        free.wait(30)
        answer()(connection, head)

    hanging, quick = server(slow), server(answer())
    with real_hub(tmp_path / "var", written(), [mis(Script())]) as hub, serving(hub):
        emit(hub, "printhub.order.placed", order("O1", [printed("J1", *[hanging.url(host="localhost")] * 5)]))
        wait_until(lambda: len(hanging.heads) == AT_ONCE_FROM_ONE, "the slow host is asked")

        emit(hub, "printhub.order.placed", order("O2", [printed("J2", quick.url(host="127.0.0.1"))]))

        wait_until(lambda: quick.heads, "the quick host is asked beside it")
        assert len(hanging.heads) == AT_ONCE_FROM_ONE
        free.set()
        wait_until(lambda: len(hanging.heads) == 5, "the slow host's other files follow")


def test_a_hub_that_stops_gives_up_what_it_fetches_and_fetches_it_when_it_serves_again(
    server: Callable[[Behave], Server], tmp_path: Path
) -> None:
    free, done = threading.Event(), threading.Event()

    def half(connection: socket.socket, head: str) -> None:
        if free.is_set():
            answer()(connection, head)
            return
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + CONTENT)
        done.wait(30)

    shop = server(half)
    with real_hub(tmp_path / "var", written(), [mis(Script())]) as hub, serving(hub):
        emit(hub, "printhub.order.placed", order(jobs=[printed("J1", shop.url(host="127.0.0.1"))]))
        wait_until(lambda: shop.heads, "the file is asked for")
    free.set()

    with real_hub(tmp_path / "var", written(), [mis(Script())]) as hub, serving(hub):
        wait_until(lambda: len(list((tmp_path / "var" / "jobs").glob("*/[0-9a-f]*"))) == 1, "the file is there")
    done.set()
