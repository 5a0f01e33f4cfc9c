"""What stops an instance, or one storefront at it: one row per cause."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, select, update

from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import instance
from printhub.core.store.store import Tx


class Cause(StrEnum):
    """Why an instance makes no calls."""

    OFF = "off"
    """It is turned off in the configuration."""
    PAUSED = "paused"
    MISCONFIGURED = "misconfigured"
    SET_ASIDE = "set_aside"
    BREAKER = "breaker"

    @property
    def has_begun(self) -> bool:
        """Whether there is a moment since when it stops; what the configuration says holds since it was read."""
        return self not in (Cause.OFF, Cause.SET_ASIDE)


@dataclass(frozen=True, slots=True)
class Stop:
    """One cause that stops an instance; `storefront` is empty when it stops all of it.

    `until` is when it may be tried again (None: not by itself). A breaker that only counts `failures` and is not open
    yet has `until` None, and does not stand. `counted_from` is from when on its time has not been given back yet.
    """

    name: str
    storefront: str
    cause: Cause
    since: datetime
    until: datetime | None
    detail: str
    failures: int = 0
    counted_from: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it stops calls, rather than only counting failures."""
        return self.cause is not Cause.BREAKER or self.until is not None


_FIELDS = tuple(Stop.__dataclass_fields__)
_KEY = ("name", "storefront", "cause")
_all = select(*(instance.c[name] for name in _FIELDS)).order_by(
    instance.c.name, instance.c.storefront, instance.c.cause
)
_ALL = Prepared(_all)
_OF_ONE = Prepared(_all.where(instance.c.name == bindparam("name")))


def stops(tx: Tx, name: str | None = None) -> list[Stop]:
    """All causes that are on record, for one instance or for all."""
    found = _ALL.rows(tx, {}) if name is None else _OF_ONE.rows(tx, {"name": name})
    return [Stop(**row._asdict() | {"cause": Cause(row.cause)}) for row in found]


def put(tx: Tx, stop: Stop) -> None:
    """Write a cause, in place of the one on record."""
    values = {field: getattr(stop, field) for field in _FIELDS if field not in _KEY}
    if tx.execute(update(instance).where(_place(stop)).values(values)).rowcount == 0:
        place = {"name": stop.name, "storefront": stop.storefront, "cause": str(stop.cause)}
        tx.execute(insert(instance).values(place | values))


def lift(tx: Tx, stop: Stop) -> bool:
    """Take a cause off the record; False when it is gone already."""
    return tx.execute(delete(instance).where(_place(stop))).rowcount > 0


def _place(stop: Stop) -> ColumnElement[bool]:
    return and_(
        instance.c.name == stop.name, instance.c.storefront == stop.storefront, instance.c.cause == str(stop.cause)
    )
