"""The feed of changes: complete, each once, in the order of each job; by the core, over HTTP, and by the client."""

from collections import defaultdict
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.client import HubClient
from printhub.core.model.access import Role
from printhub.core.model.errors import NotFound
from printhub.testing import Script
from printhub.testing.memory_hub import MemoryHub
from tests.integration.web.door import answering, give_token
from tests.invariants.shop import job, memory_hub, mis, order, settings
from tests.services.stores import examples


def statuses(hub: MemoryHub, job_number: str) -> list[str]:
    """A job's history in the order in which it was written."""
    return [str(entry.status) for entry in hub.history(job_number)]


@given(steps=st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3)), min_size=1, max_size=12))
@hypothesis_settings(max_examples=examples(30))
def test_whoever_comes_back_now_and_then_hears_of_each_entry_once_and_in_order(
    steps: Sequence[tuple[str, int]],
) -> None:
    heard: defaultdict[str, list[str]] = defaultdict(list)
    with memory_hub(Script()) as hub:
        for letter in "abc":
            hub.emit("printhub.order.placed", order(f"O{letter}", [job(f"J{letter}")]))
        cursor: str | None = None
        for letter, limit in steps:
            hub.emit("printhub.job.progressed", {"job": f"J{letter}", "status": "InPacking"})
            page = hub.hub.feed.after(cursor, limit=limit)
            for change in page.items:
                heard[str(change.event.subject)].append(str(change.event.data["status"]))  # type: ignore[index, call-overload] # an object
            cursor = page.items[-1].cursor if page.items else page.after
        while (page := hub.hub.feed.after(cursor, limit=2)).items:
            for change in page.items:
                heard[str(change.event.subject)].append(str(change.event.data["status"]))  # type: ignore[index, call-overload] # an object
            cursor = page.after

        assert {name: statuses(hub, name) for name in heard} == dict(heard)
        assert set(heard) == {"Ja", "Jb", "Jc"}


def test_requests_to_the_storefront_stand_in_the_feed_too() -> None:
    with memory_hub(Script()) as hub:
        hub.emit("printhub.order.placed", order())
        hub.hub.acts.orders.cancel("O1", by="operator:test", why="ordered twice")

        found = hub.hub.feed.after(None, types=["printhub.request.*"])

    assert [one.event.type for one in found.items] == ["printhub.request.cancellation"]


def test_hidden_entries_are_for_those_who_may_see_them() -> None:
    with memory_hub(Script()) as hub:
        hub.emit("printhub.order.placed", order())
        hub.emit("printhub.job.progressed", {"job": "J1", "status": "CustomStatusHidden", "label": "watch this one"})

        shown = [one.event.data["status"] for one in hub.hub.feed.after(None).items]  # type: ignore[index, call-overload] # an object
        all_ = [one.event.data["status"] for one in hub.hub.feed.after(None, hidden=True).items]  # type: ignore[index, call-overload] # an object

    assert "CustomStatusHidden" not in shown
    assert "CustomStatusHidden" in all_


@pytest.mark.parametrize("cursor", ["-1", "x", "1" * 30, "\uff11"])
def test_a_cursor_that_was_never_given_is_refused(cursor: str) -> None:
    with memory_hub(Script()) as hub, pytest.raises(NotFound):
        hub.hub.feed.after(cursor)


def test_a_storefront_that_was_away_catches_up_by_the_client_and_sees_no_other_storefronts_jobs() -> None:
    with MemoryHub(settings(storefronts=("shop", "other")), [mis(Script())]) as hub, answering(hub.hub) as url:
        hub.emit("printhub.order.placed", order())
        hub.emit("printhub.order.placed", order("O2", [job("J2")]), source="https://other.example")
        with HubClient(url, give_token(hub.hub, Role.STOREFRONT, "shop")) as client:
            first = list(client.changes())
            hub.run()
            rest = list(client.changes(first[-1].cursor))

        heard = [str(one.event.data["status"]) for one in (*first, *rest)]  # type: ignore[index, call-overload] # an object
        assert heard == statuses(hub, "J1")
        assert {one.event.subject for one in (*first, *rest)} == {"J1"}
        assert len({one.event.id for one in (*first, *rest)}) == len(first) + len(rest)


def test_whoever_waits_hears_of_what_comes() -> None:
    with (
        memory_hub(Script()) as hub,
        answering(hub.hub) as url,
        HubClient(url, give_token(hub.hub, Role.STOREFRONT, "shop")) as client,
    ):
        following = client.changes(hub.hub.feed.end(), follow=True, wait=1)
        hub.emit("printhub.order.placed", order())

        assert next(following).event.subject == "J1"
