"""What is due at an instance: calls whose lanes are free, and lookups, from storefront after storefront in turn."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)

from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.store import rows
from printhub.core.store.prepared import Prepared
from printhub.core.store.schema import delivery
from printhub.core.store.store import Tx

_INSTANCE: BindParameter[str] = bindparam("instance")
_STOREFRONT: BindParameter[str] = bindparam("storefront")
_AFTER: BindParameter[str] = bindparam("after")
_MOST: BindParameter[int] = bindparam("most")


def _written(state: DeliveryState) -> ColumnElement[Any]:
    """A state that stands in the statement itself: a partial index serves only one that it can read there."""
    return literal_column(f"'{state}'")


_other = delivery.alias("other")
_EARLIER = and_(_other.c.lane == delivery.c.lane, _other.c.seq < delivery.c.seq)
_OCCUPIED = exists().where(
    _other.c.lane == delivery.c.lane,
    _other.c.state.in_([_written(DeliveryState.RUNNING), _written(DeliveryState.UNKNOWN)]),
)
_OVERTAKES_READY = exists().where(_EARLIER, _other.c.state == _written(DeliveryState.READY))
_OVERTAKES_ANY = exists().where(
    _EARLIER, _other.c.state.not_in([_written(state) for state in DeliveryState if state.is_end])
)


def _is_ready(table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the table or one of its aliases
    return and_(table.c.instance == _INSTANCE, table.c.state == _written(DeliveryState.READY))


def _is_to_be_asked(table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the table or one of its aliases
    return and_(table.c.instance == _INSTANCE, table.c.asking == true())


def _storefronts(what: str, wanted: Any, *, wrapped: bool) -> Select[Any]:  # noqa: ANN401 - one of the two above
    """A loose index scan: one short look per storefront that has work, however much work each has.

    Those that come after the one that was served last, or wrapped round, those up to it.
    """
    one, other = delivery.alias(), delivery.alias()
    first, later = select(func.min(one.c.storefront).label("name")).where(wanted(one)), func.min(other.c.storefront)
    first = first.where(one.c.storefront <= _AFTER) if wrapped else first.where(one.c.storefront > _AFTER)
    names = first.cte(f"{what}_{'wrapped' if wrapped else 'next'}", recursive=True)
    following = select(later).where(wanted(other), other.c.storefront > names.c.name)
    following = following.where(other.c.storefront <= _AFTER) if wrapped else following
    names = names.union_all(select(following.scalar_subquery()).where(names.c.name.is_not(None)))
    return (
        select(literal(what).label("what"), literal(int(wrapped)).label("round"), names.c.name)
        .where(names.c.name.is_not(None))
        .limit(_MOST)
    )


_LOOKS = {"call": _is_ready, "ask": _is_to_be_asked}
_IN_TURN = {
    what: Prepared(
        union_all(*(select(_storefronts(what, wanted, wrapped=wrapped).subquery()) for wrapped in (False, True)))
    )
    for what, wanted in _LOOKS.items()
}


def _of_storefront(wanted: ColumnElement[bool], free: ColumnElement[bool]) -> Prepared:
    query = select(*(delivery.c[name] for name in rows.DELIVERY_COLUMNS))
    query = query.where(wanted, delivery.c.storefront == _STOREFRONT, free)
    return Prepared(query.order_by(delivery.c.seq).limit(_MOST))


_READY = _is_ready(delivery)
_CALLS = _of_storefront(_READY, and_(~_OCCUPIED, ~_OVERTAKES_READY))
_CALLS_IN_ORDER = _of_storefront(_READY, and_(~_OCCUPIED, ~_OVERTAKES_ANY))
_LOOKUPS = _of_storefront(_is_to_be_asked(delivery), delivery.c.worker.is_(None))


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom claims may be for: `after` names the storefront that was served last, those in `without` are passed over."""

    after: str = ""
    without: Collection[str] = ()


def candidates(tx: Tx, instance: str, whom: Whom, *, limit: int, ordered: bool) -> list[Delivery]:
    """Ready deliveries whose lanes are free, taken from storefront after storefront in turn.

    `ordered` is for lanes in which an earlier delivery that has not ended holds the later ones.
    """
    return _shared(tx, "call", _CALLS_IN_ORDER if ordered else _CALLS, instance, whom, limit)


def to_ask(tx: Tx, instance: str, whom: Whom, *, limit: int) -> list[Delivery]:
    """Unknown and accepted deliveries whose lookup is due and not under way, from storefront after storefront too."""
    return _shared(tx, "ask", _LOOKUPS, instance, whom, limit)


def _shared(tx: Tx, what: str, query: Prepared, instance: str, whom: Whom, limit: int) -> list[Delivery]:
    storefronts = _in_turn(tx, what, instance, whom, limit)
    if not storefronts:
        return []
    share = -(-limit // len(storefronts))
    found: list[Delivery] = []
    for storefront in storefronts:
        most = min(share, limit - len(found))
        values = {"instance": instance, "storefront": storefront, "most": most}
        found += [Delivery(*row) for row in query.rows(tx, values)]
        if len(found) >= limit:
            break
    return found


def _in_turn(tx: Tx, what: str, instance: str, whom: Whom, limit: int) -> list[str]:
    if limit <= 0:
        return []
    values = {"instance": instance, "after": whom.after, "most": limit + len(whom.without)}
    named = sorted((row.round, row.name) for row in _IN_TURN[what].rows(tx, values))
    return [name for _, name in named if name not in whom.without][:limit]
