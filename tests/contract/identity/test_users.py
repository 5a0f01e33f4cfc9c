"""Users, and the first of them, on every store."""

import pytest

from printhub.core.identity.credentials import make_password
from printhub.core.model.access import Asker, Role
from printhub.core.model.errors import ActRefused, Forbidden, NotFound
from tests.contract.identity.house import CLIENT, PASSWORD, PLATFORM, House
from tests.contract.store.crowd import at_once

SHOP = frozenset({"shop"})
NEW = "another good password"


def test_what_is_done_to_users_is_kept_with_who_and_why(house: House) -> None:
    users = house.identity.users
    users.add("anna", Role.STOREFRONT_ADMINISTRATOR, SHOP, PASSWORD, by=PLATFORM)
    users.change("anna", Role.FINANCE, None, by=PLATFORM, why="she moved")
    users.set_password("anna", NEW, by=PLATFORM)
    users.disable("anna", by=PLATFORM)
    users.enable("anna", by=PLATFORM)
    users.logout("anna", by=PLATFORM)

    acts = house.acts()

    assert [(act.act, act.why) for act in acts] == [
        ("user-add", "made"),
        ("user-change", "she moved"),
        ("user-password", "set"),
        ("user-disable", "disabled"),
        ("user-enable", "enabled"),
        ("user-logout", "logged out"),
    ]
    assert {(act.by, act.subject) for act in acts} == {("operator:test", "user:anna")}
    assert acts[0].facts == {"role": "storefront_administrator", "storefronts": ["shop"]}
    assert acts[1].facts == {"role": "finance", "storefronts": None}


def test_a_reason_that_cannot_be_kept_is_refused_and_nothing_is_done(house: House) -> None:
    house.user()

    with pytest.raises(ActRefused, match="say why"):
        house.identity.users.disable("anna", by=PLATFORM, why="  ")

    assert not house.identity.users.named("anna", PLATFORM).disabled


@pytest.mark.parametrize("name", ["", "-anna", "anna.", "an na", "anna\n", "änna", "a" * 65, "anna\x00", "anna/shop"])
def test_a_name_that_would_not_be_plain_in_the_log_of_acts_is_refused(house: House, name: str) -> None:
    with pytest.raises(ActRefused, match="a name has"):
        house.identity.users.add(f"{name}x" if name.endswith("\n") else name, Role.FINANCE, None, PASSWORD, by=PLATFORM)
    with pytest.raises(NotFound):
        house.identity.users.named(f"{name}x", PLATFORM)


@pytest.mark.parametrize(
    ("password", "why_not"),
    [
        ("eleven char", "12 characters at the least; this one has 11"),
        ("x" * 257, "256 characters at the most; this one has 257"),
        ("Administrator", "must not be the name"),
        (" administrator ", "must not be the name"),
    ],
)
def test_a_password_that_is_not_good_enough_is_refused_without_being_told(
    house: House, password: str, why_not: str
) -> None:
    with pytest.raises(ActRefused, match=why_not) as refused:
        house.identity.users.add("administrator", Role.FINANCE, None, password, by=PLATFORM)

    assert password.strip() not in str(refused.value)


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "            ", "x" * 256, "пароль пароль", "🙂" * 12])
def test_there_are_no_rules_of_composition(house: House, password: str) -> None:
    house.identity.users.add("anna", Role.FINANCE, None, password, by=PLATFORM, must_change_password=False)

    assert house.login("anna", password).asker.name == "user:anna"


def test_two_users_have_two_names(house: House) -> None:
    house.user("anna")

    with pytest.raises(ActRefused, match="there is a user anna already"):
        house.user("ANNA")


def test_of_two_that_are_added_at_once_under_one_name_one_is(house: House) -> None:
    doors = [house.join() for _ in range(4)]

    def add(number: int) -> bool:
        try:
            doors[number].users.add("anna", Role.FINANCE, None, PASSWORD, by=PLATFORM)
        except ActRefused:
            return False
        return True

    assert sorted(at_once([lambda number=number: add(number) for number in range(4)])) == [False, False, False, True]  # type: ignore[misc] # the default binds it


def test_a_fresh_hub_makes_an_administrator_whose_password_is_to_be_changed(house: House) -> None:
    password = house.identity.first_administrator()

    assert password is not None
    session = house.login("administrator", password)
    assert session.must_change_password
    assert session.asker == Asker("user:administrator", Role.PLATFORM_ADMINISTRATOR)
    house.identity.change_password(session.secret, password, NEW, client=CLIENT)
    assert house.identity.by_session(session.secret)[0] == session.asker
    assert [(act.by, act.act) for act in house.acts()] == [("hub", "user-add"), ("user:administrator", "user-password")]


def test_where_there_is_a_user_even_a_disabled_one_none_is_made(house: House) -> None:
    house.user("anna", Role.PRINT_OPERATOR)
    house.identity.users.disable("anna", by=PLATFORM)

    assert house.identity.first_administrator() is None

    assert [user.name for user in house.identity.users.listed(PLATFORM)] == ["anna"]


def test_of_processes_that_start_at_once_one_makes_it(house: House) -> None:
    doors = [house.join() for _ in range(4)]

    made = at_once([door.first_administrator for door in doors])

    [password] = [one for one in made if one is not None]
    assert len(house.identity.users.listed(PLATFORM)) == 1
    assert house.login("administrator", password).must_change_password


def test_passwords_that_are_made_differ_and_are_good_enough(house: House) -> None:
    made = {make_password() for _ in range(200)}

    assert len(made) == 200
    assert {len(password) for password in made} == {24}
    house.identity.users.add("anna", Role.FINANCE, None, made.pop(), by=PLATFORM)


def test_who_administers_a_storefront_sees_only_those_who_are_for_it(house: House) -> None:
    house.user("platform", Role.PLATFORM_ADMINISTRATOR)
    house.user("both", Role.PRINT_OPERATOR, ["shop", "other"])
    house.user("ours", Role.PRINT_OPERATOR, ["shop"])
    eve = Asker("user:eve", Role.STOREFRONT_ADMINISTRATOR, SHOP)
    users = house.identity.users

    assert [user.name for user in users.listed(eve)] == ["ours"]
    for name in ("platform", "both", "nobody"):
        for act in (
            lambda name=name: users.named(name, eve),
            lambda name=name: users.sessions(name, eve),
            lambda name=name: users.set_password(name, NEW, by=eve),
            lambda name=name: users.change(name, Role.PRINT_OPERATOR, SHOP, by=eve),
            lambda name=name: users.disable(name, by=eve),
            lambda name=name: users.enable(name, by=eve),
            lambda name=name: users.logout(name, by=eve),
        ):
            with pytest.raises(NotFound, match="there is no such user"):
                act()


def test_a_user_who_may_more_is_not_taken_over_by_a_password(house: House) -> None:
    house.user("integrator", Role.INTEGRATOR, ["shop"])
    eve = Asker("user:eve", Role.STOREFRONT_ADMINISTRATOR, SHOP)
    users = house.identity.users

    with pytest.raises(Forbidden, match="more than they have themselves"):
        users.set_password("integrator", NEW, by=eve)
    with pytest.raises(Forbidden, match="more than they have themselves"):
        users.change("integrator", Role.PRINT_OPERATOR, SHOP, by=eve)
    users.disable("integrator", by=eve)  # that gives nobody anything
    with pytest.raises(Forbidden):
        users.enable("integrator", by=eve)


@pytest.mark.parametrize("role", [role for role in Role if "administrator" not in role])
def test_who_does_not_administer_can_do_nothing_to_users_and_tokens(house: House, role: Role) -> None:
    house.user("anna", Role.PRINT_OPERATOR, ["shop"])
    asker = Asker("user:other", role, SHOP)
    users, tokens = house.identity.users, house.identity.tokens

    for act in (
        lambda: users.listed(asker),
        lambda: users.named("anna", asker),
        lambda: users.add("new", role, SHOP, PASSWORD, by=asker),
        lambda: users.change("anna", role, SHOP, by=asker),
        lambda: users.set_password("anna", NEW, by=asker),
        lambda: users.disable("anna", by=asker),
        lambda: users.enable("anna", by=asker),
        lambda: users.logout("anna", by=asker),
        lambda: tokens.listed(asker),
        lambda: tokens.add("new", role, SHOP, by=asker),
        lambda: tokens.revoke("new", by=asker),
    ):
        with pytest.raises(Forbidden):
            act()
