"""Deliveries: which states are ends, what occupies a lane, which key a partner sees, and which run counts."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from printhub.core.model.deliveries import (
    Delivery,
    DeliveryState,
    Obstacle,
    ObstacleKind,
    newest_runs,
)
from printhub.core.model.verbs import Kind, Verb

ENDS = "done failed cancelled skipped obsolete".split()
HOLDS = "blocked unpaid unapproved future awaiting no_output".split()


def delivery(number: int = 1, *, verb: Verb = Verb.NOTIFY, run: int = 1, composition: int = 0) -> Delivery:
    return Delivery(
        id=UUID(int=number),
        seq=number,
        storefront="acme",
        instance="mis",
        kind=Kind.MIS,
        verb=verb,
        subject="J-1",
        run=run,
        lane="mis/acme/J-1",
        state=DeliveryState.HELD,
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
        composition=composition,
    )


@pytest.mark.parametrize("state", DeliveryState)
def test_a_delivery_ends_in_one_of_five_states(state: DeliveryState) -> None:
    assert state.is_end == (state in ENDS)


@pytest.mark.parametrize("state", DeliveryState)
def test_only_what_runs_or_is_unknown_occupies_its_lane(state: DeliveryState) -> None:
    assert state.occupies_lane == (state in ("running", "unknown"))


@pytest.mark.parametrize("kind", ObstacleKind)
def test_six_obstacles_hold_the_whole_job(kind: ObstacleKind) -> None:
    assert kind.is_hold == (kind in HOLDS)


def test_an_obstacle_is_named_with_its_word_where_it_has_one() -> None:
    assert str(Obstacle(ObstacleKind.AWAITING, "proof", "since noon")) == "awaiting(proof)"
    assert str(Obstacle(ObstacleKind.UNPAID)) == "unpaid"


def test_the_key_is_the_id_and_changes_only_when_composed_anew() -> None:
    assert delivery().key == str(UUID(int=1))
    assert delivery(composition=2).key == f"{UUID(int=1)}.2"


def test_of_several_runs_the_newest_counts_whatever_their_order() -> None:
    first, second, other = delivery(1), delivery(2, run=2), delivery(3, verb=Verb.ASSETS)
    for order in ([first, second, other], [other, second, first]):
        assert set(newest_runs(order).values()) == {second, other}
