"""Who may give what to whom: never more than they have themselves."""

from collections.abc import Set as AbstractSet

from printhub.core.model.access import Asker, Right, Role
from printhub.core.model.errors import ActRefused, Forbidden


def may_give(
    asker: Asker, role: Role, storefronts: AbstractSet[str] | None, rights: AbstractSet[Right] | None = None
) -> bool:
    """Whether somebody may make a user or a token of this role, for these storefronts (None: all), with these rights.

    `rights` is None for all that the role has.
    """
    given = role.rights if rights is None else rights & role.rights
    return given <= asker.rights and may_end(asker, storefronts)


def may_end(asker: Asker, storefronts: AbstractSet[str] | None) -> bool:
    """Whether somebody may look after, and end, what is for these storefronts: that gives nobody anything."""
    if not asker.may(Right.ADMINISTER):
        return False
    return asker.storefronts is None or (storefronts is not None and storefronts <= asker.storefronts)


def require_may_give(
    asker: Asker, role: Role, storefronts: AbstractSet[str] | None, rights: AbstractSet[Right] | None = None
) -> None:
    """Raise Forbidden unless they may give that, and ActRefused for what nobody may."""
    if storefronts is None and not role.everywhere:
        raise ActRefused(f"name the storefronts: the role {role} is for some, never for all")
    if storefronts is not None and not storefronts:
        raise ActRefused("name at least one storefront, or give the role for all of them")
    if rights is not None and not rights:
        raise ActRefused("name at least one right, or give all that the role has")
    if rights is not None and (beyond := rights - role.rights):
        raise ActRefused(f"the role {role} has no right to {', '.join(sorted(beyond))}")
    if not may_give(asker, role, storefronts, rights):
        raise Forbidden(f"{asker.name} ({asker.role}) may not give that: it is more than they have themselves")


def require_may_end(asker: Asker, storefronts: AbstractSet[str] | None) -> None:
    """Raise Forbidden unless they may look after what is for these storefronts."""
    if not may_end(asker, storefronts):
        asker.require(Right.ADMINISTER)
        raise Forbidden(f"{asker.name} ({asker.role}) looks after fewer storefronts than that")
