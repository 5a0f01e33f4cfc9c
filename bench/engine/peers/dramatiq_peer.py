"""Dramatiq on RabbitMQ, its outcomes in PostgreSQL: one task a call, each of the chain's enqueueing the next."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dramatiq
import psycopg
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.common import dq_name, xq_name

from bench.engine import services
from bench.engine.contender import Emit, Site
from bench.engine.peers.peer import Peer
from bench.engine.peers.posting import Posting
from bench.engine.workload import SINGLE, STEPS

THREADS = 8
_TABLE = "CREATE TABLE outcome (id bigserial PRIMARY KEY, job text NOT NULL, call text NOT NULL, UNIQUE (job, call))"


class _Outcomes(threading.local):
    """One connection a thread; every insert is a commit of its own."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def keep(self, job: str, call: str) -> None:
        self._connection.execute("INSERT INTO outcome (job, call) VALUES (%s, %s)", (job, call))


class _Tasks:
    """The broker and its one actor."""

    def __init__(self, site: Site) -> None:
        # As a hub answers after the commit, so does this broker only after RabbitMQ has confirmed.
        self.broker = RabbitmqBroker(url=site.amqp, confirm_delivery=True)
        posting = Posting(site.sink)
        outcomes = _Outcomes(services.database(site, "dramatiq"))

        def step(call: str, event: str) -> None:
            job = posting.post(call, event)
            outcomes.keep(job, call)
            if call in STEPS[:-1]:
                self.step.send(STEPS[STEPS.index(call) + 1], event)

        self.step = dramatiq.actor(broker=self.broker, queue_name=services.own_name(site))(step)

    def take(self, raw: bytes) -> None:
        """Enqueue what one event means at first."""
        event = raw.decode()
        self.step.send(STEPS[0], event)
        self.step.send(f"{SINGLE}/notify", event)


class DramatiqPeer(Peer):
    """See the module."""

    name = "dramatiq"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._looking: psycopg.Connection | None = None

    def why_not(self) -> str | None:
        """It needs both services."""
        return services.missing_postgresql(self._site) or services.missing_rabbitmq(self._site)

    def prepare(self) -> None:
        """Make an empty database and remove the queue."""
        self.remove()
        services.make_database(self._site, "dramatiq")
        with psycopg.connect(services.database(self._site, "dramatiq"), autocommit=True) as connection:
            connection.execute(_TABLE)

    def remove(self) -> None:
        """Remove queue and database."""
        if self._looking is not None:
            self._looking.close()
            self._looking = None
        queue = services.own_name(self._site)
        services.remove_from_broker(self._site, (queue, dq_name(queue), xq_name(queue)))
        services.drop_database(self._site, "dramatiq")

    def outcomes(self) -> int:
        """The rows in the table."""
        if self._looking is None:
            self._looking = psycopg.connect(services.database(self._site, "dramatiq"), autocommit=True)
        row = self._looking.execute("SELECT count(*) FROM outcome").fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def emitter(self) -> Iterator[Emit]:
        """Enqueue from this process."""
        tasks = _Tasks(self._site)
        try:
            yield tasks.take
        finally:
            tasks.broker.close()


def work(site: Site) -> None:
    """Be its worker: one process, eight threads."""
    tasks = _Tasks(site)
    worker = dramatiq.Worker(tasks.broker, worker_threads=THREADS)
    worker.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()
    worker.stop()
    tasks.broker.close()
