"""What is asked of Twilio, and what its answers mean."""

from datetime import UTC, datetime, timedelta

import pytest

from plugins.sms.tests.sample import HUB, KEY, NUMBER, call, message, twilio
from printhub import (
    Absent,
    AdapterError,
    Effect,
    Found,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    Report,
    Scope,
    Unavailable,
    Verb,
)
from printhub import Mode as CallMode
from printhub.testing import FakeClock
from printhub.testing.twilio_simulator import LATER, Mode, TwilioSimulator, troubles


def test_a_message_goes_out_as_it_is_and_its_sid_is_the_reference(simulator: TwilioSimulator) -> None:
    report = twilio(simulator).send(message(text="Grüße & €"), call())

    [taken] = simulator.messages
    assert (taken.to, taken.sender, taken.body) == (NUMBER, "+15005550006", "Grüße & €")
    assert taken.callback == f"{HUB}/receipt?key={KEY}"
    assert report == Report.done(taken.sid, detail=f"taken by Twilio as {taken.sid}, 1 segments")


def test_the_storefronts_sender_counts_before_the_instances(simulator: TwilioSimulator) -> None:
    twilio(simulator).send(message(sender="Print Shop"), call())

    assert simulator.messages[0].sender == "Print Shop"


def test_a_messaging_service_chooses_the_sender_where_nobody_names_one(simulator: TwilioSimulator) -> None:
    [service] = simulator.account.services

    twilio(simulator, sender="", messaging_service=service, valid_for="2h").send(message(), call())

    [taken] = simulator.messages
    assert (taken.sender, taken.service, taken.status) == (None, service, "accepted")
    assert ("ValidityPeriod", "7200") in simulator.asked("send")[0].pairs


def test_an_api_key_proves_requests_in_place_of_the_token(simulator: TwilioSimulator) -> None:
    key = f"SK{'0' * 32}"
    simulator.account.keys[key] = "secret-of-the-key"

    twilio(simulator, api_key=key, api_secret="secret-of-the-key").send(message(), call())

    assert len(simulator.messages) == 1


def test_an_account_of_its_own_sees_no_other_ones_messages(simulator: TwilioSimulator) -> None:
    other = simulator.open_account()
    twilio(simulator).send(message(), call())
    another = twilio(simulator, account=other.sid, auth_tokens=[other.auth_token])

    assert another.lookup(message(), call()) == Absent()


def test_no_receipts_are_asked_for_where_nobody_outside_knows_the_hub(simulator: TwilioSimulator) -> None:
    from_nowhere = call()
    object.__setattr__(from_nowhere, "callback_url", None)

    twilio(simulator).send(message(), from_nowhere)

    assert simulator.messages[0].callback is None


@pytest.mark.parametrize(
    ("code", "kind", "scope", "opted_out"),
    [
        (20003, Misconfigured, Scope.INSTANCE, False),
        (20404, Misconfigured, Scope.INSTANCE, False),
        (21211, Rejected, None, False),
        (21614, Rejected, None, False),
        (21408, Misconfigured, Scope.DELIVERY, False),
        (21606, Misconfigured, Scope.DELIVERY, False),
        (21659, Misconfigured, Scope.DELIVERY, False),
        (21610, Rejected, None, True),
        (21617, Rejected, None, False),
        (20429, Unavailable, None, False),
    ],
)
def test_each_code_says_who_must_act(
    simulator: TwilioSimulator, code: int, kind: type[AdapterError], scope: Scope | None, opted_out: bool
) -> None:
    simulator.refuse(NUMBER, code)

    with pytest.raises(kind) as refused:
        twilio(simulator).send(message(), call())

    assert str(code) in refused.value.detail
    assert "7400" not in refused.value.detail
    assert getattr(refused.value, "scope", None) == scope
    assert getattr(refused.value, "opted_out", False) is opted_out
    assert getattr(refused.value, "bounced", False) is (code in (21211, 21614, 21610))
    assert simulator.messages == []


def test_too_many_requests_say_when_to_come_back(simulator: TwilioSimulator) -> None:
    simulator.script("send", troubles.RATE_LIMITED)

    with pytest.raises(Unavailable) as later:
        twilio(simulator).send(message(), call())

    assert later.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(
    "mode",
    [
        troubles.COMMITS_THEN_DROPS,
        troubles.COMMITS_THEN_500,
        troubles.SERVER_ERROR,
        troubles.OVERLOADED,
        troubles.GARBAGE,
        troubles.DROPS_BEFORE_COMMIT,
    ],
    ids=lambda mode: mode.name,
)
def test_what_may_have_been_done_is_in_doubt(simulator: TwilioSimulator, mode: Mode) -> None:
    simulator.script("send", mode)

    with pytest.raises(OutcomeUnknown):
        twilio(simulator).send(message(), call())

    assert len(simulator.asked("send")) == 1


def test_a_text_that_is_too_long_is_refused_before_anything_is_sent(simulator: TwilioSimulator) -> None:
    with pytest.raises(Rejected, match=r"2 segments \(UCS-2, 71 units\), and most_segments is 1"):
        twilio(simulator, most_segments=1).send(message(text="ё" * 71), call())

    assert simulator.journal == ()


@pytest.mark.parametrize("number", ["07400123456", "+44 7400", "447400123456", "+0123456789", "+", "+1234567890123456"])
def test_what_is_no_number_in_e164_is_refused_and_not_quoted(simulator: TwilioSimulator, number: str) -> None:
    with pytest.raises(Rejected, match=r"E\.164") as refused:
        twilio(simulator).send(message(recipient=number), call())

    assert number == "+" or number not in refused.value.detail


def test_an_empty_text_is_refused(simulator: TwilioSimulator) -> None:
    with pytest.raises(Rejected, match="empty"):
        twilio(simulator).send(message(text=" \n"), call())


# --- look-ups -----------------------------------------------------------------------------------------------------


def test_a_message_whose_answer_was_lost_is_found_before_it_has_a_date(simulator: TwilioSimulator) -> None:
    simulator.script("send", troubles.COMMITS_THEN_DROPS)
    with pytest.raises(OutcomeUnknown):
        twilio(simulator).send(message(), call())

    found = twilio(simulator).lookup(message(), call())

    assert isinstance(found, Found)
    assert isinstance(found.report, Report)
    assert found.report.reference == simulator.messages[0].sid


def test_a_message_that_was_sent_is_found_by_its_date(simulator: TwilioSimulator) -> None:
    twilio(simulator).send(message(), call())
    simulator.move(simulator.messages[0], "sent", "delivered")

    assert isinstance(twilio(simulator).lookup(message(), call()), Found)
    assert len(simulator.asked("list")) == 1


def test_a_message_that_failed_meanwhile_is_found_as_refused(simulator: TwilioSimulator) -> None:
    twilio(simulator).send(message(), call())
    simulator.move(simulator.messages[0], "undelivered", code=30005)

    found = twilio(simulator).lookup(message(), call())

    assert isinstance(found, Found)
    assert isinstance(found.report, Rejected)
    assert "30005" in found.report.detail


@pytest.mark.parametrize("other", [{"text": "Another text"}, {"recipient": "+447400123457"}])
def test_another_text_or_number_is_not_it(simulator: TwilioSimulator, other: dict[str, str]) -> None:
    twilio(simulator).send(message(**other), call())

    assert twilio(simulator).lookup(message(), call()) == Absent()


def test_a_text_that_twilio_changed_is_found_all_the_same(simulator: TwilioSimulator) -> None:
    twilio(simulator).send(message(text="Your “order” is here"), call())
    simulator.messages[0].body = 'Shop: Your "order" is here. Reply STOP to end'

    assert isinstance(twilio(simulator).lookup(message(text="Your “order” is here"), call()), Found)


def test_it_is_found_among_many(simulator: TwilioSimulator) -> None:
    sending = twilio(simulator)
    sending.send(message(), call())
    for number in range(250):
        sending.send(message(text=f"Another one, {number}"), call(f"key-{number}"))
    for one in simulator.messages:
        simulator.move(one, "sent")

    assert isinstance(sending.lookup(message(), call()), Found)
    assert len(simulator.asked("list")) == 3


def test_what_was_sent_before_it_looks_back_is_not_it() -> None:
    clock = FakeClock(datetime.now(UTC) - timedelta(days=4))
    with TwilioSimulator(now=clock) as old:
        sending = twilio(old)
        sending.send(message(), call())
        old.move(old.messages[0], "sent")
        for number in range(120):
            sending.send(message(text=f"Another one, {number}"), call(f"key-{number}"))

        assert sending.lookup(message(), call()) == Absent()
        assert isinstance(twilio(old, look_back="6d").lookup(message(), call()), Found)


def test_a_list_that_cannot_be_had_says_nothing(simulator: TwilioSimulator) -> None:
    for mode in (troubles.SERVER_ERROR, troubles.GARBAGE, troubles.RATE_LIMITED):
        simulator.script("list", mode)
        with pytest.raises(Unavailable):
            twilio(simulator).lookup(message(), call())


# --- the rest -----------------------------------------------------------------------------------------------------


def test_check_reads_the_account(simulator: TwilioSimulator) -> None:
    assert "active" in twilio(simulator).check(call()).detail
    simulator.account.status = "suspended"
    with pytest.raises(Misconfigured):
        twilio(simulator).check(call())
    assert simulator.messages == []


def test_twilio_can_be_asked_and_knows_no_key(simulator: TwilioSimulator) -> None:
    assert twilio(simulator).effect(Verb.SEND) is Effect.LOOKUP


def test_a_live_call_goes_the_same_way(simulator: TwilioSimulator) -> None:
    twilio(simulator).send(message(mode="live"), call(mode=CallMode.LIVE))

    assert len(simulator.messages) == 1


@pytest.mark.parametrize("code", LATER)
def test_every_later_code_has_words(simulator: TwilioSimulator, code: int) -> None:
    twilio(simulator).send(message(), call())
    simulator.move(simulator.messages[0], "failed", code=code)

    found = twilio(simulator).lookup(message(), call())

    assert isinstance(found, Found)
    assert isinstance(found.report, Rejected)
    assert "twilio.com/docs" not in found.report.detail
