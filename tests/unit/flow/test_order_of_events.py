"""Events state facts and carry their time: in whatever order they arrive, the hub comes to know the same."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.core.store import dossiers
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import mis, settings
from tests.unit.flow.events import RISKY, Stated, asset, placed, stories

JOBS = ("J1", "J2", "J3")
# What differs from hub to hub, or tells of arrival and not of what is known.
APART = {"id", "order_id", "person_id", "created_at", "stamps", "epoch", "blocked", "status"}


def known_after(events: list[Stated]) -> dict[str, Any]:
    """State the events in this order to a hub that makes no calls, and tell all that it knows in the end."""
    written = settings(enabled=False)
    written["storefronts"]["shop"]["files_stay_put"] = True
    with MemoryHub(written, [mis(Script(), verbs=("notify", "manifest", "assets", "cancel"))]) as hub:
        for event in events:
            event.emit(hub)
        hub.run()
        order = hub.hub.store.read(lambda tx: dossiers.load_order(tx, "shop", "O1"))[0]
        return {
            "order": _facts(order) if order else None,
            "early": sorted(str(record.source_id) for record in hub.early()),
            **{number: _known_of(hub, number) for number in JOBS},
        }


def _known_of(hub: MemoryHub, number: str) -> dict[str, Any] | None:
    dossier = hub.hub.store.read(lambda tx: dossiers.load_job(tx, "shop", number))
    if dossier is None:
        return None
    return {
        "facts": _facts(dossier.job),
        "files": sorted(file.name for file in dossier.standing_files()),
        "deliveries": sorted(
            (one.verb, one.state, sorted(map(str, one.obstacles))) for one in dossier.deliveries.values()
        ),
        "current": hub.current(number),
        "blocked": dossier.job.blocked,
    }


def _facts(record: Any) -> dict[str, Any]:  # noqa: ANN401 - an order's or a job's record
    return {name: value for name, value in asdict(record).items() if name not in APART}


def differences(events: list[Stated], order: list[Stated]) -> dict[str, Any]:
    """What is known otherwise when the events arrive in this order than when they arrive as they happened."""
    expected, found = known_after(events), known_after(order)
    return {name: (expected[name], found[name]) for name in expected if expected[name] != found[name]}


@st.composite
def shuffled(draw: st.DrawFn, *more: tuple[str, dict[str, Any]]) -> tuple[list[Stated], list[Stated]]:
    events = draw(stories(*more))
    return events, draw(st.permutations(events))


@given(story=shuffled())
@example(
    story=(
        [placed(), Stated("job.added", {"order": "O1", "job": {"id": "J3", "product_type": "Ordinary"}}, 1)]
        + [Stated("job.blocked", {"job": "J3"}, 2)],
        [Stated("job.blocked", {"job": "J3"}, 2)]
        + [Stated("job.added", {"order": "O1", "job": {"id": "J3", "product_type": "Ordinary"}}, 1), placed()],
    )
)
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_in_whatever_order_events_arrive_the_hub_comes_to_know_the_same(
    story: tuple[list[Stated], list[Stated]],
) -> None:
    assert differences(*story) == {}
