"""Hours in which nobody is to be disturbed, by the clocks of where they are."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LOOKED_AHEAD = timedelta(days=2)


def quiet_until(now: datetime, begins: time, ends: time, zones: Sequence[str]) -> datetime | None:
    """When it is quiet in none of these time zones any more; None where it is quiet in none now.

    Hours that begin later than they end go through midnight. Zones so far apart that it is always quiet in one of them
    count by the first alone.
    """
    at = now
    while at < now + _LOOKED_AHEAD:
        ahead = [end for zone in zones if (end := _end(at, begins, ends, ZoneInfo(zone))) is not None]
        if not ahead:
            return at if at > now else None
        at = max(ahead)
    return quiet_until(now, begins, ends, zones[:1]) if len(zones) > 1 else None


def _end(now: datetime, begins: time, ends: time, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours end that it is now; None outside of them."""
    there = now.astimezone(zone)
    hour = there.time()
    through_midnight = begins > ends
    if (hour >= begins or hour < ends) if through_midnight else (begins <= hour < ends):
        day = there.date() + timedelta(days=1 if through_midnight and hour >= begins else 0)
        return datetime.combine(day, ends, zone).astimezone(UTC)
    return None
