"""Whatever is given, by whomever, in whatever order: nobody ends up with more than who began had."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printhub.core.model.access import Asker, Right, Role
from printhub.core.model.errors import ActRefused, Forbidden, NotFound
from tests.contract.identity.house import PASSWORD, PLATFORM, House
from tests.services.stores import examples, fresh_store, make_fresh

PLACES = ("a", "b", "c")
ROOTS = (
    Asker("user:root", Role.STOREFRONT_ADMINISTRATOR, frozenset({"a", "b"})),
    Asker("user:root", Role.STOREFRONT_ADMINISTRATOR, frozenset({"a"}), frozenset({Right.ADMINISTER, Right.READ_JOBS})),
    Asker("user:root", Role.PLATFORM_ADMINISTRATOR, frozenset({"a", "b"})),
    Asker("user:root", Role.PLATFORM_ADMINISTRATOR, None, frozenset({Right.ADMINISTER, Right.READ_HUB, Right.EMIT})),
)


@dataclass(frozen=True)
class Step:
    """Something that one of those who were given something tries."""

    who: int
    act: str
    whom: int
    role: Role
    storefronts: frozenset[str] | None
    rights: frozenset[Right] | None = field(repr=False)


steps = st.builds(
    Step,
    who=st.integers(0, 9),
    act=st.sampled_from(["user", "token", "change", "password", "enable"]),
    whom=st.integers(0, 9),
    role=st.sampled_from(list(Role)),
    storefronts=st.none() | st.frozensets(st.sampled_from(PLACES)),
    rights=st.none() | st.frozensets(st.sampled_from(list(Right))),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with contextlib.closing(fresh_store(Path(tmp_path_factory.mktemp("grants")))) as store:
        yield House(store)


@given(root=st.sampled_from(ROOTS), tried=st.lists(steps, max_size=12))
@settings(max_examples=examples(60))
def test_no_sequence_of_grants_gives_more_than_who_began_had(house: House, root: Asker, tried: list[Step]) -> None:
    make_fresh(house.store)
    theirs = {
        f"user{number}": house.user(f"user{number}", role, places) for number, (role, places) in enumerate(_OTHERS)
    }
    reached: dict[str, Asker] = {root.name: root}
    before = {name: house.identity.users.named(name, PLATFORM).asker for name in theirs}

    for number, step in enumerate(tried):
        acting = list(reached.values())[step.who % len(reached)]
        target = sorted(theirs)[step.whom % len(theirs)]
        with contextlib.suppress(ActRefused, Forbidden, NotFound):
            _try(house, step, acting, target, f"new{number}", theirs, reached)
        for name in theirs:  # a change counts at once, whoever made it
            present = house.identity.users.named(name, PLATFORM).asker
            if present.name in reached or present != before.get(name, present):
                reached[present.name] = present

    for asker in reached.values():
        assert asker.rights <= root.rights, asker
        assert root.storefronts is None or (asker.storefronts is not None and asker.storefronts <= root.storefronts)
        assert asker.storefronts is not None or asker.role.everywhere


_OTHERS = (
    (Role.PLATFORM_ADMINISTRATOR, None),
    (Role.STOREFRONT_ADMINISTRATOR, ["a"]),
    (Role.STOREFRONT_ADMINISTRATOR, ["b", "c"]),
    (Role.INTEGRATOR, ["a"]),
    (Role.PRINT_OPERATOR, ["a", "b"]),
)


def _try(
    house: House, step: Step, acting: Asker, target: str, name: str, theirs: dict[str, str], reached: dict[str, Asker]
) -> None:
    users = house.identity.users
    match step.act:
        case "user":
            made = users.add(name, step.role, step.storefronts, PASSWORD, by=acting)
            theirs[name] = name
            reached[made.subject] = made.asker
        case "token":
            given_ = house.identity.tokens.add(name, step.role, step.storefronts, by=acting, rights=step.rights)
            asker = house.identity.by_token(given_.secret)
            reached[asker.name] = asker
        case "change":
            users.change(target, step.role, step.storefronts, by=acting)
        case "password":
            taken_over = users.set_password(target, PASSWORD, by=acting)
            reached[taken_over.subject] = taken_over.asker
        case _:
            users.enable(target, by=acting)
