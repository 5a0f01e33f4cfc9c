"""Sessions of users who have signed in; one that has ended has no row. And how often passwords were tried."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, or_, select, update

from printhub.core.store.dialects import in_each
from printhub.core.store.schema import hub_user, login_attempt, session
from printhub.core.store.store import Tx
from printhub.core.store.users import User


@dataclass(frozen=True, slots=True)
class Session:
    """A user who has signed in from `client`; `secret` is the SHA-256 of the session's own in hex."""

    id: UUID
    secret: str = field(repr=False)
    user_id: UUID
    client: str
    made_at: datetime
    seen_at: datetime
    """When it was used last, to the minute."""
    until: datetime
    """When it ends, however much it is used."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often a password was tried in vain, or is being tried, since a moment."""

    failures: int
    since: datetime


_SESSION = tuple(found.name for found in fields(Session))
_USER = tuple(found.name for found in fields(User))
_WITH_USER = select(*(session.c[name] for name in _SESSION), *(hub_user.c[name] for name in _USER)).join_from(
    session, hub_user, session.c.user_id == hub_user.c.id
)


def _counted(made: Any) -> Any:  # noqa: ANN401 - each database's own insert
    newer = {"failures": made.excluded.failures, "since": made.excluded.since}
    return made.on_conflict_do_update(index_elements=[login_attempt.c.subject], set_=newer)


_COUNT = in_each(lambda into: _counted(into(login_attempt)))


def add(tx: Tx, found: Session) -> None:
    """Keep a new session."""
    tx.execute(insert(session).values({name: getattr(found, name) for name in _SESSION}))


def of_secret(tx: Tx, secret: str) -> tuple[Session, User] | None:
    """The session of a secret, given as its SHA-256, and whose it is."""
    row = tx.execute(_WITH_USER.where(session.c.secret == secret)).first()
    return (Session(*row[: len(_SESSION)]), User(*row[len(_SESSION) :])) if row else None


def of_user(tx: Tx, user_id: UUID) -> Sequence[Session]:
    """A user's sessions, the newest first; some may have ended by themselves."""
    query = select(session).where(session.c.user_id == user_id).order_by(session.c.id.desc())
    return [_read(row) for row in tx.execute(query)]


def note_use(tx: Tx, session_id: UUID, now: datetime) -> None:
    """Note that it was used, unless a later use is noted."""
    tx.execute(update(session).where(session.c.id == session_id, session.c.seen_at < now).values(seen_at=now))


def end(tx: Tx, secret: str) -> bool:
    """End the session of a secret, given as its SHA-256; False when there is none."""
    return tx.execute(delete(session).where(session.c.secret == secret)).rowcount > 0


def end_of(tx: Tx, user_id: UUID, *, besides: str | None = None) -> int:
    """End a user's sessions, all or all but that of one secret; returns how many."""
    query = delete(session).where(session.c.user_id == user_id)
    return tx.execute(query if besides is None else query.where(session.c.secret != besides)).rowcount


def end_all(tx: Tx) -> int:
    """End every session; returns how many."""
    return tx.execute(delete(session)).rowcount


def clear_away(tx: Tx, *, over: datetime, unused_since: datetime, tried_before: datetime) -> None:
    """Drop the rows of what has ended by then, and of tries that count no more."""
    tx.execute(delete(session).where(or_(session.c.until <= over, session.c.seen_at <= unused_since)))
    tx.execute(delete(login_attempt).where(login_attempt.c.since <= tried_before))


def attempts(tx: Tx, subjects: Collection[str]) -> dict[str, Attempts]:
    """How often it was tried, by what was counted under."""
    found = tx.execute(select(login_attempt).where(login_attempt.c.subject.in_(sorted(subjects))))
    return {row.subject: Attempts(row.failures, row.since) for row in found}


def count(tx: Tx, subject: str, found: Attempts) -> None:
    """Keep how often it was tried."""
    row = {"subject": subject, "failures": found.failures, "since": found.since}
    tx.execute(_COUNT[tx.dialect.name], row)


def forget(tx: Tx, subject: str) -> None:
    """Count from nothing again."""
    tx.execute(delete(login_attempt).where(login_attempt.c.subject == subject))


def _read(row: Row[Any]) -> Session:
    return Session(**{name: getattr(row, name) for name in _SESSION})
