"""The port for monitoring, asked over HTTP."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from printhub.core.flow.meters import STANDING, WORKERS, Metric
from printhub.core.model.errors import ConfigInvalid, StoreUnavailable
from printhub.core.store.revision import require_writable
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.upgrade import upgrade
from printhub.web.exposition import Exposition, exposed
from printhub.web.monitor import Monitor
from printhub.web.readiness import Check, Readiness

LOCAL = ("127.0.0.1", 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "data" / "printhub.db", busy_seconds=0.1, durable=False)
    upgrade(made, datetime(2026, 11, 2, tzinfo=UTC))
    yield made
    made.close()


@contextmanager
def monitored(readiness: Readiness, exposition: Exposition | None = None) -> Iterator[str]:
    with Monitor(LOCAL, readiness, exposition or Exposition(list)) as monitor:
        yield f"http://127.0.0.1:{monitor.port}"


def get(url: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=10)


def test_it_lives_from_the_start_and_is_ready_between_its_beginning_and_its_end() -> None:
    readiness = Readiness({})
    with monitored(readiness) as url:
        seen = [(get(f"{url}/livez").status_code, get(f"{url}/readyz").status_code)]
        readiness.begin()
        seen.append((get(f"{url}/livez").status_code, get(f"{url}/readyz").status_code))
        readiness.end()
        seen.append((get(f"{url}/livez").status_code, get(f"{url}/readyz").status_code))

        assert seen == [(200, 503), (200, 200), (200, 503)]
        assert get(f"{url}/readyz").json() == {"ready": False, "checks": {"process": "it is about to end"}}


def test_it_is_ready_as_long_as_the_store_takes_writes(store: SqliteStore) -> None:
    readiness = Readiness({"store": lambda: require_writable(store)})
    readiness.begin()
    with monitored(readiness) as url:
        assert get(f"{url}/readyz").json() == {"ready": True, "checks": {"process": "ok", "store": "ok"}}
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            told = get(f"{url}/readyz")

        assert told.status_code == 503
        assert "locked by another process" in told.json()["checks"]["store"]
        assert get(f"{url}/readyz").status_code == 200


def test_it_is_not_ready_with_a_store_of_another_version(store: SqliteStore) -> None:
    store.migrate(lambda tx: tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'"))
    readiness = Readiness({"store": lambda: require_writable(store)})
    readiness.begin()
    with monitored(readiness) as url:
        assert "run `printhub db upgrade`" in get(f"{url}/readyz").json()["checks"]["store"]


def test_any_check_of_what_else_is_needed_counts() -> None:
    def broken() -> None:
        raise StoreUnavailable("the broker was not seen for 30 s")

    checks: dict[str, Check] = {"store": lambda: None, "bus": broken}
    readiness = Readiness(checks)
    readiness.begin()
    with monitored(readiness) as url:
        told = get(f"{url}/readyz")

    assert told.status_code == 503
    assert told.json()["checks"] == {"process": "ok", "store": "ok", "bus": "the broker was not seen for 30 s"}


def test_metrics_are_in_the_text_format_with_what_is_known_of_the_process() -> None:
    readings = iter((1, 2))
    exposition = Exposition(lambda: [Metric(WORKERS, {(): next(readings)})])
    with monitored(Readiness({}), exposition) as url:
        first, second = get(f"{url}/metrics"), get(f"{url}/metrics?name=x")

    assert first.headers["Content-Type"].startswith("text/plain; version=")
    families = {family.name: family for family in text_string_to_metric_families(first.text)}
    assert families["printhub_workers"].samples[0].value == 1
    assert families["printhub_workers"].documentation == WORKERS.meaning
    assert "process_resident_memory_bytes" in families
    assert "printhub_workers 2.0\n" in second.text


def test_labels_with_odd_letters_are_read_back_as_they_were() -> None:
    stopped = next(meter for meter in STANDING if "cause" in meter.labels)
    odd = ('a"b', "c\\d\ne", "ü")

    [family] = text_string_to_metric_families(exposed([Metric(stopped, {odd: 1})]).decode())

    [sample] = family.samples
    assert sample.labels == {"instance_name": odd[0], "storefront": odd[1], "cause": odd[2]}


def test_a_store_that_cannot_be_read_is_said_and_a_fault_tells_nothing_outside() -> None:
    def lost() -> list[Metric]:
        raise StoreUnavailable("the store is away")

    def broken() -> list[Metric]:
        raise KeyError("Jane")

    with monitored(Readiness({}), Exposition(lost)) as url:
        told = get(f"{url}/metrics")
        assert (told.status_code, told.text) == (503, "the store is away\n")
    with monitored(Readiness({}), Exposition(broken)) as url:
        told = get(f"{url}/metrics")
        assert told.status_code == 500
        assert "Jane" not in told.text


def test_nothing_else_is_served() -> None:
    with monitored(Readiness({})) as url:
        assert get(f"{url}/").status_code == 404
        assert get(f"{url}/metrics/../../etc/passwd").status_code == 404
        assert requests.post(f"{url}/livez", timeout=10).status_code == 501
        head = requests.head(f"{url}/livez", timeout=10)
        assert (head.status_code, head.text) == (200, "")


def test_whoever_says_nothing_holds_up_nobody() -> None:
    with monitored(Readiness({})) as url:
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)):
            assert get(f"{url}/livez").status_code == 200


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(LOCAL) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigInvalid, match=rf"hub\.metrics: cannot listen at 127\.0\.0\.1:{port}"):
            Monitor(("127.0.0.1", port), Readiness({}), Exposition(list))
