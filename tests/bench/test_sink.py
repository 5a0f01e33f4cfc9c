"""The sink counts what arrives, and keeps back what it is told to."""

import threading
from collections.abc import Iterator

import pytest
import requests

from bench.engine.partner import Partner


@pytest.fixture(scope="module")
def running() -> Iterator[Partner]:
    with Partner() as partner:
        yield partner


@pytest.fixture
def sink(running: Partner) -> Partner:
    running.forget()
    return running


def test_it_answers_at_once_and_remembers_call_job_and_length(sink: Partner) -> None:
    with requests.Session() as session:
        answers = [session.post(f"{sink.url}/press/notify/J-{number}", data=b"x" * number) for number in range(1, 4)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {})] * 3
    assert sink.count() == 3
    arrived = sink.arrived()
    assert [(one.call, one.job, one.size) for one in arrived] == [
        ("press/notify", "J-1", 1),
        ("press/notify", "J-2", 2),
        ("press/notify", "J-3", 3),
    ]
    assert [one.at for one in arrived] == sorted(one.at for one in arrived)


def test_it_reads_a_body_that_comes_in_pieces(sink: Partner) -> None:
    large = b"x" * 3_000_000

    assert requests.post(f"{sink.url}/press/assets/J-1", data=large, timeout=20).ok

    assert [one.size for one in sink.arrived()] == [len(large)]


def test_it_counts_every_call_of_many_threads(sink: Partner) -> None:
    def call(place: int) -> None:
        with requests.Session() as session:
            for number in range(25):
                session.post(f"{sink.url}/press/notify/{place}-{number}", json={})

    threads = [threading.Thread(target=call, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({one.job for one in sink.arrived()}) == sink.count() == 200


def test_an_instance_that_hangs_is_answered_when_it_is_released_and_the_other_at_once(sink: Partner) -> None:
    sink.hang("press")
    answered = threading.Event()

    def call() -> None:
        requests.post(f"{sink.url}/press/notify/J-1", json={}, timeout=30)
        answered.set()

    hanging = threading.Thread(target=call)
    hanging.start()
    assert requests.post(f"{sink.url}/laser/notify/J-1", json={}, timeout=20).ok
    while sink.count() < 2:
        pass

    assert not answered.is_set()
    sink.release()
    hanging.join(20)
    assert answered.is_set()
