"""The list of addresses and numbers that nothing more is sent to."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from printhub.core.model.suppression import Medium, Suppression, digest_of, normalised
from printhub.core.store.dialects import in_each
from printhub.core.store.prepared import Prepared
from printhub.core.store.rows import begins
from printhub.core.store.schema import suppression
from printhub.core.store.search import Page, page_of
from printhub.core.store.store import Tx

_FIELDS = tuple(Suppression.__dataclass_fields__)
_ADD = in_each(lambda add: add(suppression).on_conflict_do_nothing())
_STANDING = Prepared(
    select(suppression).where(
        suppression.c.medium == bindparam("medium"),
        suppression.c.storefront == bindparam("storefront"),
        suppression.c.digest == bindparam("digest"),
    )
)


def add(tx: Tx, new: Suppression) -> Suppression:
    """Put an address on the list; the one that stands there already stays as it is, and is returned."""
    tx.execute(_ADD[tx.dialect.name], {name: getattr(new, name) for name in _FIELDS})
    return _found(tx, new.medium, new.storefront, new.digest) or new


def standing(tx: Tx, medium: Medium, storefront: str, address: str) -> Suppression | None:
    """The entry of an address; None where nothing speaks against sending."""
    return _found(tx, medium, storefront, digest_of(medium, storefront, address))


def get(tx: Tx, id_: UUID) -> Suppression | None:
    """One entry."""
    row = tx.execute(select(suppression).where(suppression.c.id == id_)).first()
    return _of(row) if row else None


def starting_with(tx: Tx, text: str, limit: int = 5) -> list[Suppression]:
    """Entries whose id begins so, as people type ids."""
    found = tx.execute(select(suppression).where(begins(suppression.c.id, text)).limit(limit))
    return [_of(row) for row in found]


def take_off(tx: Tx, id_: UUID) -> bool:
    """Take an entry off the list; False when it is not there."""
    return tx.execute(delete(suppression).where(suppression.c.id == id_)).rowcount > 0


def listed(
    tx: Tx,
    *,
    medium: Medium | None = None,
    storefronts: Iterable[str] | None = None,
    addresses: Collection[str] | None = None,
    after: UUID | None = None,
    limit: int,
) -> Page[Suppression]:
    """The list, the newest first; of one medium, of some storefronts, or of these addresses."""
    query = select(suppression)
    if medium is not None:
        query = query.where(suppression.c.medium == medium)
    if storefronts is not None:
        query = query.where(suppression.c.storefront.in_(list(storefronts)))
    if addresses is not None:
        wanted = {normalised(one, address) for one in Medium for address in addresses}
        known = tx.execute(select(suppression.c.medium, suppression.c.storefront).distinct()).all()
        digests = [digest_of(row.medium, row.storefront, one) for row in known for one in wanted]
        query = query.where(suppression.c.digest.in_(digests))
    return page_of(tx, query, suppression, after, limit, _of)


def erase(tx: Tx, storefront: str, addresses: Iterable[str]) -> None:
    """Forget how these addresses are written; that nothing is sent there stays."""
    digests = [digest_of(medium, storefront, address) for address in addresses if address for medium in Medium]
    if digests:
        tx.execute(update(suppression).where(suppression.c.digest.in_(digests)).values(address=None))


def _found(tx: Tx, medium: Medium, storefront: str, digest: str) -> Suppression | None:
    row = _STANDING.first(tx, {"medium": medium, "storefront": storefront, "digest": digest})
    return _of(row) if row else None


def _of(row: Any) -> Suppression:  # noqa: ANN401 - a row of the table
    return Suppression(**{name: getattr(row, name) for name in _FIELDS})
