"""`printhub users` and `printhub tokens`: who may ask."""

import os
import pwd

import pytest

from printhub.core.model.access import Role
from tests.unit.cli.shop import Shop

OPERATOR = f"operator:{pwd.getpwuid(os.getuid()).pw_name}"
PASSWORD = "correct horse battery"


def add(shop: Shop, name: str = "anna", role: str = "finance", *more: str) -> None:
    added = shop.cli("users", "add", name, "--role", role, "--password-stdin", *more, stdin=f"{PASSWORD}\n")
    assert added.exit_code == 0, added.output
    assert PASSWORD not in added.output


def test_a_user_is_added_shown_changed_and_ended(shop: Shop) -> None:
    add(shop, "Anna", "storefront_administrator", "--storefront", "shop")

    shown = shop.json("users", "show", "anna")
    assert (shown["name"], shown["role"], shown["storefronts"]) == ("anna", "storefront_administrator", ["shop"])
    assert (shown["must_change_password"], shown["made_by"]) == (True, OPERATOR)

    assert shop.json("users", "change", "anna", "--role", "finance")["storefronts"] is None
    assert shop.json("users", "disable", "anna")["disabled"]
    assert shop.cli("users", "list").stdout.splitlines()[1].split() == [
        "anna",
        "finance",
        "all",
        "storefronts",
        "disabled",
    ]
    assert not shop.json("users", "enable", "anna")["disabled"]
    assert shop.json("users", "sessions", "anna") == {"sessions": []}
    assert shop.json("users", "logout", "anna") == {"user": "anna", "ended": 0}
    acts = [(act["act"], act["by"]) for act in shop.json("acts", "list")["acts"]]
    assert acts == [
        (act, OPERATOR) for act in ("user-logout", "user-enable", "user-disable", "user-change", "user-add")
    ]


def test_a_password_that_is_made_is_shown_once_and_nowhere_else(shop: Shop) -> None:
    made = shop.json("users", "add", "anna", "--role", "finance", "--generate")
    plain = shop.cli("users", "set-password", "anna", "--generate").stdout.splitlines()

    assert len(made["password"]) == 24
    assert plain[1] == "the password, which is shown this once and is to be changed at the next login:"
    assert len(plain[2]) == 24
    for command in (("users", "list"), ("users", "show", "anna"), ("acts", "list")):
        said = shop.cli(*command).output + shop.cli(*command, "--json").output
        assert made["password"] not in said
        assert plain[2] not in said


def test_a_password_of_their_own_need_not_be_changed(shop: Shop) -> None:
    add(shop, "anna", "finance", "--keep")

    assert not shop.json("users", "show", "anna")["must_change_password"]


def test_a_password_is_not_asked_for_where_nobody_can_answer(shop: Shop) -> None:
    refused = shop.cli("users", "add", "anna", "--role", "finance")

    assert refused.exit_code == 2
    assert "say --generate or --password-stdin" in refused.stderr
    assert shop.json("users", "list") == {"users": []}


@pytest.mark.parametrize(
    ("args", "code", "why_not"),
    [
        (("users", "add", "x", "--role", "king", "--generate"), 2, "'king' is no role; it is one of"),
        (("users", "add", "x", "--role", "finance", "--storefront", "shopp", "--generate"), 2, "no storefront shopp"),
        (("users", "add", "x", "--role", "storefront", "--generate"), 1, "name the storefronts"),
        (("users", "add", "a b", "--role", "finance", "--generate"), 1, "a name has up to 64"),
        (("users", "show", "nobody"), 1, "there is no such user"),
        (("users", "set-password", "nobody"), 1, "there is no such user"),
        (("users", "add", "x", "--role", "finance", "--generate", "--why", " "), 1, "say why"),
        (("tokens", "add", "x", "--role", "finance", "--right", "emitt"), 2, "perhaps emit is meant"),
        (("tokens", "add", "x", "--role", "finance", "--right", "emit"), 1, "has no right to emit"),
        (("tokens", "add", "x", "--role", "finance", "--expires", "soon"), 2, "is no moment"),
        (("tokens", "add", "x", "--role", "finance", "--expires", "2020-01-01T00:00:00Z"), 1, "expired already"),
        (("tokens", "revoke", "x"), 1, "there is no such token"),
    ],
)
def test_what_cannot_be_is_refused_and_says_why(shop: Shop, args: tuple[str, ...], code: int, why_not: str) -> None:
    refused = shop.cli(*args)

    assert refused.exit_code == code
    assert why_not in refused.stderr
    assert shop.json("acts", "list")["acts"] == []


def test_a_password_that_is_too_short_is_refused_without_being_told(shop: Shop) -> None:
    refused = shop.cli("users", "add", "anna", "--role", "finance", "--password-stdin", stdin="hunter2\n")

    assert refused.exit_code == 1
    assert "this one has 7" in refused.stderr
    assert "hunter2" not in refused.output


def test_a_token_is_made_listed_and_revoked(shop: Shop) -> None:
    made = shop.json(
        "tokens",
        "add",
        "core",
        "--role",
        Role.INTEGRATOR,
        "--right",
        "read_jobs",
        "--expires",
        "90d",
        "--why",
        "export",
    )
    listed = shop.cli("tokens", "list").stdout

    assert made["secret"].startswith(f"phk_{made['public']}_")
    assert (made["rights"], made["storefronts"]) == (["read_jobs"], None)
    assert made["public"] in listed
    assert made["secret"] not in listed + shop.cli("tokens", "list", "--json").output + shop.cli("acts", "list").output
    assert shop.json("tokens", "revoke", "core")["public"] == made["public"]
    assert shop.json("tokens", "list") == {"tokens": []}
    assert shop.json("tokens", "list", "--revoked")["tokens"][0]["revoked_at"] is not None
    assert (
        "token-add cannot be undone: `printhub tokens revoke`"
        in shop.cli("undo", shop.json("acts", "list")["acts"][1]["id"], "--why", "x").stderr
    )


def test_without_json_the_token_stands_alone_on_the_last_line(shop: Shop) -> None:
    made = shop.cli("tokens", "add", "core", "--role", "integrator").stdout.splitlines()

    assert made[:2] == ["core has the role integrator for all storefronts", "the token, which is shown this once:"]
    assert made[2].startswith("phk_")
