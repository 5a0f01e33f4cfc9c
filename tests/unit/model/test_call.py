"""A call: its deadline, what was before, and the moment from which a failure may have had its effect."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from printhub import Call, Earlier, Mode, Reply, Verb
from printhub.core.model.call import Wire

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Clock:
    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time


class NoHttp:
    """A network that nobody is expected to use."""

    def request(self, method: str, url: str, **more: Any) -> Reply:
        raise AssertionError(f"{method} {url} {more}")


@dataclass
class Desk:
    """Makes calls on one clock."""

    clock: Clock = field(default_factory=Clock)

    def call(self, *, deadline: datetime = NOON, earlier: Mapping[Verb, Earlier] | None = None) -> Call:
        return Call(
            verb=Verb.ASSETS,
            key="k-1",
            attempt=1,
            deadline=deadline,
            mode=Mode.TEST,
            http=NoHttp(),
            now=self.clock,
            earlier=earlier or {},
        )


def test_the_remaining_time_runs_out_with_the_clock() -> None:
    desk = Desk()
    call = desk.call(deadline=NOON + timedelta(seconds=30))
    assert call.remaining == timedelta(seconds=30)
    desk.clock.time += timedelta(seconds=20)
    assert call.remaining == timedelta(seconds=10)


@pytest.mark.parametrize("late", [timedelta(), timedelta(microseconds=1), timedelta(days=9)])
def test_after_the_deadline_no_time_remains_and_never_less(late: timedelta) -> None:
    assert Desk().call(deadline=NOON - late).remaining == timedelta()


def test_what_was_before_is_known_and_the_rest_is_empty() -> None:
    notified = Earlier(reference="MIS-1", memo={"slot": 3}, parts=frozenset({"front"}))
    call = Desk().call(earlier={Verb.NOTIFY: notified})
    assert call.before(Verb.NOTIFY) is notified
    assert call.before(Verb.MANIFEST) == Earlier(reference=None, memo=None, parts=frozenset())


def test_nothing_is_sent_until_somebody_says_so() -> None:
    call = Desk().call()
    assert not call.wire.sent
    call.sending()
    assert call.wire.sent


def test_once_sent_is_sent_for_good() -> None:
    wire = Wire()
    wire.sending()
    wire.sending()
    assert wire.sent


def test_each_call_has_a_wire_of_its_own() -> None:
    desk = Desk()
    desk.call().sending()
    assert not desk.call().wire.sent


def test_what_one_thread_sends_another_one_sees() -> None:
    wire = Wire()
    sender = threading.Thread(target=wire.sending)
    sender.start()
    sender.join(10)
    assert wire.sent


def test_a_call_shows_its_verb_and_key_but_nothing_that_was_said_before() -> None:
    call = Desk().call(earlier={Verb.NOTIFY: Earlier(memo="a secret upload slot")})
    assert "k-1" in repr(call)
    assert "secret" not in repr(call)
