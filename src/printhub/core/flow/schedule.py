"""When a scheduled order may go: storefronts think in days of their own time zone, the hub in moments."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)
_REACH = timedelta(hours=36)
"""More than any zone has ever put its clocks forward at once: Samoa and Kwajalein left out a whole day."""


def release_moment(release_at: datetime | None, release_on: date | None, zone: str) -> datetime | None:
    """The moment of a schedule that was stated as a moment or as a day; None for at once."""
    return release_at if release_on is None else start_of_day(release_on, zone)


def start_of_day(day: date, zone: str) -> datetime:
    """The first moment of a day in a time zone, in UTC.

    Where clocks are put forward at midnight the day begins at the moment of the change; where they are put back and
    midnight comes twice, at the first one. A day that a zone left out begins with the day after it.
    """
    there = ZoneInfo(zone)
    midnight = datetime.combine(day, time(), there)
    found = midnight.astimezone(UTC)
    if found.astimezone(there).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return found
    # There is no midnight on that day. Between these two lies the one change of the clocks that skipped it.
    before, after = found - _REACH, found + _REACH
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(there).date() < day:
            before = middle
        else:
            after = middle
    return after


def in_zone(moment: datetime, zone: str) -> str:
    """A moment for people, as the storefront's clocks show it: `2026-12-01 00:00 Europe/Berlin`."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def day_in_zone(moment: datetime, zone: str) -> date:
    """The day that it is at a moment, by the storefront's clocks."""
    return moment.astimezone(ZoneInfo(zone)).date()
