"""When a partner wants to be asked again: the Retry-After header (RFC 9110, section 10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from printhub.core.model.call import Reply

_LONGEST = timedelta(days=7)


def retry_after(reply: Reply, now: datetime) -> timedelta | None:
    """The wait that `reply` asks for, never negative and a week at the most; None when it names none or nonsense."""
    return wait(reply.headers.get("Retry-After"), now)


def wait(header: str | None, now: datetime) -> timedelta | None:
    """Read the header. Both forms are read: seconds, and an HTTP date, which is compared with `now` (aware)."""
    wish = (header or "").strip()
    if wish.isascii() and wish.isdigit():
        return min(timedelta(seconds=int(wish[:9])), _LONGEST)
    try:
        moment = parsedate_to_datetime(wish)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), _LONGEST)
