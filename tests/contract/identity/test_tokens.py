"""Tokens, on every store."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from printhub.core.identity.tokens import REMEMBERED
from printhub.core.model.access import Asker, Right, Role
from printhub.core.model.errors import ActRefused, Forbidden, NotAuthenticated, NotFound
from printhub.core.store import tokens as rows
from printhub.core.store.schema import token
from printhub.core.store.store import Tx
from tests.contract.identity.house import MINUTE, PLATFORM, House

SHOP = frozenset({"shop"})


def test_who_asks_by_a_token_is_known_by_its_name_with_what_it_was_given(house: House) -> None:
    secret = house.token("shop-core", Role.STOREFRONT, storefronts=SHOP, rights={Right.EMIT, Right.FOLLOW})

    asker = house.identity.by_token(secret)

    assert asker == Asker("token:shop-core", Role.STOREFRONT, SHOP, frozenset({Right.EMIT, Right.FOLLOW}))


def test_a_token_of_which_nothing_narrower_was_said_may_all_that_its_role_may(house: House) -> None:
    asker = house.identity.by_token(house.token("core", Role.INTEGRATOR))

    assert (asker.rights, asker.storefronts) == (Role.INTEGRATOR.rights, None)


def test_a_token_can_be_found_by_its_prefix_wherever_it_leaked(house: House) -> None:
    made = house.identity.tokens.add("core", Role.INTEGRATOR, None, by=PLATFORM)

    assert made.secret.startswith(f"phk_{made.token.public}_")
    assert made.secret not in repr(made)
    assert made.token.secret not in repr(made)


def _malformed(secret: str) -> list[str]:
    head, _, tail = secret.rpartition("_")
    wrong = "0" if tail[-1] != "0" else "1"
    return [
        "",
        "phk_",
        "phk__",
        "Bearer",
        secret[:-1],
        f"{secret}0",
        f"{secret}\n",
        f" {secret}",
        secret.upper(),
        secret[:-1] + wrong,
        f"{head}_{'0' * 64}",
        f"phk_000000000000_{tail}",
        f"{secret[:-1]}\x00",
        f"{secret[:-1]}\ud800",
        secret.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        "phk_'; DROP TABLE token; --",
        "phk_" + "a" * 10_000_000,
        f"phk_{tail * 100_000}",
        f"phk_%_{tail}",
    ]


def test_nobody_asks_by_what_is_no_token_or_not_this_one_and_the_answer_is_always_the_same(house: House) -> None:
    secret = house.token()
    said = set()

    for other in _malformed(secret):
        with pytest.raises(NotAuthenticated) as refused:
            house.identity.by_token(other)
        said.add(str(refused.value))

    house.identity.tokens.revoke("core", by=PLATFORM)
    with pytest.raises(NotAuthenticated) as refused:
        house.identity.by_token(secret)
    assert said == {str(refused.value)}


def test_a_token_ends_at_its_moment_even_if_it_was_used_just_before(house: House) -> None:
    secret = house.token(expires_at=house.clock() + MINUTE)
    house.clock.advance(MINUTE - timedelta(microseconds=1))
    house.identity.by_token(secret)

    house.clock.advance(timedelta(microseconds=1))

    with pytest.raises(NotAuthenticated):
        house.identity.by_token(secret)


def test_a_revoked_token_counts_no_more_here_at_once_and_elsewhere_within_two_seconds(house: House) -> None:
    secret, elsewhere = house.token(), house.join()
    house.identity.by_token(secret)
    elsewhere.by_token(secret)

    house.identity.tokens.revoke("core", by=PLATFORM)

    with pytest.raises(NotAuthenticated):
        house.identity.by_token(secret)
    house.clock.advance(REMEMBERED)
    with pytest.raises(NotAuthenticated):
        elsewhere.by_token(secret)
    assert timedelta(seconds=2) >= REMEMBERED


def test_a_clock_that_is_set_back_prolongs_nothing(house: House) -> None:
    secret, elsewhere = house.token(), house.join()
    elsewhere.by_token(secret)
    house.identity.tokens.revoke("core", by=PLATFORM)

    house.clock.advance(-timedelta(hours=1))

    with pytest.raises(NotAuthenticated):
        elsewhere.by_token(secret)


def test_a_token_that_is_remembered_is_not_looked_up_again(house: House) -> None:
    secret = house.token()
    house.identity.by_token(secret)
    house.store.write(lambda tx: tx.execute(text("DELETE FROM token")))

    house.identity.by_token(secret)  # nothing was read

    house.clock.advance(REMEMBERED)
    with pytest.raises(NotAuthenticated):
        house.identity.by_token(secret)


def test_the_last_use_is_noted_to_the_minute(house: House) -> None:
    secret, first = house.token(), house.clock()

    def noted() -> object:
        house.identity.close()  # waits for what is being noted
        house.identity = house.join()
        return house.identity.tokens.listed(PLATFORM)[0].used_at

    house.identity.by_token(secret)
    assert noted() == first
    house.clock.advance(MINUTE - REMEMBERED)
    house.identity.by_token(secret)
    assert noted() == first
    house.clock.advance(REMEMBERED)
    house.identity.by_token(secret)
    assert noted() == first + MINUTE


def test_who_asks_does_not_wait_for_their_use_to_be_noted(house: House) -> None:
    secret = house.token()
    held, answered = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        tx.execute(update(token).values(used_at=None))
        held.set()
        assert answered.wait(30)

    with ThreadPoolExecutor(1) as other:
        holding = other.submit(house.store.write, hold)
        assert held.wait(30)
        try:
            assert house.identity.by_token(secret).name == "token:core"
        finally:
            answered.set()
        holding.result(30)
    house.identity.close()
    assert house.join().tokens.listed(PLATFORM)[0].used_at == house.clock()


def test_a_name_is_free_again_when_its_token_is_revoked(house: House) -> None:
    house.token()
    with pytest.raises(ActRefused, match="there is a token core already"):
        house.token()

    house.identity.tokens.revoke("core", by=PLATFORM)
    secret = house.token()

    assert house.identity.by_token(secret).name == "token:core"
    assert [one.revoked_at is None for one in house.identity.tokens.listed(PLATFORM, revoked=True)] == [True, False]
    assert len(house.identity.tokens.listed(PLATFORM)) == 1


def test_a_token_is_revoked_by_its_public_id_and_once(house: House) -> None:
    made = house.identity.tokens.add("core", Role.INTEGRATOR, None, by=PLATFORM)

    house.identity.tokens.revoke(made.token.public, by=PLATFORM, why="it leaked")

    with pytest.raises(ActRefused, match="is revoked already"):
        house.identity.tokens.revoke(made.token.public, by=PLATFORM)
    with pytest.raises(NotFound) as unknown:
        house.identity.tokens.revoke(made.secret, by=PLATFORM)
    assert made.secret not in str(unknown.value)
    told = [(act.by, act.act, act.subject, act.why) for act in house.acts()]
    assert told == [
        ("operator:test", "token-add", "token:core", "made"),
        ("operator:test", "token-revoke", "token:core", "it leaked"),
    ]


@pytest.mark.parametrize(
    ("role", "storefronts", "rights", "why_not"),
    [
        (Role.STOREFRONT, None, None, "name the storefronts"),
        (Role.STOREFRONT_ADMINISTRATOR, None, None, "name the storefronts"),
        (Role.FINANCE, frozenset(), None, "at least one storefront"),
        (Role.FINANCE, None, frozenset(), "at least one right"),
        (Role.FINANCE, None, frozenset({Right.READ_MONEY, Right.EMIT}), "no right to emit"),
    ],
)
def test_what_nobody_can_be_given_is_refused(
    house: House,
    role: Role,
    storefronts: frozenset[str] | None,
    rights: frozenset[Right] | None,
    why_not: str,
) -> None:
    with pytest.raises(ActRefused, match=why_not):
        house.identity.tokens.add("x", role, storefronts, by=PLATFORM, rights=rights)


def test_a_token_that_would_have_expired_is_not_made(house: House) -> None:
    with pytest.raises(ActRefused, match="would have expired already"):
        house.token(expires_at=house.clock())


def test_a_token_left_with_no_right_that_is_known_may_nothing_instead_of_everything(house: House) -> None:
    secret = house.token(rights={Right.READ_JOBS})
    house.store.write(lambda tx: tx.execute(text("UPDATE token SET rights = '[\"retired\"]'")))

    found = house.store.read(lambda tx: rows.standing(tx, "core"))
    assert found is not None
    assert found.rights == frozenset()
    with pytest.raises(NotAuthenticated):
        house.identity.by_token(secret)


def test_who_looks_after_one_storefront_sees_and_ends_only_its_tokens(house: House) -> None:
    house.token("everywhere")
    house.token("other", storefronts=frozenset({"other"}))
    house.token("ours", Role.STOREFRONT, storefronts=SHOP)
    administrator = Asker("user:eve", Role.STOREFRONT_ADMINISTRATOR, SHOP)

    assert [one.name for one in house.identity.tokens.listed(administrator)] == ["ours"]
    for name in ("everywhere", "other"):
        with pytest.raises(NotFound):
            house.identity.tokens.revoke(name, by=administrator)
    house.identity.tokens.revoke("ours", by=administrator)

    with pytest.raises(Forbidden):
        house.identity.tokens.listed(Asker("user:fin", Role.FINANCE))
