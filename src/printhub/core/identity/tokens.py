"""Making and revoking tokens, and recognising who asks by one."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from printhub.core.identity.credentials import kept, make_token, public_of, same
from printhub.core.identity.giving import may_end, require_may_end, require_may_give
from printhub.core.identity.names import folded, is_name, require_name
from printhub.core.identity.noting import Noting
from printhub.core.identity.recording import Recording, given
from printhub.core.model.access import Asker, Right, Role
from printhub.core.model.errors import ActRefused, NotAuthenticated, NotFound
from printhub.core.store import tokens as rows
from printhub.core.store.serial import one_at_a_time
from printhub.core.store.store import Store, Tx
from printhub.core.store.tokens import Token

REMEMBERED = timedelta(seconds=2)
"""How long a process takes a token as it was: a revocation counts within this in all of them."""
_MOST = 1000
_UNKNOWN = "the token is unknown, expired or revoked"


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; its secret is told this once."""

    token: Token
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Remembered:
    asker: Asker
    since: datetime
    until: datetime


class Tokens:
    """Who may ask by a secret of their own.

    All acts raise Forbidden for who may not do that, NotFound for a token that the asker does not see, and ActRefused
    for what nobody can do.
    """

    def __init__(self, store: Store, recording: Recording, noting: Noting) -> None:
        """Keep tokens in `store`."""
        self._store = store
        self._recording = recording
        self._noting = noting
        self._known: dict[str, _Remembered] = {}

    def by_token(self, secret: str) -> Asker:
        """Who asks by a token; raises NotAuthenticated, which does not tell what was wrong with it."""
        public = public_of(secret)
        if public is None:
            raise NotAuthenticated(_UNKNOWN)
        digest, now = kept(secret), self._recording.now()
        known = self._known.get(digest)
        if known is not None and known.since <= now < known.until:
            return known.asker
        found = self._store.read(lambda tx: rows.of_public(tx, public))
        if not same(found.secret if found else kept(""), digest) or found is None or not found.counts(now):
            self._known.pop(digest, None)
            raise NotAuthenticated(_UNKNOWN)
        until = min(now + REMEMBERED, found.expires_at or now + REMEMBERED)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[digest] = _Remembered(found.asker, now, until)
        self._noting.note(rows.note_use, found.id, found.used_at, now)
        return found.asker

    def listed(self, by: Asker, *, revoked: bool = False) -> Sequence[Token]:
        """The tokens that somebody looks after, the newest first; those that are revoked only on demand."""
        by.require(Right.ADMINISTER)
        found = self._store.read(lambda tx: rows.listed(tx, revoked=revoked))
        return [token for token in found if may_end(by, token.storefronts)]

    def add(
        self,
        name: str,
        role: Role,
        storefronts: AbstractSet[str] | None,
        *,
        by: Asker,
        rights: AbstractSet[Right] | None = None,
        expires_at: datetime | None = None,
        why: str = "made",
    ) -> NewToken:
        """Make a token for these storefronts, or for all; with all rights of the role, or with these of them."""
        require_may_give(by, role, storefronts, rights)
        now, made = self._recording.now(), make_token()
        if expires_at is not None and expires_at <= now:
            raise ActRefused("the token would have expired already")
        token = Token(
            id=self._recording.new_id(),
            public=made.public,
            secret=made.kept,
            name=require_name(name),
            role=role,
            storefronts=None if storefronts is None else frozenset(storefronts),
            rights=None if rights is None else frozenset(rights),
            made_at=now,
            made_by=by.name,
            expires_at=expires_at,
        )

        def write(tx: Tx) -> None:
            one_at_a_time(tx, [token.subject])
            if rows.standing(tx, token.name) is not None:
                raise ActRefused(f"there is a token {token.name} already; revoke it first, or choose another name")
            rows.add(tx, token)
            facts = given(role, storefronts) | {"public": token.public}
            if rights is not None:
                facts["rights"] = [str(right) for right in sorted(rights)]
            if expires_at is not None:
                facts["expires_at"] = expires_at.isoformat()
            self._recording.record(tx, "token-add", token.subject, by=by.name, why=why, **facts)

        self._store.write(write)
        return NewToken(token, made.secret)

    def revoke(self, reference: str, *, by: Asker, why: str = "revoked") -> Token:
        """Let a token count no more, by its name or its public id."""

        def write(tx: Tx) -> Token:
            found = _find(tx, reference, by)
            require_may_end(by, found.storefronts)
            if found.revoked_at is not None:
                raise ActRefused(f"the token {found.name} is revoked already")
            rows.revoke(tx, found.id, self._recording.now())
            facts = {"public": found.public}
            self._recording.record(tx, "token-revoke", found.subject, by=by.name, why=why, **facts)
            return found

        found = self._store.write(write)
        self._known.clear()
        return found


def _find(tx: Tx, reference: str, by: Asker) -> Token:
    by.require(Right.ADMINISTER)
    name = folded(reference)
    found = (rows.standing(tx, name) or rows.of_public(tx, name)) if is_name(name) else None
    if found is None or not may_end(by, found.storefronts):
        raise NotFound("there is no such token; `printhub tokens list` shows those that there are")
    return found
