"""Scripted adapters: they do what the script says, and remember what they were asked."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from printhub import (
    Absent,
    Adapter,
    Call,
    CannotTell,
    Effect,
    Found,
    JobTicket,
    Kind,
    Outcome,
    OutcomeUnknown,
    Report,
    Unavailable,
    Verb,
)
from printhub.core.model.adapter import has_verb
from printhub.core.model.call import Earlier
from printhub.testing import (
    Script,
    a_call,
    a_placement,
    a_refund_request,
    a_status_message,
    a_ticket,
    after_sending,
    an_email,
    an_sms,
    scripted_email,
    scripted_file,
    scripted_mis,
    scripted_payment,
    scripted_sms,
    scripted_status,
)


def made(script: Script, **facts: Any) -> Any:  # noqa: ANN401 - its verbs are not known to the type checker
    mis = scripted_mis(script, **facts)
    return mis(mis.Config())


def test_answers_are_used_up_in_order_and_then_the_default_holds() -> None:
    script = Script()
    script.answer("notify", Report.accepted("REF-1"), Report.done("REF-2"))
    mis = made(script)
    answers = [mis.notify(a_ticket("J-1"), a_call()) for _ in range(3)]
    assert answers == [Report.accepted("REF-1"), Report.done("REF-2"), Report.done("REF-J-1")]


def test_answers_for_a_job_come_first_and_leave_the_others_alone() -> None:
    script = Script()
    script.answer("notify", Report.done("any"))
    script.answer("notify", Report.done("one"), job="J-1")
    mis = made(script)
    assert [mis.notify(a_ticket(job), a_call()).reference for job in ("J-1", "J-2", "J-2")] == ["one", "any", "REF-J-2"]


def test_a_default_can_be_given() -> None:
    script = Script()
    script.default("notify", Unavailable("down"))
    mis = made(script)
    for _ in range(2):
        with pytest.raises(Unavailable, match="down"):
            mis.notify(a_ticket(), a_call())


@pytest.mark.parametrize("error", [OutcomeUnknown("lost"), KeyError("a crash")], ids=lambda error: type(error).__name__)
def test_an_exception_is_raised_before_anything_is_sent(error: Exception) -> None:
    script = Script()
    script.answer("notify", error)
    call = a_call()
    with pytest.raises(type(error)):
        made(script).notify(a_ticket(), call)
    assert not call.wire.sent


def test_an_answer_after_sending_marks_the_wire_first() -> None:
    script = Script()
    script.answer("notify", after_sending(KeyError("a crash")), after_sending(Report.done("R")))
    for expected in (KeyError, None):
        call = a_call()
        if expected is not None:
            with pytest.raises(expected):
                made(script).notify(a_ticket(), call)
        else:
            assert made(script).notify(a_ticket(), call).reference == "R"
        assert call.wire.sent


def test_a_function_is_called_with_message_and_call() -> None:
    def answer(ticket: JobTicket, call: Call) -> Report:
        return Report.done(f"{ticket.job.id}/{call.key}")

    script = Script()
    script.answer("manifest", answer)
    assert made(script).manifest(a_ticket("J-7"), a_call(Verb.MANIFEST, "k")).reference == "J-7/k"


def test_lookups_are_scripted_and_by_default_cannot_tell() -> None:
    script = Script()
    script.answer("lookup", Found(Report.done("R")), Absent())
    mis = made(script)
    found = [mis.lookup(a_ticket(), a_call()) for _ in range(3)]
    assert found[:2] == [Found(Report.done("R")), Absent()]
    assert isinstance(found[2], CannotTell)


def test_every_call_is_remembered() -> None:
    script = Script()
    mis = made(script)
    ticket = a_ticket("J-1")
    mis.notify(ticket, a_call(key="k-1"))
    mis.lookup(ticket, a_call(Verb.MANIFEST, "k-2", 3, earlier={Verb.NOTIFY: Earlier("REF-J-1")}))
    mis.check(a_call())

    first, second, third = script.calls
    assert (first.verb, first.subject, first.key, first.attempt, first.message) == ("notify", "J-1", "k-1", 1, ticket)
    assert (second.verb, second.about, second.attempt) == ("lookup", Verb.MANIFEST, 3)
    assert second.earlier[Verb.NOTIFY].reference == "REF-J-1"
    assert (third.verb, third.subject) == ("check", "")
    assert script.asked("lookup", "J-1") == [second]


def test_a_test_can_wait_for_a_call() -> None:
    script = Script()
    thread = threading.Thread(target=made(script).notify, args=(a_ticket("J-1"), a_call()))
    thread.start()
    assert script.wait_for("notify", "J-1")[0].key == "key-1"
    thread.join()
    with pytest.raises(TimeoutError, match=r"1 of 2 notify .* notify J-1"):
        script.wait_for("notify", count=2, timeout=0.01)


def test_many_threads_share_a_script() -> None:
    script = Script()
    script.answer("notify", *(Report.done(str(number)) for number in range(100)))
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: made(script).notify(a_ticket(), a_call()), range(100)))
    assert {report.reference for report in reports} == {str(number) for number in range(100)}
    assert len(script.calls) == 100


def test_a_misspelt_verb_is_refused() -> None:
    for misspell in (
        lambda: Script().answer("notfy", Report.done()),
        lambda: Script().asked("notfy"),
        lambda: scripted_mis(Script(), verbs=["notfy"]),
    ):
        with pytest.raises(ValueError, match="notfy"):
            misspell()


def test_a_class_has_exactly_the_verbs_and_effects_that_it_is_given() -> None:
    mis = scripted_mis(Script(), name="small", verbs=["notify", "lookup"], effects={Verb.NOTIFY: Effect.LOOKUP})
    assert mis.name == "small"
    assert [verb for verb in (*Verb, "lookup", "check") if has_verb(mis, verb)] == [Verb.NOTIFY, "lookup"]
    assert mis(mis.Config()).effect(Verb.NOTIFY) is Effect.LOOKUP
    assert not has_verb(scripted_mis(Script(), verbs=["manifest"]), Verb.NOTIFY)
    assert scripted_mis(Script()).effects == {}


@pytest.mark.parametrize(
    ("scripted", "kind", "message", "subject", "verbs"),
    [
        (scripted_mis, Kind.MIS, a_ticket, "J-1", ["notify", "manifest", "assets", "update", "cancel"]),
        (scripted_email, Kind.EMAIL, an_email, "kim@customer.example", ["send"]),
        (scripted_sms, Kind.SMS, an_sms, "+4930123456", ["send"]),
        (scripted_payment, Kind.PAYMENT, a_refund_request, "E-1", ["refund", "void"]),
        (scripted_file, Kind.FILE, a_placement, "J-1", ["place"]),
        (scripted_status, Kind.STATUS, a_status_message, "J-1", ["publish"]),
    ],
)
def test_every_kind_can_be_scripted(
    scripted: Callable[[Script], type[Adapter[Any]]],
    kind: Kind,
    message: Callable[[], Any],
    subject: str,
    verbs: list[str],
) -> None:
    script = Script()
    adapter_class = scripted(script)
    adapter: Any = adapter_class(adapter_class.Config())
    assert adapter_class.kind is kind
    assert [str(verb) for verb in Verb if has_verb(adapter_class, verb)] == verbs
    for verb in verbs:
        report = getattr(adapter, verb)(message(), a_call(Verb(verb)))
        assert (report.outcome, report.reference) == (Outcome.DONE, f"REF-{subject}")
    assert {call.subject for call in script.calls} == {subject}
