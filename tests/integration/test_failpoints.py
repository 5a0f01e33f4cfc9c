"""Every failpoint lies on the way that orders take, and whoever comes to one there is told."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from printhub.core.channels.mis.adapter import MisAdapter
from printhub.core.channels.mis.messages import JobTicket
from printhub.core.hub import Hub
from printhub.core.model.adapter import AdapterConfig
from printhub.core.model.call import Call
from printhub.core.model.errors import Unavailable
from printhub.core.model.failpoints import Failpoint
from printhub.core.model.reports import Report
from printhub.core.serving import serving
from printhub.core.settings import Settings
from printhub.testing import MisSimulator, tiny_pdf
from tests.invariants.shop import emit, job, order, settings, wait_until


class PressConfig(AdapterConfig):
    url: str


class Press(MisAdapter[PressConfig]):
    name = "mis"
    Config = PressConfig

    def notify(self, ticket: JobTicket, call: Call) -> Report:
        answer = call.http.request("POST", f"{self.config.url}/jobs", body=b'{"job": "%s"}' % ticket.job.id.encode())
        if call.attempt == 1:
            raise Unavailable("the first time it is always too early")
        return Report.done(str(answer.json()["id"]))


class Passages:
    def __init__(self) -> None:
        self._counted: Counter[Failpoint] = Counter()
        self._lock = threading.Lock()

    def __call__(self, point: Failpoint) -> None:
        with self._lock:
            self._counted[point] += 1

    def missing(self) -> set[Failpoint]:
        with self._lock:
            return set(Failpoint) - set(self._counted)

    def of(self, point: Failpoint) -> int:
        with self._lock:
            return self._counted[point]


@contextmanager
def opened(folder: Path, url: str, passages: Passages) -> Iterator[Hub]:
    written = settings(retry={"schedule": ["10ms"], "jitter": 0.0})
    written["instances"]["mis"]["config"] = PressConfig(url=url)
    whole = Settings.model_validate({**written, "hub": {"data": folder}, "files": {"roots": [folder]}})
    hub = Hub(whole, {"mis": Press}, durable=False, reached=passages)
    try:
        hub.store.create()
        yield hub
    finally:
        hub.close()


def test_every_failpoint_lies_on_the_way_of_an_order(tmp_path: Path) -> None:
    passages = Passages()
    (tmp_path / "poster.pdf").write_bytes(tiny_pdf("poster"))
    output = [{"name": "poster.pdf", "url": (tmp_path / "poster.pdf").as_uri()}]
    with MisSimulator() as mis, opened(tmp_path, mis.url, passages) as hub, serving(hub):
        receipt = emit(hub, "printhub.order.placed", order(jobs=[job(product_type="Static", output=output)]))

        assert receipt.accepted, receipt.reason
        wait_until(lambda: not passages.missing(), "all failpoints were reached")
        assert passages.of(Failpoint.CALL_SENT) >= 2


def test_a_repeated_event_passes_the_failpoints_of_intake_again(tmp_path: Path) -> None:
    passages = Passages()
    with opened(tmp_path, "http://127.0.0.1:9", passages) as hub:
        for _ in range(2):
            emit(hub, "printhub.order.placed", order(), id="one")

    assert passages.of(Failpoint.INTAKE_BEFORE_COMMIT) == 2
    assert passages.of(Failpoint.INTAKE_COMMITTED) == 2
