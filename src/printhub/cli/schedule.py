"""How the date of a scheduled order is shown: as the storefront's clocks have it, and in UTC."""

from datetime import datetime

from printhub.cli.output import away
from printhub.core.flow.schedule import in_zone
from printhub.core.settings import Settings


def scheduled(release_at: datetime, storefront: str, settings: Settings, now: datetime) -> str:
    """A date: `2026-12-01 00:00 Europe/Berlin, 2026-11-30 23:00:00Z (in 8 d 13 h)`."""
    return f"{in_zone(release_at, zone_of(storefront, settings))}, {away(release_at, now)}"


def zone_of(storefront: str, settings: Settings) -> str:
    """The time zone of a storefront; UTC for one that was taken out of the configuration."""
    section = settings.storefronts.get(storefront)
    return section.time_zone if section else "UTC"
