"""Who may come in: sessions, users, tokens, and oneself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, SecretStr, StringConstraints

from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Right, Role
from printhub.core.model.errors import Forbidden, NotAuthenticated
from printhub.core.model.record import Record, Timestamp
from printhub.shapes.shape import Shape
from printhub.shapes.token import NewToken, TokenShown
from printhub.shapes.user import SessionShown, UserShown
from printhub.web.asked import Reason
from printhub.web.gate import COOKIE, Admitted, TheHub, client_of, door_of, needs, require_own_page
from printhub.web.idempotency import OnceRoute

router = APIRouter(prefix="/v1", tags=["identity"], route_class=OnceRoute)
doorstep = APIRouter(prefix="/v1", tags=["identity"])  # passwords are not kept to be compared

Administrator = Annotated[Asker, Depends(needs(Right.ADMINISTER))]
UserName = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Me(Shape):
    """Who asks, and what they may."""

    name: str
    role: Role
    storefronts: list[str] | None
    """Null for all of them."""
    rights: list[Right]


class Login(Record):
    """A user's name and password."""

    name: Annotated[str, StringConstraints(max_length=256)]
    password: Annotated[SecretStr, Field(max_length=1024)]


class SessionBegun(Shape):
    """A session; its secret is in the cookie."""

    name: str
    role: Role
    csrf: str
    """What requests that change something must carry as X-CSRF-Token."""
    until: Timestamp
    must_change_password: bool
    """Whether the session is good for nothing but changing the password."""


class PasswordChange(Record):
    """A new password in place of the present one."""

    present: Annotated[SecretStr, Field(max_length=1024)]
    password: Annotated[SecretStr, Field(max_length=1024)]


class Grant(Reason):
    """A role, for some storefronts or for all."""

    role: Role
    storefronts: list[str] | None = None
    """Null for all; a storefront administrator and a storefront name theirs."""


class UserAdded(Grant):
    """A user to be; the password is to be changed first."""

    name: UserName
    password: Annotated[SecretStr, Field(max_length=1024)]


class PasswordSet(Reason):
    """A password for somebody else, who has to change it first."""

    password: Annotated[SecretStr, Field(max_length=1024)]


class TokenAdded(Grant):
    """A token to be."""

    name: UserName
    rights: list[Right] | None = None
    """Null for all that the role has."""
    expires_at: Timestamp | None = None


@doorstep.post("/sessions", status_code=201)
def begin_session(request: Request, response: Response, hub: TheHub, asked: Login) -> SessionBegun:
    """Sign in; the session is in a cookie that scripts cannot read."""
    require_own_page(request, hub.settings.web.public_url)
    door_of(request).pace.count(f"client:{client_of(request)}")
    begun = hub.identity.login(
        asked.name,
        asked.password.get_secret_value(),
        client=client_of(request),
        instead_of=request.cookies.get(COOKIE),
    )
    secure = (hub.settings.web.public_url or "").startswith("https:")
    response.set_cookie(COOKIE, begun.secret, httponly=True, secure=secure, samesite="lax", path="/")
    return SessionBegun(
        name=begun.asker.name,
        role=begun.asker.role,
        csrf=begun.csrf,
        until=begun.until,
        must_change_password=begun.must_change_password,
    )


@doorstep.delete("/sessions/current", status_code=204)
def end_session(request: Request, response: Response, hub: TheHub) -> None:
    """Sign out; nothing is said of a session that has ended."""
    require_own_page(request, hub.settings.web.public_url)
    if (secret := request.cookies.get(COOKIE)) is not None:
        hub.identity.logout(secret)
    response.delete_cookie(COOKIE, path="/")


@doorstep.put("/me/password", status_code=204)
def change_password(request: Request, hub: TheHub, asked: PasswordChange) -> None:
    """Change one's own password, which ends one's other sessions."""
    require_own_page(request, hub.settings.web.public_url)
    door_of(request).pace.count(f"client:{client_of(request)}")
    secret = request.cookies.get(COOKIE)
    if secret is None:
        raise NotAuthenticated("sign in first: a password is changed in a session")
    hub.identity.change_password(
        secret, asked.present.get_secret_value(), asked.password.get_secret_value(), client=client_of(request)
    )


@router.get("/me")
def show_me(asker: Admitted) -> Me:
    """Who asks, and what they may."""
    storefronts = None if asker.storefronts is None else sorted(asker.storefronts)
    return Me(name=asker.name, role=asker.role, storefronts=storefronts, rights=sorted(asker.rights))


@router.get("/users")
def list_users(hub: TheHub, asker: Administrator) -> list[UserShown]:
    """The users that the asker looks after, by name."""
    return [UserShown.of(user) for user in hub.identity.users.listed(asker)]


@doorstep.post("/users", status_code=201)
def add_user(hub: TheHub, asker: Administrator, asked: UserAdded) -> UserShown:
    """Add a user, who has to change the password first."""
    return UserShown.of(
        hub.identity.users.add(
            asked.name,
            asked.role,
            _storefronts(hub, asked),
            asked.password.get_secret_value(),
            by=asker,
            why=asked.why,
        )
    )


@router.get("/users/{user}")
def show_user(hub: TheHub, asker: Administrator, user: UserName) -> UserShown:
    """One user."""
    return UserShown.of(hub.identity.users.named(user, asker))


@router.put("/users/{user}/grant")
def change_user(hub: TheHub, asker: Administrator, user: UserName, asked: Grant) -> UserShown:
    """Give a user another role, or other storefronts; it counts at once."""
    found = hub.identity.users.change(user, asked.role, _storefronts(hub, asked), by=asker, why=asked.why)
    return UserShown.of(found)


@doorstep.put("/users/{user}/password")
def set_password(hub: TheHub, asker: Administrator, user: UserName, asked: PasswordSet) -> UserShown:
    """Give a user another password, which has to be changed first; all their sessions end."""
    found = hub.identity.users.set_password(user, asked.password.get_secret_value(), by=asker, why=asked.why)
    return UserShown.of(found)


@router.post("/users/{user}/disable")
def disable_user(hub: TheHub, asker: Administrator, user: UserName, asked: Reason) -> UserShown:
    """Let a user sign in no more; all their sessions end."""
    return UserShown.of(hub.identity.users.disable(user, by=asker, why=asked.why))


@router.post("/users/{user}/enable")
def enable_user(hub: TheHub, asker: Administrator, user: UserName, asked: Reason) -> UserShown:
    """Let a user sign in again."""
    return UserShown.of(hub.identity.users.enable(user, by=asker, why=asked.why))


@router.get("/users/{user}/sessions")
def list_sessions(hub: TheHub, asker: Administrator, user: UserName) -> list[SessionShown]:
    """The sessions of a user, the newest first."""
    return [SessionShown.of(one) for one in hub.identity.users.sessions(user, asker)]


@router.post("/users/{user}/logout")
def end_sessions(hub: TheHub, asker: Administrator, user: UserName, asked: Reason) -> UserShown:
    """End all sessions of a user."""
    hub.identity.logout_all(user, by=asker, why=asked.why)
    return show_user(hub, asker, user)


@router.get("/tokens")
def list_tokens(hub: TheHub, asker: Administrator, revoked: bool = False) -> list[TokenShown]:
    """The tokens that the asker looks after, the newest first; never their secrets."""
    return [TokenShown.of(token) for token in hub.identity.tokens.listed(asker, revoked=revoked)]


@doorstep.post("/tokens", status_code=201)
def add_token(hub: TheHub, asker: Administrator, asked: TokenAdded) -> NewToken:
    """Make a token; its secret is told this once."""
    made = hub.identity.tokens.add(
        asked.name,
        asked.role,
        _storefronts(hub, asked),
        by=asker,
        rights=None if asked.rights is None else frozenset(asked.rights),
        expires_at=asked.expires_at,
        why=asked.why,
    )
    return NewToken(**dict(TokenShown.of(made.token)), secret=made.secret)


@router.post("/tokens/{token}/revoke")
def revoke_token(hub: TheHub, asker: Administrator, token: str, asked: Reason) -> TokenShown:
    """Let a token count no more, by its name or its public id."""
    return TokenShown.of(hub.identity.tokens.revoke(token, by=asker, why=asked.why))


def _storefronts(hub: Hub, asked: Grant) -> frozenset[str] | None:
    if asked.storefronts is None:
        return None
    if unknown := sorted(set(asked.storefronts) - set(hub.settings.storefronts)):
        raise Forbidden(f"there is no storefront of this name among those that you see ({len(unknown)} unknown)")
    return frozenset(asked.storefronts)
