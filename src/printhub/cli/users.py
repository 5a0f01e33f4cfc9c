"""`printhub users`: who may sign in."""

import sys

import click

from printhub.cli.granting import F, among, because, everywhere, granted, local
from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json
from printhub.cli.output import Cell, Output, moment, short, styled
from printhub.core.identity.credentials import make_password
from printhub.core.model.access import Role
from printhub.core.store.users import User
from printhub.shapes.user import NewUser, SessionShown, UserShown

_MADE, _PIPED = "made", "piped"


def _source(command: F) -> F:
    """Add --generate and --password-stdin: where a password comes from, if nobody is to be asked for it."""
    made = click.option("--generate", "source", flag_value=_MADE, help="Have a password made, and shown this once.")
    piped = click.option(
        "--password-stdin", "source", flag_value=_PIPED, help="Read the password from standard input, one line."
    )
    return made(piped(command))


_keep = click.option("--keep", is_flag=True, help="The password need not be changed at the next login: it is theirs.")


@click.group()
def users() -> None:
    """List who may sign in, add users, and end what they may."""


@users.command("add")
@click.argument("name")
@granted
@_source
@_keep
@because("made")
@as_json
@click.pass_obj
def add(
    launch: Launch,
    *,
    name: str,
    role: str,
    storefronts: tuple[str, ...],
    source: str | None,
    keep: bool,
    why: str,
    as_data: bool,
) -> None:
    """Add the user NAME.

    The password is asked for, unless --generate or --password-stdin says where it comes from; it is to be changed at
    the first login, unless --keep is given. With --json: the user as `users show` gives it, and `password`: the one
    that was made, or null.
    """
    with opened(launch) as hub:
        places = among(hub, storefronts)
        password = _password(source)
        user = hub.identity.users.add(
            name, Role(role), places, password, by=local(launch), why=why, must_change_password=not keep
        )
    _tell(user, "may sign in", password if source == _MADE else None, as_data=as_data)


@users.command("list")
@as_json
@click.pass_obj
def list_(launch: Launch, *, as_data: bool) -> None:
    """List the users, by name.

    With --json: {"users": [{"name", "role", "storefronts", "disabled", "must_change_password", "password_at",
    "made_at", "made_by"}]}; `storefronts` is null for all of them.
    """
    with opened(launch) as hub:
        found = hub.identity.users.listed(local(launch))
    out = Output()
    if as_data:
        out.json({"users": [UserShown.of(user) for user in found]})
        return
    cells: list[list[Cell]] = [[user.name, user.role, everywhere(user.storefronts), _state(user)] for user in found]
    out.listing(["user", "role", "for", "state"], cells, None, "there is no user; `printhub users add` makes one")


@users.command("show")
@click.argument("name")
@as_json
@click.pass_obj
def show(launch: Launch, *, name: str, as_data: bool) -> None:
    """Show the user NAME.

    With --json: what `users list` shows of one.
    """
    with opened(launch) as hub:
        user = hub.identity.users.named(name, local(launch))
    out = Output()
    if as_data:
        out.json(UserShown.of(user))
        return
    out.line(styled(user.name, "bold"))
    out.pairs(
        [
            ("role", user.role),
            ("for", everywhere(user.storefronts)),
            ("state", _state(user)),
            ("password since", moment(user.password_at)),
            ("made", f"{moment(user.made_at)} by {user.made_by}"),
        ]
    )


@users.command("change")
@click.argument("name")
@granted
@because("changed")
@as_json
@click.pass_obj
def change(launch: Launch, *, name: str, role: str, storefronts: tuple[str, ...], why: str, as_data: bool) -> None:
    """Give the user NAME another role, or other storefronts.

    It counts at once, where they are signed in too. With --json: the user as `users show` gives it.
    """
    with opened(launch) as hub:
        user = hub.identity.users.change(name, Role(role), among(hub, storefronts), by=local(launch), why=why)
    _tell(user, f"has the role {user.role} for {everywhere(user.storefronts)}", None, as_data=as_data)


@users.command("set-password")
@click.argument("name")
@_source
@_keep
@because("set")
@as_json
@click.pass_obj
def set_password(launch: Launch, *, name: str, source: str | None, keep: bool, why: str, as_data: bool) -> None:
    """Give the user NAME another password, and end all their sessions.

    One who was locked out after wrong passwords may try again at once. With --json: the user as `users show` gives
    it, and `password`: the one that was made, or null.
    """
    with opened(launch) as hub:
        acting = local(launch)
        hub.identity.users.named(name, acting)  # before anybody types a password for nobody
        password = _password(source)
        user = hub.identity.users.set_password(name, password, by=acting, why=why, must_change_password=not keep)
    _tell(
        user,
        "has another password, and is signed out everywhere",
        password if source == _MADE else None,
        as_data=as_data,
    )


@users.command("disable")
@click.argument("name")
@because("disabled")
@as_json
@click.pass_obj
def disable(launch: Launch, *, name: str, why: str, as_data: bool) -> None:
    """Let the user NAME sign in no more, and end all their sessions.

    Tokens that they made go on: `printhub tokens list` shows who made which. With --json: the user as `users show`
    gives it.
    """
    with opened(launch) as hub:
        user = hub.identity.users.disable(name, by=local(launch), why=why)
    _tell(user, "is disabled, and signed out everywhere", None, as_data=as_data)


@users.command("enable")
@click.argument("name")
@because("enabled")
@as_json
@click.pass_obj
def enable(launch: Launch, *, name: str, why: str, as_data: bool) -> None:
    """Let the user NAME sign in again after they were disabled.

    With --json: the user as `users show` gives it.
    """
    with opened(launch) as hub:
        user = hub.identity.users.enable(name, by=local(launch), why=why)
    _tell(user, "may sign in again", None, as_data=as_data)


@users.command("sessions")
@click.argument("name")
@as_json
@click.pass_obj
def sessions(launch: Launch, *, name: str, as_data: bool) -> None:
    """List where the user NAME is signed in, the newest first.

    With --json: {"sessions": [{"id", "client", "made_at", "seen_at", "until"}]}.
    """
    with opened(launch) as hub:
        found = hub.identity.users.sessions(name, local(launch))
    out = Output()
    if as_data:
        out.json({"sessions": [SessionShown.of(session) for session in found]})
        return
    cells: list[list[Cell]] = [
        [short(one.id), moment(one.made_at), moment(one.seen_at), moment(one.until), one.client] for one in found
    ]
    out.listing(["session", "since", "last used", "ends", "from"], cells, None, "they are signed in nowhere")


@users.command("logout")
@click.argument("name")
@because("logged out")
@as_json
@click.pass_obj
def logout(launch: Launch, *, name: str, why: str, as_data: bool) -> None:
    """End all sessions of the user NAME.

    With --json: {"user", "ended"}: the name, and how many there were.
    """
    with opened(launch) as hub:
        user = hub.identity.users.named(name, local(launch))
        ended = hub.identity.logout_all(user.name, by=local(launch), why=why)
    out = Output()
    if as_data:
        out.json({"user": user.name, "ended": ended})
    else:
        out.line(styled(user.name, "bold"), f" is signed out; sessions ended: {ended}")


def _password(source: str | None) -> str:
    """The password to give: made, read from a pipe, or typed twice without being shown."""
    if source == _MADE:
        return make_password()
    if source == _PIPED:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked for a password here; say --generate or --password-stdin")
    found: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return found


def _tell(user: User, what: str, password: str | None, *, as_data: bool) -> None:
    out = Output()
    if as_data:
        shown = UserShown.of(user)
        out.json(NewUser(**shown.model_dump(), password=password))
        return
    out.line(styled(user.name, "bold"), f" {what}")
    if password is not None:
        change = " and is to be changed at the next login" if user.must_change_password else ""
        out.line(f"the password, which is shown this once{change}:")
        out.line(password)


def _state(user: User) -> str:
    if user.disabled:
        return "disabled"
    return "has to change the password" if user.must_change_password else "may sign in"
