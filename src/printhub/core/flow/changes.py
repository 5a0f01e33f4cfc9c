"""Station: the feed of changes - what storefronts are told, to be read by whoever missed it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from printhub.core.channels.channel import Material
from printhub.core.channels.status.messages import status_message
from printhub.core.flow.rules import Rules
from printhub.core.model.envelope import Event
from printhub.core.model.errors import NotFound
from printhub.core.store import feed
from printhub.core.store.feed import Placed
from printhub.core.store.store import Store

_AT_ONCE = 1000
"""How many get their places in one transaction."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed; `cursor` asks for what follows it."""

    cursor: str
    event: Event


@dataclass(frozen=True, slots=True)
class Changes:
    """A piece of the feed; `after` asks for what follows it."""

    items: Sequence[Change]
    after: str
    more: bool
    """Whether more follows already."""


class Feed:
    """Every entry of a history and every request to a storefront, each once, those of one job in their order."""

    def __init__(self, store: Store, rules: Rules) -> None:
        """Read from `store`."""
        self._store = store
        self._rules = rules

    def after(
        self,
        cursor: str | None,
        *,
        seen_by: Collection[str] | None = None,
        hidden: bool = False,
        types: Collection[str] = (),
        limit: int = 100,
    ) -> Changes:
        """What follows a cursor that was given before; None begins at the beginning.

        `seen_by` are the storefronts that the asker sees, None for all; `hidden` tells whether they see hidden entries.
        `types` are patterns such as `printhub.request.*`. Raises NotFound for a cursor that was never given.
        """
        place = _place(cursor)
        self._give_places()
        found = self._store.read(lambda tx: feed.after(tx, place, limit + 1, seen_by=seen_by, hidden=hidden))
        shown = found[:limit]
        events = ((one.place, self._event(one)) for one in shown)
        items = [Change(str(place), event) for place, event in events if event is not None and _fits(event, types)]
        return Changes(items, str(shown[-1].place if shown else place), more=len(found) > limit)

    def end(self) -> str:
        """The cursor behind everything that there is now."""
        self._give_places()
        return str(self._store.read(feed.end))

    def _give_places(self) -> None:
        # Nothing is written where there is nothing new, so that asking again and again costs a look.
        while self._store.read(feed.is_behind):
            if self._store.write(lambda tx: feed.give_places(tx, _AT_ONCE)) < _AT_ONCE:
                return

    def _event(self, placed: Placed) -> Event | None:
        job, change = placed.job, placed.change
        if placed.request is not None or job is None or change is None:
            return placed.request
        material = Material(
            storefront=job.storefront,
            mode=job.mode,
            job=job,
            order=placed.order,
            change=change,
            current=job.status,
            cause_depth=placed.cause_depth,
            traceparent=placed.traceparent,
        )
        return status_message(material).event


def _fits(event: Event, types: Collection[str]) -> bool:
    return not types or any(fnmatchcase(event.type, pattern) for pattern in types)


def _place(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 18:
        raise NotFound("there is no such place in the feed; begin without one, or go on from one that was given")
    return int(cursor)
