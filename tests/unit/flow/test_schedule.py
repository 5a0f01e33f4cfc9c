"""When a day begins in a time zone, however its clocks are put forward and back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub.core.flow.schedule import release_moment, start_of_day

ZONES = (
    "UTC Europe/Berlin America/New_York America/Santiago America/Havana America/Asuncion Africa/Cairo Asia/Beirut "
    "Asia/Kolkata Asia/Kathmandu Australia/Lord_Howe Pacific/Chatham Pacific/Apia America/Scoresbysund Asia/Tehran"
)


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("UTC", date(2026, 12, 1), "2026-12-01T00:00:00"),
        ("Europe/Berlin", date(2026, 12, 1), "2026-11-30T23:00:00"),
        ("Europe/Berlin", date(2026, 7, 1), "2026-06-30T22:00:00"),
        ("Asia/Kolkata", date(2026, 12, 1), "2026-11-30T18:30:00"),
        ("Asia/Kathmandu", date(2026, 12, 1), "2026-11-30T18:15:00"),
        # The clocks go from 00:00 to 01:00: there is no midnight.
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00:00"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00:00"),
        ("Asia/Beirut", date(2026, 3, 29), "2026-03-28T22:00:00"),
        # From 24:00 back to 23:00: the day before has its last hour twice, and this one begins after both.
        ("America/Santiago", date(2026, 4, 5), "2026-04-05T04:00:00"),
        # From 01:00 back to 00:00: midnight comes twice, and the first one counts.
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00:00"),
        # From 23:30 to 00:30: the day begins half an hour late.
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30:00"),
        # Samoa went over the date line: this day never was.
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00"),
    ],
)
def test_a_day_begins_at_its_first_moment(zone: str, day: date, begins: str) -> None:
    assert start_of_day(day, zone) == datetime.fromisoformat(begins).replace(tzinfo=UTC)


@given(st.sampled_from(ZONES.split()), st.dates(date(1975, 1, 1), date(2040, 1, 1)))
def test_before_its_beginning_it_is_another_day_and_from_then_on_it_is_this_one_or_later(zone: str, day: date) -> None:
    begins, there = start_of_day(day, zone), ZoneInfo(zone)

    assert (begins - timedelta(seconds=1)).astimezone(there).date() < day
    assert begins.astimezone(there).date() >= day
    assert begins.tzinfo is UTC


def test_a_moment_is_taken_as_it_is_stated_whatever_the_zone() -> None:
    moment = datetime(2026, 12, 1, 8, tzinfo=UTC)

    assert release_moment(moment, None, "America/Santiago") == moment
    assert release_moment(None, None, "America/Santiago") is None
