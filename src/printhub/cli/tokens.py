"""`printhub tokens`: by what programs ask."""

from datetime import datetime, timedelta

import click
from pydantic import TypeAdapter, ValidationError

from printhub.cli.filters import Moment
from printhub.cli.granting import among, because, everywhere, granted, local
from printhub.cli.launch import Launch
from printhub.cli.names import Words
from printhub.cli.opening import opened
from printhub.cli.options import as_json
from printhub.cli.output import Cell, Output, moment, styled
from printhub.core.model.access import Right, Role
from printhub.core.model.duration import Duration
from printhub.core.store.tokens import Token
from printhub.shapes.token import NewToken, TokenShown

_RIGHTS = {str(right): right for right in Right}
_LIFE: TypeAdapter[timedelta] = TypeAdapter(Duration)


@click.group()
def tokens() -> None:
    """List the tokens by which programs ask, make and revoke them."""


@tokens.command("add")
@click.argument("name")
@granted
@click.option(
    "--right",
    "rights",
    multiple=True,
    type=Words(Right, "right"),
    metavar="RIGHT",
    help="This right only; may be given several times.  [default: all that the role has]",
)
@click.option("--expires", metavar="WHEN", help="When it ends: 90d from now, or a moment such as 2027-01-31T00:00:00Z.")
@because("made")
@as_json
@click.pass_obj
def add(
    launch: Launch,
    *,
    name: str,
    role: str,
    storefronts: tuple[str, ...],
    rights: tuple[str, ...],
    expires: str | None,
    why: str,
    as_data: bool,
) -> None:
    """Make the token NAME, and show it this once.

    What programs do by it is recorded as done by token:NAME. With --json: what `tokens list` shows of one, and
    `secret`: the token itself.
    """
    with opened(launch) as hub:
        made = hub.identity.tokens.add(
            name,
            Role(role),
            among(hub, storefronts),
            by=local(launch),
            rights=frozenset(_RIGHTS[word] for word in rights) or None,
            expires_at=_end(expires, hub.rules.now()) if expires else None,
            why=why,
        )
    out = Output()
    if as_data:
        out.json(NewToken(**TokenShown.of(made.token).model_dump(), secret=made.secret))
        return
    out.line(
        styled(made.token.name, "bold"), f" has the role {made.token.role} for {everywhere(made.token.storefronts)}"
    )
    out.line("the token, which is shown this once:")
    out.line(made.secret)


@tokens.command("list")
@click.option("--revoked", is_flag=True, help="Those that are revoked, too.")
@as_json
@click.pass_obj
def list_(launch: Launch, *, revoked: bool, as_data: bool) -> None:
    """List the tokens, the newest first; never their secrets.

    With --json: {"tokens": [{"public", "name", "role", "storefronts", "rights", "made_at", "made_by", "expires_at",
    "revoked_at", "used_at"}]}; `storefronts` is null for all, `rights` for all that the role has.
    """
    with opened(launch) as hub:
        found, now = hub.identity.tokens.listed(local(launch), revoked=revoked), hub.rules.now()
    out = Output()
    if as_data:
        out.json({"tokens": [TokenShown.of(token) for token in found]})
        return
    cells: list[list[Cell]] = [
        [token.public, token.name, token.role, everywhere(token.storefronts), _state(token, now)] for token in found
    ]
    out.listing(["token", "name", "role", "for", "state"], cells, None, "there is no token")


@tokens.command("revoke")
@click.argument("token")
@because("revoked")
@as_json
@click.pass_obj
def revoke(launch: Launch, *, token: str, why: str, as_data: bool) -> None:
    """Let TOKEN count no more.

    TOKEN is its name, or the public id that `tokens list` shows; never the token itself, which commands must not
    hold. A running hub takes it for two more seconds at the most. With --json: what `tokens list` shows of one.
    """
    with opened(launch) as hub:
        found = hub.identity.tokens.revoke(token, by=local(launch), why=why)
    out = Output()
    if as_data:
        out.json(TokenShown.of(found))
    else:
        out.line(styled(found.name, "bold"), " is revoked")


def _end(text: str, now: datetime) -> datetime:
    try:
        return now + _LIFE.validate_python(text)
    except (ValidationError, OverflowError):
        return Moment().convert(text, None, click.get_current_context())


def _state(token: Token, now: datetime) -> str:
    used = f"last used {moment(token.used_at)}" if token.used_at else "never used"
    if token.revoked_at is not None:
        return f"revoked {moment(token.revoked_at)}, {used}"
    if token.expires_at is not None:
        return f"{'expires' if now < token.expires_at else 'expired'} {moment(token.expires_at)}, {used}"
    return used
