"""Faults in how calls are made that a review found: each was proved once, and stays mended."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from printhub.core.channels.mis.adapter import MisAdapter
from printhub.core.channels.mis.messages import JobTicket
from printhub.core.hub import Hub
from printhub.core.model.adapter import AdapterConfig
from printhub.core.model.call import Call
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import TimerKind
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Scope, StoreUnavailable, TemplateInvalid
from printhub.core.model.errors import Unavailable as Down
from printhub.core.model.reports import Absent, Report
from printhub.core.model.signals import Settled
from printhub.core.model.verbs import Verb
from printhub.core.serving import serving
from printhub.core.store import instances, timers
from printhub.core.store.instances import Stop
from printhub.core.store.lock import sole_use
from printhub.core.store.opening import DATABASE
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script, after_sending
from printhub.testing.scripted import scripted_file
from tests.invariants.shop import (
    KEYED,
    LOOKUP,
    all_deliveries,
    emit,
    job,
    memory_hub,
    mis,
    order,
    orders,
    real_hub,
    settings,
    wait_until,
)

S = DeliveryState


def the_delivery(hub: MemoryHub, number: str = "J1") -> Delivery:
    return hub.deliveries(number)[-1]


def stops(hub: MemoryHub) -> list[Stop]:
    return hub.hub.store.read(instances.stops)


@contextmanager
def a_partner(content_type: str) -> Iterator[tuple[str, list[str]]]:
    """A MIS that answers every POST with this content type; it gives its address and the paths that were posted to."""
    posted: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            posted.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/orders", posted
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("charset", ["undefined", "idna", "nonsense"])
def test_an_answer_in_an_unreadable_charset_is_an_answer(tmp_path: Path, charset: str) -> None:
    with a_partner(f"text/plain; charset={charset}") as (url, posted):

        class Posting(MisAdapter[AdapterConfig]):
            name = "mis"
            Config = AdapterConfig

            def notify(self, ticket: JobTicket, call: Call) -> Report:
                return Report.done(call.http.request("POST", url, body=ticket.job.id.encode()).text)

        with real_hub(tmp_path / "var", settings(), [Posting]) as hub, serving(hub):
            emit(hub, "printhub.order.placed", order())
            wait_until(lambda: [d.state for d in all_deliveries(hub)] == [S.DONE], "the call to be done")

    assert len(posted) == 1


def test_a_word_that_waited_for_a_call_is_heard_after_the_caller_died() -> None:
    script = Script()
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.hub.renew_lease()
        [claimed] = hub.hub.benches[0].take(1)
        hub.signals("mis", [Settled(key=claimed.delivery.key, report=Report.done("M-1"))])  # type: ignore[union-attr] # a claim
        assert the_delivery(hub).state is S.RUNNING

        hub.restart()

        assert (the_delivery(hub).state, hub.unattributed()) == (S.DONE, [])


@pytest.mark.parametrize("error", [Misconfigured, Down])
def test_a_long_error_page_means_what_a_short_one_means(error: type[Misconfigured | Down]) -> None:
    script = Script()
    script.answer("notify", error("<html>" + "x" * 2_000_000))
    script.default("check", Misconfigured("y" * 2_000_000))
    with memory_hub(script, effects=KEYED, verbs=("notify", "check")) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()

        assert the_delivery(hub).state is (S.READY if error is Misconfigured else S.RETRYING)
        assert len(the_delivery(hub).reason) <= 2000


def a_printed_job(number: str, path: Path) -> dict[str, Any]:
    return {"id": number, "product_type": "Static", "output": [{"name": "o.pdf", "url": path.as_uri()}]}


def test_one_impossible_file_name_stops_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "ok.pdf").write_bytes(b"%PDF")
    written = settings() | {"files": {"roots": (str(tmp_path),)}}
    with MemoryHub(written, [mis(Script(), effects=KEYED)]) as hub:
        hub.emit("printhub.order.placed", order("O1", [a_printed_job("J1", tmp_path / ("a" * 300))]))
        hub.emit("printhub.order.placed", order("O2", [a_printed_job("J2", tmp_path / "ok.pdf")]))
        hub.run()

        assert (the_delivery(hub, "J1").state, the_delivery(hub, "J2").state) == (S.HELD, S.DONE)


def test_a_file_that_failed_is_fetched_again_after_the_roots_were_put_right(tmp_path: Path) -> None:
    (tmp_path / "ok.pdf").write_bytes(b"%PDF")
    with MemoryHub(settings(), [mis(Script(), effects=KEYED)]) as hub:
        hub.emit("printhub.order.placed", order(jobs=[a_printed_job("J1", tmp_path / "ok.pdf")]))
        hub.run()
        assert '`printhub files fetch --job J1 --why "…"`' in the_delivery(hub).reason

        hub.restart(settings() | {"files": {"roots": (str(tmp_path),)}})
        hub.run()

        assert the_delivery(hub).state is S.DONE


def test_one_timer_that_fails_neither_holds_up_the_others_nor_is_lost() -> None:
    script = Script()
    script.answer("notify", Down("down"))
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        broken = (TimerKind.RETRY, "no id at all")
        hub.hub.store.write(lambda tx: timers.put(tx, {broken: hub.clock()}))

        hub.advance(timedelta(minutes=5))

        assert the_delivery(hub).state is S.DONE
        assert hub.hub.timers.wait(timedelta(days=1)) > timedelta(minutes=50)


@pytest.mark.parametrize("fault", [TemplateInvalid("ticket.j2 line 3"), RuntimeError("a fault")])
def test_a_fault_of_our_own_does_not_count_as_the_partners_answer(fault: Exception) -> None:
    script = Script()
    script.answer("notify", Down("down"), Down("down"), fault, Down("down"))
    with memory_hub(script, effects=KEYED, breaker_after=3) as hub:
        for _, placed in list(orders(4)):
            hub.emit("printhub.order.placed", placed)
            hub.run()

        assert [stop.stands for stop in stops(hub)] == [True]


def test_a_template_that_fails_after_something_was_sent_leaves_the_outcome_unknown() -> None:
    script = Script()
    script.answer("notify", after_sending(TemplateInvalid("second.j2 line 1")))
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()

        assert the_delivery(hub).state is S.UNKNOWN


def test_what_never_arrives_is_given_up_at_last() -> None:
    script = Script()
    script.default("notify", after_sending(OutcomeUnknown("timeout")))
    script.default("lookup", Absent())
    retry = {"jitter": 0.0, "schedule": ["1m", "5m"], "give_up_after": "1h"}
    with memory_hub(script, effects=LOOKUP, retry=retry, breaker_after=1000) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        for _ in range(50):
            hub.advance(timedelta(minutes=2))

        assert the_delivery(hub).state is S.FAILED
        assert "it never arrived" in the_delivery(hub).reason
        assert 5 < len(script.asked("notify")) < 20
        assert len({call.key for call in script.asked("notify")}) == 1


def test_an_instance_that_never_answers_is_paused_however_its_calls_end() -> None:
    script = Script()
    script.default("notify", after_sending(OutcomeUnknown("no answer in time")))
    with memory_hub(script, breaker_after=2, slots=1) as hub:
        for _, placed in orders(10):
            hub.emit("printhub.order.placed", placed)
        hub.run()

        assert len(script.asked("notify")) == 2


def test_a_lookup_that_is_refused_for_a_wrong_key_pauses_the_instance() -> None:
    script = Script()
    script.answer("notify", Report.accepted("M-1"))
    script.default("lookup", Misconfigured("401"))
    with memory_hub(script, effects=LOOKUP, look_again="1m") as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.advance(timedelta(minutes=2))

        assert [stop.stands for stop in stops(hub)] == [True]
        assert [notice.matter for notice in hub.notices()] == ["instance_misconfigured"]


def test_lookups_do_not_starve_calls() -> None:
    script = Script()
    script.default("notify", Report.accepted("M"))
    written = settings(storefronts=("shop", "small"), slots=2, look_again="1s")
    with MemoryHub(written, [mis(script, effects=LOOKUP)]) as hub:
        for _, placed in orders(20):
            hub.emit("printhub.order.placed", placed)
        hub.run()
        hub.clock.advance(timedelta(minutes=1))
        hub.hub.timers.step()
        hub.emit("printhub.order.placed", order("S1", [job("SMALL")]), storefront="small")
        taken = [work for _ in range(2) for work in hub.hub.benches[0].take(1)]

        assert [work.delivery.subject for work in taken if work.purpose == "call"] == ["SMALL"]  # type: ignore[union-attr] # claims


def test_a_storefront_on_trial_gets_one_call_and_the_notice_names_it() -> None:
    script = Script()
    script.default("notify", Misconfigured("401", Scope.STOREFRONT))
    with memory_hub(script, slots=4) as hub:
        for _, placed in orders(10):
            hub.emit("printhub.order.placed", placed)
        hub.run()
        before = len(script.asked("notify"))

        hub.advance(timedelta(minutes=6))

        assert len(script.asked("notify")) == before + 1
        assert [notice.text for notice in hub.notices() if "storefront shop" in notice.text]


def test_an_instance_that_is_turned_off_is_not_probed() -> None:
    script = Script()
    script.default("notify", Misconfigured("401"))
    script.default("check", Misconfigured("401"))
    with memory_hub(script, verbs=("notify", "check")) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        before = len(script.asked("check"))

        hub.restart(settings(enabled=False))
        hub.advance(timedelta(hours=1))

        assert len(script.asked("check")) == before


def test_a_claim_that_was_not_called_can_be_given_back() -> None:
    script = Script()
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        bench = hub.hub.benches[0]
        [claimed] = bench.take(1)
        assert the_delivery(hub).state is S.RUNNING

        bench.give_back(claimed)
        assert (the_delivery(hub).state, the_delivery(hub).attempts) == (S.READY, 0)
        hub.run()

        assert (the_delivery(hub).state, the_delivery(hub).attempts) == (S.DONE, 1)


def test_a_claim_that_somebody_else_took_over_is_not_given_back() -> None:
    script = Script()
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        [claimed] = hub.hub.benches[0].take(1)
        hub.restart()
        assert the_delivery(hub).state is S.UNKNOWN

        hub.hub.benches[0].give_back(claimed)

        assert the_delivery(hub).state is S.UNKNOWN


@pytest.mark.embedded  # a folder is served by one process
def test_a_start_that_fails_lets_the_store_go(tmp_path: Path) -> None:
    class Failing(Hub):
        def recover(self) -> int:
            raise StoreUnavailable("the disk is full")

    with real_hub(tmp_path / "var", settings(), [mis(Script())]) as hub:
        failing = Failing(hub.settings, {"mis": mis(Script())}, durable=False)
        with pytest.raises(StoreUnavailable, match="the disk is full"), serving(failing):
            pass
        failing.close()

        with sole_use(hub.data):
            pass


def test_workers_that_are_gone_are_struck_off() -> None:
    with memory_hub(Script()) as hub:
        for _ in range(3):
            hub.run()
            hub.clock.advance(timedelta(minutes=1))
            hub.restart()
        hub.run()

        assert hub.hub.store.read(lambda tx: tx.exec_driver_sql("select count(*) from worker").scalar()) == 1


def test_a_check_is_made_in_the_name_of_a_verb_that_the_kind_has() -> None:
    script = Script()
    seen: list[Verb] = []

    def check(_message: object, call: Call) -> Report:
        seen.append(call.verb)
        return Report.done()

    script.default("check", check)
    with MemoryHub(settings("folder"), [scripted_file(script, name="folder")]) as hub:
        assert hub.hub.benches[0].caller().check() == Report.done()

    assert seen == [Verb.PLACE]


@pytest.mark.embedded  # one writer locks all others out of a file
def test_an_outcome_is_written_although_the_store_is_locked_when_the_hub_stops(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    script = Script()
    go_on = Event()

    def slow(_ticket: object, _call: Call) -> Report:
        assert go_on.wait(10)
        return Report.done("M-1")

    script.answer("notify", slow)
    with real_hub(tmp_path / "var", settings(timeout="10s"), [mis(script)], busy_seconds=0.1) as hub:
        at_work = serving(hub)
        at_work.__enter__()
        emit(hub, "printhub.order.placed", order())
        script.wait_for("notify")
        with closing(sqlite3.connect(hub.data / DATABASE, isolation_level=None)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            stopping = Thread(target=at_work.__exit__)
            stopping.start()
            go_on.set()
            wait_until(lambda: "an outcome of mis waits to be written" in caplog.text, "the store to refuse it")
            somebody.execute("ROLLBACK")
        stopping.join(20)

        assert [d.state for d in all_deliveries(hub)] == [S.DONE]
