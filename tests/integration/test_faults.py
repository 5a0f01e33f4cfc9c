"""Adapters that break their contract: whatever they do, the hub knows what became of the call, and goes on."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest

from printhub.core.flow.frozen import FrozenMessages
from printhub.core.hub import Hub
from printhub.core.model.adapter import Adapter
from printhub.core.model.call import Call
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.errors import (
    ActRefused,
    AdapterError,
    Misconfigured,
    OutcomeUnknown,
    PrintHubError,
    Rejected,
    Unavailable,
)
from printhub.core.model.reports import CannotTell, Finding, Found, Progress, Report
from printhub.core.model.signals import Settled
from printhub.core.model.statuses import JobStatus
from printhub.core.settings import Settings
from printhub.core.store import deliveries
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Answer, Script, after_sending
from tests.invariants.shop import LOOKUP, job, memory_hub, mis, order, settings

DONE, FAILED, UNKNOWN, READY, RETRYING = (
    DeliveryState.DONE,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
    DeliveryState.READY,
    DeliveryState.RETRYING,
)
MARKER = "kim.marker@customer.example"
PHONE = "+49 30 1234567890"


def anything(value: object) -> Any:  # noqa: ANN401 - that is its use
    """What the type checker would keep a plugin's author from."""
    return value


def raises(error: BaseException) -> Callable[[object, Call], Report]:
    def answer(_message: object, _call: Call) -> Report:
        raise error

    return answer


def gives(value: object) -> Callable[[object, Call], Report]:
    return lambda _message, _call: cast(Report, value)


def after(answer: Answer, *, lookup: bool = False, **hub: Any) -> tuple[DeliveryState, str]:
    """Answer the first call so, and tell what became of the delivery; another job has to be done after it."""
    script = Script()
    if lookup:
        script.answer("notify", OutcomeUnknown("the connection broke"), job="J1")
    script.answer("lookup" if lookup else "notify", answer, job="J1")
    with memory_hub(script, effects=LOOKUP if lookup else None, **hub) as opened:
        opened.emit("printhub.order.placed", order())
        opened.run()
        if lookup:
            opened.advance(timedelta(seconds=31))
        [delivery] = opened.deliveries("J1")
        attempts = opened.hub.store.read(lambda tx: deliveries.attempts(tx, delivery.id))
        assert len(attempts) == 1 + lookup
        opened.emit("printhub.order.placed", order("O2", [job("J2")]))
        opened.run()
        assert opened.deliveries("J2")[0].state in (DONE, READY)
        return delivery.state, delivery.reason


@pytest.mark.parametrize("error", [RuntimeError("a fault"), SystemExit(3), KeyError("x"), RecursionError()])
def test_a_crash_before_anything_was_sent_has_failed(error: BaseException) -> None:
    state, reason = after(raises(error))

    assert state is FAILED
    assert reason.startswith(f"the adapter crashed: {type(error).__name__}")


@pytest.mark.parametrize("error", [RuntimeError("a fault"), SystemExit(3), AdapterError("a bare one")])
def test_a_crash_after_something_was_sent_is_unknown(error: BaseException) -> None:
    state, reason = after(after_sending(raises(error)))

    assert state is UNKNOWN
    assert "a person has to settle it" in reason


@pytest.mark.parametrize("value", [None, True, "done", {"outcome": "done"}, CannotTell(), object()])
def test_an_answer_that_is_no_report_is_unknown(value: object) -> None:
    state, reason = after(gives(value))

    assert state is UNKNOWN
    assert reason.startswith(f"the adapter returned {type(value).__name__}, not a report")


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (Rejected(anything(5)), FAILED, "5"),
        (Rejected(anything(None)), FAILED, "None"),
        (Rejected("a \ud800 and a \x00"), FAILED, "a ? and a ?"),
        (AdapterError("what now"), FAILED, "the adapter raised AdapterError, which says nothing of who must act"),
        (Unavailable("down", anything(5)), RETRYING, "down"),
        (Unavailable("down", timedelta(days=-5)), RETRYING, "down"),
        (Unavailable("down", timedelta.max), FAILED, "given up after 1 attempts: down"),
        (Misconfigured("wrong", anything("everything")), READY, "wrong"),
        (PrintHubError("odd"), FAILED, "the hub could not make the call: odd"),
    ],
)
def test_errors_that_are_filled_with_nonsense_do_no_harm(error: Exception, state: DeliveryState, reason: str) -> None:
    found, why = after(raises(error))

    assert found is state
    assert why.startswith(reason)


@pytest.mark.parametrize(
    "value", [None, "gone", Report.done("R"), Found(anything(None)), Found(anything("R")), CannotTell(anything(None))]
)
def test_a_lookup_that_answers_nonsense_settles_nothing(value: object) -> None:
    state, reason = after(gives(value), lookup=True)

    assert state is UNKNOWN
    assert reason


@pytest.mark.parametrize("error", [RuntimeError("a fault"), Unavailable("down"), Rejected("no"), Misconfigured("key")])
def test_a_lookup_that_fails_is_made_again(error: Exception) -> None:
    script = Script()
    script.answer("notify", OutcomeUnknown("the connection broke"))
    script.answer("lookup", error, Found(Report.done("R")))
    with memory_hub(script, effects=LOOKUP) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.advance(timedelta(seconds=31))
        [delivery] = hub.deliveries("J1")
        assert (delivery.state, delivery.next_at is not None) == (UNKNOWN, True)

        hub.advance(timedelta(minutes=6))
        assert hub.deliveries("J1")[0].state is DONE


def settled_by_a_person(hub: MemoryHub) -> None:
    hub.settle(hub.deliveries("J1")[0].id, done="R", why="the MIS shows it")


def settled_by_a_callback(hub: MemoryHub) -> None:
    hub.signals("mis", [Settled(job="J1", report=Report.done("R"))])


@pytest.mark.parametrize("settle", [settled_by_a_person, settled_by_a_callback])
@pytest.mark.parametrize("late", ["absent", "cannot tell", "refused", "unavailable"])
def test_what_was_settled_while_it_was_asked_about_stays_settled(
    settle: Callable[[MemoryHub], None], late: str
) -> None:
    """The partner's books were read a moment too early: that must not send a done job again."""
    answers: dict[str, Finding | Exception] = {
        "cannot tell": CannotTell(),
        "refused": Found(Rejected("unknown here")),
        "unavailable": Unavailable("down"),
    }
    script = Script()
    script.answer("notify", OutcomeUnknown("the connection broke"))
    with memory_hub(script, effects=LOOKUP) as hub:

        def too_early(_message: object, _call: Call) -> Report:
            settle(hub)
            answer = answers.get(late)
            if isinstance(answer, Exception):
                raise answer
            return cast(Report, answer)

        script.answer("lookup", too_early)
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.advance(timedelta(seconds=31))
        hub.advance(timedelta(days=2))

        [delivery] = hub.deliveries("J1")
        assert (delivery.state, delivery.worker, delivery.asking) == (DONE, None, False)
        assert len(script.asked("notify")) == 1
        assert hub.current("J1") is JobStatus.MIS_NOTIFIED


def test_an_adapter_that_cannot_be_made_is_set_aside_alone_and_its_work_waits() -> None:
    def broken(_self: object, _config: object) -> None:
        raise RuntimeError("its library is not there, and the token is hunter2")

    adapter = cast(type[Adapter[Any]], type("Broken", (mis(Script()),), {"__init__": broken}))
    with MemoryHub(settings("mis", "second"), [adapter, mis(Script(), "second")]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()

        assert [(one.instance, one.state) for one in hub.deliveries("J1")] == [("second", DONE)]
        why = hub.hub.settings.instances["mis"].set_aside
        assert why == "the adapter mis cannot be made with this config: RuntimeError"


def test_a_message_that_cannot_be_composed_fails_and_says_why() -> None:
    script = Script()
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        [bench] = hub.hub.benches
        bench = type(bench)(hub.hub.store, hub.hub.rules, NoTemplate(hub.hub), bench.instance, hub.hub.lease)
        caller = bench.caller()
        for work in bench.take(1):
            attempted = bench.work(work, caller)
            assert attempted is not None
            bench.conclude(attempted)

        [delivery] = hub.deliveries("J1")
        assert (delivery.state, delivery.harmless) == (FAILED, True)
        assert "the message could not be read" in delivery.reason
    assert script.calls == ()


class NoTemplate(FrozenMessages):
    """One that breaks as a template would."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub.store, hub.rules, hub.folders, hub.links, hub.templates)

    def of(self, claim: object) -> Any:  # noqa: ANN401, ARG002 - it never returns
        raise ValueError("the message could not be read")


# --- what was taken out of the configuration ------------------------------------------------------------------------


def test_a_storefront_that_was_taken_out_holds_up_no_other() -> None:
    script = Script()
    two = settings(storefronts=("shop", "closed"))
    with MemoryHub(two, [mis(script)]) as hub:
        hub.emit("printhub.order.placed", order("O8", [job("J8")]), storefront="closed")
        hub.emit("printhub.order.placed", order("O9", [job("J9")], payment_status="Pending"), storefront="closed")
        hub.restart(settings())
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.hub.sweeper.step()

        assert [one.state for one in hub.deliveries("J1")] == [DONE]
        assert [one.state for one in hub.deliveries("J9")] == [DeliveryState.HELD]
        assert hub.emit("printhub.order.placed", order(), source="https://closed.example").refused


SET_ASIDE = {"mis": {"set_aside": "its plugin is broken"}}


class Killed(BaseException):
    """The process died in the call."""


def test_a_call_that_was_cut_off_while_its_plugin_is_set_aside_is_asked_about_when_it_is_back() -> None:
    script = Script()
    script.answer("notify", raises(Killed()))
    script.answer("lookup", Found(Report.done("R")))
    with memory_hub(script, effects=LOOKUP) as hub:
        hub.emit("printhub.order.placed", order())
        with pytest.raises(Killed):
            hub.run()
        hub.restart(settings(each=SET_ASIDE))
        hub.advance(timedelta(hours=1))
        [delivery] = hub.deliveries("J1")
        assert (delivery.state, delivery.next_at is not None) == (UNKNOWN, True)
        with pytest.raises(ActRefused, match="cannot be settled while instance mis is set aside"):
            hub.settle(delivery.id, done="R")

        hub.restart(settings())
        hub.advance(timedelta(hours=1))
        assert [one.state for one in hub.deliveries("J1")] == [DONE]
    assert len(script.asked("notify")) == 1


def test_a_job_that_is_cancelled_while_its_plugin_is_set_aside_is_never_sent() -> None:
    script = Script()
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order(payment_status="Pending"))
        hub.restart(settings(each=SET_ASIDE))
        hub.emit("printhub.order.cancelled", {"order": "O1"})
        hub.emit("printhub.order.payment_changed", {"order": "O1", "payment_status": "Paid"})
        hub.restart(settings())
        hub.run()

        assert [one.state for one in hub.deliveries("J1")] == [DeliveryState.CANCELLED]
    assert script.calls == ()


# --- personal data in what adapters say ------------------------------------------------------------------------------

CARELESS = f"the address {MARKER} is unknown, call {PHONE}"
SAID: dict[str, Answer] = {
    "rejected": Rejected(CARELESS),
    "unavailable": Unavailable(CARELESS),
    "unknown": after_sending(OutcomeUnknown(CARELESS)),
    "misconfigured": Misconfigured(CARELESS),
    "crash": RuntimeError(CARELESS),
    "done": Report.done("R", detail=CARELESS),
    "action required": Report.action_required(CARELESS),
    "partial": Report.partial(frozenset(), CARELESS),
    "progress": Report.done("R", progress=(Progress(status=JobStatus.MIS_ORDER_PROCESSED, detail=CARELESS),)),
}


@pytest.mark.parametrize("name", SAID)
def test_personal_data_in_what_an_adapter_says_is_kept_nowhere(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    script = Script()
    script.answer("notify", SAID[name])
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()

        [delivery] = hub.deliveries("J1")
        kept = [
            delivery.reason,
            *(entry.detail for entry in hub.history("J1")),
            *(notice.text for notice in hub.notices()),
            str(hub.hub.store.read(lambda tx: deliveries.attempts(tx, delivery.id))),
            caplog.text,
        ]
        for text in kept:
            assert MARKER not in text
            assert "1234567890" not in text
        assert any("[masked]" in text for text in kept)


@pytest.mark.parametrize(
    "finding", [Found(Report.done("R", detail=CARELESS)), Found(Rejected(CARELESS)), CannotTell(CARELESS)]
)
def test_nor_is_what_a_lookup_says(finding: Finding) -> None:
    state, reason = after(finding, lookup=True)

    assert state in (DONE, FAILED, UNKNOWN)
    assert "[masked]" in reason
    assert MARKER not in reason


def test_nor_is_what_a_callback_says() -> None:
    script = Script()
    script.answer("notify", Report.accepted("R"))
    with memory_hub(script) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.signals("mis", [Settled(reference="R", refused=CARELESS)])

        [delivery] = hub.deliveries("J1")
        assert delivery.state is FAILED
        assert MARKER not in delivery.reason
        assert all(MARKER not in entry.detail for entry in hub.history("J1"))
        assert all(MARKER not in notice.text for notice in hub.notices())


def test_the_settings_of_a_hub_are_not_shown_by_what_goes_wrong() -> None:
    with pytest.raises(ValueError, match="mode") as caught:
        Settings.model_validate({"instances": {"mis": {"adapter": "mis", "mode": MARKER, "config": None}}})

    assert MARKER not in str(caught.value)
