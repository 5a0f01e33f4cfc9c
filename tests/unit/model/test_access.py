"""The table of rights: what each role may, and whose orders it sees."""

import pytest

from printhub.core.model.access import Asker, Right, Role
from printhub.core.model.errors import Forbidden

MONEY_AND_PERSONS = {Right.READ_MONEY, Right.READ_PERSONAL}


def test_a_platform_administrator_may_everything() -> None:
    assert Role.PLATFORM_ADMINISTRATOR.rights == set(Right)


@pytest.mark.parametrize("role", [Role.PRINT_OPERATOR, Role.INTEGRATOR])
def test_whoever_works_on_jobs_alone_sees_neither_money_nor_persons(role: Role) -> None:
    assert not role.rights & MONEY_AND_PERSONS


def test_finance_sees_orders_and_touches_no_job() -> None:
    asker = Asker("user:fin", Role.FINANCE)

    assert asker.may(Right.READ_ORDERS, Right.READ_MONEY)
    assert not asker.may(Right.READ_JOBS)
    with pytest.raises(Forbidden, match="act on jobs"):
        asker.require(Right.ACT_ON_JOBS)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_platform_acts_on_what_serves_all_storefronts(role: Role) -> None:
    may = role.rights & {Right.READ_HUB, Right.ACT_ON_HUB, Right.READ_HIDDEN}

    assert bool(may) == (role in (Role.PLATFORM_ADMINISTRATOR, Role.INTEGRATOR))


def test_an_asker_never_has_more_rights_than_the_role() -> None:
    asker = Asker("token:shop", Role.STOREFRONT, frozenset({"shop"}), frozenset({Right.EMIT, Right.ERASE}))

    assert asker.rights == {Right.EMIT}


def test_an_asker_sees_their_own_storefronts_only() -> None:
    asker = Asker("token:shop", Role.STOREFRONT, frozenset({"shop"}))

    assert asker.sees("shop")
    assert not asker.sees("other")
    assert not asker.sees(None)
    assert asker.among([]) == ("shop",)
    assert asker.among(["other"]) == ()


def test_an_asker_of_all_storefronts_sees_what_belongs_to_none() -> None:
    asker = Asker("user:root", Role.PLATFORM_ADMINISTRATOR)

    assert asker.sees("shop")
    assert asker.sees(None)
    assert asker.among([]) is None
    assert asker.among(["shop"]) == ("shop",)
