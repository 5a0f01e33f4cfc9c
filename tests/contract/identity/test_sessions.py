"""Signing in and out, on every store."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import Parameters, extract_parameters
from argon2.profiles import CHEAPEST
from sqlalchemy import update

from printhub.core.identity.credentials import csrf_of
from printhub.core.identity.passwords import Passwords
from printhub.core.identity.sessions import IDLE, LONGEST
from printhub.core.model.access import Asker, Role
from printhub.core.model.errors import ActRefused, Forbidden, NotAuthenticated
from printhub.core.store import users
from printhub.core.store.schema import hub_user
from tests.contract.identity.house import CLIENT, MINUTE, PASSWORD, PLATFORM, House

NEW = "another good password"


def has_ended(house: House, secret: str) -> bool:
    try:
        house.identity.by_session(secret)
    except NotAuthenticated:
        return True
    return False


def test_who_signs_in_is_known_by_the_session(house: House) -> None:
    house.user("anna", Role.FINANCE, ["shop"])

    session = house.login("anna")

    assert session.asker == Asker("user:anna", Role.FINANCE, frozenset({"shop"}))
    assert session.until == house.clock() + LONGEST
    assert house.identity.by_session(session.secret) == (session.asker, session.csrf)
    assert csrf_of(session.secret) == session.csrf != session.secret


def test_capital_letters_and_blanks_around_a_name_make_no_difference(house: House) -> None:
    house.user("anna")

    assert house.login(" Anna ").asker.name == "user:anna"


def test_the_same_letters_are_the_same_password_however_they_are_typed(house: House) -> None:
    composed, apart = "caf\u00e9 au lait et", "cafe\u0301 au lait et"
    house.identity.users.add("anna", Role.FINANCE, None, composed, by=PLATFORM, must_change_password=False)

    assert house.login("anna", apart).asker.name == "user:anna"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anna", "wrong horse battery"),
        ("anna", ""),
        ("anna", PASSWORD + " "),
        ("anna", PASSWORD + "x" * 10_000_000),
        ("anna", "\ud800\x00"),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("anna\x00", PASSWORD),
        ("ann\ud800", PASSWORD),
        ("a" * 1_000_000, PASSWORD),
        ("anna' OR '1'='1", PASSWORD),
        ("disabled", PASSWORD),
    ],
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(house: House, name: str, password: str) -> None:
    house.user("anna")
    house.user("disabled")
    house.identity.users.disable("disabled", by=PLATFORM)

    with pytest.raises(NotAuthenticated) as refused:
        house.login(name, password)

    assert str(refused.value) == "name or password is wrong, or the user is disabled"


@pytest.mark.parametrize("secret", ["", "x", "0" * 64, "0" * 63, "G" * 64, "0" * 10_000_000, "\ud800", "\x00" * 64])
def test_nobody_is_signed_in_by_what_is_no_session(house: House, secret: str) -> None:
    assert has_ended(house, secret)
    house.identity.logout(secret)  # says nothing


def test_a_session_ends_when_it_is_not_used_for_an_hour(house: House) -> None:
    house.user()
    used, unused = house.login().secret, house.login().secret

    house.clock.advance(IDLE - MINUTE)
    house.identity.by_session(used)
    house.identity.close()
    house.identity = house.join()
    house.clock.advance(MINUTE)

    assert has_ended(house, unused)
    assert not has_ended(house, used)


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(house: House) -> None:
    house.user()
    secret = house.login().secret
    for _ in range(LONGEST // (IDLE / 2) - 1):
        house.clock.advance(IDLE / 2)
        house.identity.by_session(secret)
        house.identity.close()
        house.identity = house.join()

    house.clock.advance(IDLE / 2 - timedelta(microseconds=1))
    assert not has_ended(house, secret)
    house.clock.advance(timedelta(microseconds=1))
    assert has_ended(house, secret)


def test_signing_out_ends_that_session_only_and_in_all_processes(house: House) -> None:
    house.user()
    one, other, elsewhere = house.login().secret, house.login().secret, house.join()
    elsewhere.by_session(one)

    house.identity.logout(one)

    with pytest.raises(NotAuthenticated):
        elsewhere.by_session(one)
    assert not has_ended(house, other)


def test_all_sessions_of_a_user_are_ended_and_of_nobody_else(house: House) -> None:
    house.user("anna")
    house.user("bert")
    annas, berts = [house.login("anna").secret for _ in range(3)], house.login("bert").secret

    assert house.identity.logout_all("anna", by=PLATFORM) == 3

    assert all(has_ended(house, secret) for secret in annas)
    assert not has_ended(house, berts)


def test_signing_in_again_ends_the_session_that_it_replaces_and_never_keeps_its_secret(house: House) -> None:
    house.user()
    before = house.login().secret

    after = house.identity.login("anna", PASSWORD, client=CLIENT, instead_of=before)

    assert after.secret != before
    assert has_ended(house, before)
    assert house.identity.login("anna", PASSWORD, client=CLIENT, instead_of="nonsense\ud800").asker == after.asker


def test_sessions_that_have_ended_are_cleared_away_at_the_next_login(house: House) -> None:
    house.user()
    for _ in range(3):
        house.login()
    house.clock.advance(LONGEST)

    assert house.identity.users.sessions("anna", PLATFORM) == []
    house.login()

    assert house.everything().count(CLIENT) == 1


def test_a_disabled_user_is_out_at_once_and_cannot_come_back(house: House) -> None:
    house.user()
    secret = house.login().secret

    house.identity.users.disable("anna", by=PLATFORM)

    assert has_ended(house, secret)
    with pytest.raises(NotAuthenticated):
        house.login()
    house.identity.users.enable("anna", by=PLATFORM)
    assert has_ended(house, secret)
    assert house.login().asker.name == "user:anna"


def test_a_session_of_a_user_who_was_disabled_behind_its_back_counts_no_more(house: House) -> None:
    house.user()
    secret = house.login().secret

    house.store.write(lambda tx: tx.execute(update(hub_user).values(disabled=True)))

    assert has_ended(house, secret)


def test_another_role_counts_at_once_in_sessions_that_are_open(house: House) -> None:
    house.user()
    secret = house.login().secret

    house.identity.users.change("anna", Role.PRINT_OPERATOR, frozenset({"shop"}), by=PLATFORM)

    asker, _ = house.identity.by_session(secret)
    assert asker == Asker("user:anna", Role.PRINT_OPERATOR, frozenset({"shop"}))


def test_changing_the_password_ends_the_other_sessions(house: House) -> None:
    house.user()
    here, there = house.login().secret, house.login().secret

    house.identity.change_password(here, PASSWORD, NEW, client=CLIENT)

    assert not has_ended(house, here)
    assert has_ended(house, there)
    with pytest.raises(NotAuthenticated):
        house.login("anna", PASSWORD)
    assert house.login("anna", NEW).asker.name == "user:anna"
    assert [(act.by, act.act, act.why) for act in house.acts()][-1] == ("user:anna", "user-password", "changed")


def test_the_present_password_is_asked_for_before_another_is_taken(house: House) -> None:
    house.user()
    secret = house.login().secret

    with pytest.raises(NotAuthenticated):
        house.identity.change_password(secret, "not the present one", NEW, client=CLIENT)
    with pytest.raises(NotAuthenticated):
        house.identity.change_password("0" * 64, PASSWORD, NEW, client=CLIENT)
    with pytest.raises(ActRefused, match="another than the present one"):
        house.identity.change_password(secret, PASSWORD, PASSWORD, client=CLIENT)

    assert house.login("anna", PASSWORD).asker.name == "user:anna"


def test_who_has_to_change_the_password_can_do_nothing_else(house: House) -> None:
    house.identity.users.add("anna", Role.FINANCE, None, PASSWORD, by=PLATFORM)
    session = house.login()
    assert session.must_change_password

    with pytest.raises(Forbidden, match="has to change the password first"):
        house.identity.by_session(session.secret)
    house.identity.change_password(session.secret, PASSWORD, NEW, client=CLIENT)

    assert house.identity.by_session(session.secret) == (session.asker, session.csrf)
    assert not house.login("anna", NEW).must_change_password


def test_a_password_set_by_others_ends_all_sessions_and_is_to_be_changed(house: House) -> None:
    house.user()
    secret = house.login().secret

    house.identity.users.set_password("anna", NEW, by=PLATFORM)

    assert has_ended(house, secret)
    assert house.login("anna", NEW).must_change_password


class Meanwhile(Passwords):
    """Something happens each time after a password was verified."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(CHEAPEST)
        self._work = work

    def is_right(self, password: str, kept: str | None) -> bool:
        right = super().is_right(password, kept)
        self._work()
        return right


def test_a_password_that_was_changed_while_it_was_verified_lets_nobody_in(house: House) -> None:
    house.user()
    elsewhere = house.join()

    def change() -> None:
        house.clock.advance(timedelta(microseconds=1))
        elsewhere.users.set_password("anna", NEW, by=PLATFORM)

    with pytest.raises(NotAuthenticated):
        house.join(Meanwhile(change)).login("anna", PASSWORD, client=CLIENT)
    disabling = Meanwhile(lambda: elsewhere.users.disable("anna", by=PLATFORM))
    with pytest.raises(NotAuthenticated):
        house.join(disabling).login("anna", NEW, client=CLIENT)


def test_a_password_is_kept_anew_when_the_parameters_have_changed(house: House) -> None:
    house.user()
    stronger = Parameters(
        type=CHEAPEST.type,
        version=CHEAPEST.version,
        salt_len=16,
        hash_len=32,
        time_cost=2,
        memory_cost=16,
        parallelism=1,
    )
    house.identity = house.join(Passwords(stronger))

    before = house.login("anna").secret

    user = house.store.read(lambda tx: users.named(tx, "anna"))
    assert user is not None
    assert extract_parameters(user.password) == stronger
    assert not has_ended(house, before)
    assert house.login("anna").asker.name == "user:anna"


def test_a_kept_password_that_is_damaged_fits_nothing(house: House) -> None:
    house.user()
    house.store.write(lambda tx: tx.execute(update(hub_user).values(password="damaged")))

    with pytest.raises(NotAuthenticated):
        house.login()
