"""Quiet hours, by the clocks of where somebody is."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub.core.channels.sms.numbers import zones_of
from printhub.core.notifications.quiet import quiet_until

BERLIN, NEW_YORK, HONOLULU = "Europe/Berlin", "America/New_York", "Pacific/Honolulu"
NIGHT = (time(21), time(8))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-22T19:59", None),
        ("2026-11-22T20:00", "2026-11-23T07:00"),
        ("2026-11-23T06:59", "2026-11-23T07:00"),
        ("2026-11-23T07:00", None),
        ("2026-07-01T19:30", "2026-07-02T06:00"),  # in summer
        ("2027-03-27T22:00", "2027-03-28T06:00"),  # the night in which clocks are put forward
    ],
)
def test_the_night_goes_through_midnight_by_the_clocks_there(now: str, until: str | None) -> None:
    assert quiet_until(at(now), *NIGHT, [BERLIN]) == (at(until) if until else None)


def test_hours_within_a_day_end_on_that_day() -> None:
    assert quiet_until(at("2026-11-22T12:30"), time(13), time(15), [BERLIN]) == at("2026-11-22T14:00")
    assert quiet_until(at("2026-11-22T14:00"), time(13), time(15), [BERLIN]) is None


def test_of_a_country_with_several_zones_nobody_is_woken() -> None:
    # Given a morning in New York and a night in Honolulu, then it is quiet until the morning there
    assert quiet_until(at("2026-11-22T14:00"), *NIGHT, [NEW_YORK, HONOLULU]) == at("2026-11-22T18:00")
    assert quiet_until(at("2026-11-22T19:00"), *NIGHT, [NEW_YORK, HONOLULU]) is None


def test_where_it_is_always_night_somewhere_the_first_zone_counts() -> None:
    far = ["Pacific/Auckland", "America/Los_Angeles", "Europe/London"]

    assert quiet_until(at("2026-11-22T02:00"), time(18), time(10), far) is None  # the afternoon in Auckland


@given(
    now=st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: at("2026-01-01") + timedelta(minutes=minutes)),
    begins=st.times(),
    ends=st.times(),
    zones=st.lists(st.sampled_from([BERLIN, NEW_YORK, HONOLULU, "Asia/Kolkata"]), min_size=1, max_size=3),
)
def test_once_it_is_over_it_is_over(now: datetime, begins: time, ends: time, zones: list[str]) -> None:
    until = quiet_until(now, begins, ends, zones)

    if until is not None:
        assert now < until <= now + timedelta(days=3)
        assert quiet_until(until, begins, ends, zones) is None


def test_a_number_is_of_the_zones_of_its_country() -> None:
    assert "Europe/Berlin" in zones_of("+4930123456")
    assert {NEW_YORK, HONOLULU} <= {*zones_of("+12125550123")}
    assert zones_of("+80012345678") == ()
