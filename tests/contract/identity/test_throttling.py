"""How often a password may be tried, on every store."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from printhub.core.identity.throttle import BY_CLIENT, BY_USER, WINDOW
from printhub.core.model.errors import NotAuthenticated, TooMany
from printhub.core.store.schema import login_attempt
from tests.contract.identity.house import CLIENT, MINUTE, PASSWORD, PLATFORM, House
from tests.contract.store.crowd import at_once

WRONG = "not the password"


def outcome(house: House, name: str = "anna", password: str = WRONG, client: str = CLIENT) -> str:
    """What becomes of a try: in, wrong, or later."""
    try:
        house.login(name, password, client)
    except NotAuthenticated:
        return "wrong"
    except TooMany:
        return "later"
    return "in"


def test_after_too_many_wrong_passwords_the_right_one_has_to_wait_too(house: House) -> None:
    house.user()
    assert [outcome(house, client=f"192.0.2.{n}") for n in range(BY_USER)] == ["wrong"] * BY_USER
    house.clock.advance(MINUTE)

    with pytest.raises(TooMany) as refused:
        house.login("anna", PASSWORD, "192.0.2.99")

    assert refused.value.retry_after == WINDOW - MINUTE
    house.clock.advance(refused.value.retry_after - timedelta(microseconds=1))
    assert outcome(house, password=PASSWORD) == "later"
    house.clock.advance(timedelta(microseconds=1))
    assert outcome(house, password=PASSWORD) == "in"


def test_tries_that_are_refused_do_not_prolong_the_wait(house: House) -> None:
    house.user()
    for _ in range(BY_USER * 3):
        outcome(house)

    house.clock.advance(WINDOW)

    assert outcome(house, password=PASSWORD) == "in"


def test_names_that_nobody_has_are_throttled_like_those_of_users(house: House) -> None:
    house.user()

    assert [outcome(house, "nobody") for _ in range(BY_USER + 1)] == ["wrong"] * BY_USER + ["later"]
    assert outcome(house, " NOBODY ") == "later"
    assert outcome(house, "anna", PASSWORD) == "in"


def test_one_client_cannot_try_many_names(house: House) -> None:
    house.user()
    assert {outcome(house, f"name{n}") for n in range(BY_CLIENT)} == {"wrong"}

    assert outcome(house, "anna", PASSWORD) == "later"
    assert outcome(house, "anna", PASSWORD, "192.0.2.99") == "in"


def test_who_signs_in_is_forgiven_and_does_not_use_up_what_others_have(house: House) -> None:
    house.user()
    for _ in range(3):
        for _ in range(BY_USER - 1):
            assert outcome(house, client="192.0.2.1") == "wrong"
        assert outcome(house, password=PASSWORD, client="192.0.2.1") == "in"
    for _ in range(BY_CLIENT * 2):
        assert outcome(house, password=PASSWORD) == "in"


def test_a_right_password_does_not_forgive_a_client_its_wrong_ones(house: House) -> None:
    house.user("mallory")
    for n in range(BY_CLIENT):
        assert outcome(house, f"name{n}") == "wrong"
        assert outcome(house, "mallory", PASSWORD) == ("in" if n < BY_CLIENT - 1 else "later")


def test_the_present_password_cannot_be_guessed_from_within_a_session_either(house: House) -> None:
    house.user()
    secret = house.login().secret
    for _ in range(BY_USER):
        with pytest.raises(NotAuthenticated):
            house.identity.change_password(secret, WRONG, "another good password", client=CLIENT)

    with pytest.raises(TooMany):
        house.identity.change_password(secret, PASSWORD, "another good password", client=CLIENT)


def test_who_was_given_another_password_need_not_wait(house: House) -> None:
    house.user()
    for _ in range(BY_USER):
        outcome(house)

    house.identity.users.set_password("anna", "another good password", by=PLATFORM)

    assert outcome(house, password="another good password") == "in"


def test_tries_at_the_same_moment_in_several_processes_are_all_counted(house: House) -> None:
    house.user()
    doors = [house.join() for _ in range(4)]

    def attempt(number: int) -> str:
        try:
            doors[number % 4].login("anna", WRONG, client=f"192.0.2.{number}")
        except NotAuthenticated:
            return "wrong"
        except TooMany:
            return "later"
        return "in"

    found = at_once([lambda number=number: attempt(number) for number in range(24)])  # type: ignore[misc] # the default binds it

    assert sorted(found) == ["later"] * (24 - BY_USER) + ["wrong"] * BY_USER


def test_what_is_counted_by_does_not_tell_who_or_what_was_typed(house: House) -> None:
    house.user()
    outcome(house, "my password in the wrong field", client="198.51.100.23")

    everything = house.everything()

    assert "my password" not in everything
    assert "198.51.100.23" not in everything


def test_counts_of_long_ago_are_cleared_away(house: House) -> None:
    house.user()
    for number in range(3):
        outcome(house, f"nobody{number}", client=f"198.51.100.{number}")
    assert counted(house) == 6
    house.clock.advance(WINDOW)

    house.login()

    assert counted(house) == 1


def counted(house: House) -> int:
    return house.store.read(lambda tx: tx.execute(select(func.count()).select_from(login_attempt)).scalar_one())
