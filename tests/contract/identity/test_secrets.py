"""Secrets stand nowhere: in no table, no log, no repr and no error."""

import logging

import pytest

from printhub.core.model.access import Role
from printhub.core.model.errors import PrintHubError
from tests.contract.identity.house import CLIENT, PASSWORD, PLATFORM, House

NEW = "another good password"


def test_no_secret_is_in_a_table_a_log_a_repr_or_an_error(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    house.user("anna", Role.PLATFORM_ADMINISTRATOR)
    first = house.token("core")
    said: list[str] = []

    session = house.login("anna")
    house.identity.by_session(session.secret)
    house.identity.by_token(first)
    house.identity.change_password(session.secret, PASSWORD, NEW, client=CLIENT)
    for wrong in (
        lambda: house.login("anna", PASSWORD),
        lambda: house.login(PASSWORD, "anna"),
        lambda: house.identity.by_token(f"{first}0"),
        lambda: house.identity.by_session(first),
        lambda: house.identity.users.add(NEW, Role.FINANCE, None, NEW, by=PLATFORM),
        lambda: house.identity.users.add("x", Role.FINANCE, None, "too short!!", by=PLATFORM),
        lambda: house.identity.tokens.revoke(first, by=PLATFORM),
        lambda: house.identity.change_password(session.secret, PASSWORD, "still another one", client=CLIENT),
    ):
        with pytest.raises(PrintHubError) as refused:
            wrong()
        said += [str(refused.value), repr(refused.value)]
    shown = [session, house.identity.users.listed(PLATFORM), house.identity.tokens.listed(PLATFORM)]
    shown += [house.identity.users.sessions("anna", PLATFORM), house.acts()]
    house.identity.close()

    kept = house.everything()
    assert "user:anna" in kept
    assert "token:core" in kept
    read = "\n".join([kept, caplog.text, *said, *map(repr, shown)])
    secrets = [first, first.rpartition("_")[2], session.secret, session.csrf, PASSWORD, NEW, "too short!!"]
    assert [secret for secret in secrets if secret in read] == []


def test_what_is_kept_of_a_secret_is_not_shown_either(house: House) -> None:
    house.user("anna")
    house.token("core")
    house.login()
    [user], [token] = house.identity.users.listed(PLATFORM), house.identity.tokens.listed(PLATFORM)
    [session] = house.identity.users.sessions("anna", PLATFORM)

    assert user.password not in repr(user)
    assert token.secret not in repr(token)
    assert session.secret not in repr(session)
