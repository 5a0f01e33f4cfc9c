"""Invariant 2, for batches: events that are handed in together mean what they mean one by one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.core.flow.receipts import Submitted
from printhub.core.model.envelope import Event, check_event
from printhub.testing import START, Script
from printhub.testing.memory_hub import MemoryHub
from tests.invariants.shop import SOURCE, job, memory_hub, order
from tests.services.stores import examples

Step = tuple[str, str]
JOBS = {"O1": ("A", "B"), "O2": ("C", "D"), "O3": ("E",)}
ADDED = {"F": "O1", "G": "O2"}
"""Jobs that come to their orders later, by an event of their own."""
STEPS = st.one_of(
    st.tuples(st.just("place"), st.sampled_from(sorted(JOBS))),
    st.tuples(st.just("pay"), st.sampled_from(sorted(JOBS))),
    st.tuples(st.sampled_from(["change", "block", "release", "pack", "cancel", "basket"]), st.sampled_from("ABCDE")),
    st.tuples(st.sampled_from(["add", "change"]), st.sampled_from(sorted(ADDED))),
)


def events(steps: Sequence[Step]) -> list[Event]:
    """What a storefront states, each a second later than the one before; some twice."""
    return [check_event(_event(number, *step)) for number, step in enumerate(steps)]


def _event(number: int, act: str, about: str) -> dict[str, Any]:
    said: dict[str, tuple[str, dict[str, Any]]] = {
        "place": ("order.placed", order(about, [job(one) for one in JOBS.get(about, ())], payment_status="Pending")),
        "pay": ("order.payment_changed", {"order": about, "payment_status": "Paid"}),
        "change": ("job.changed", {"job": about, "quantity": 200 + number}),
        "block": ("job.blocked", {"job": about, "why": "look at it"}),
        "release": ("job.released", {"job": about, "why": "it is well"}),
        "pack": ("job.progressed", {"job": about, "status": "InPacking"}),
        "cancel": ("job.cancelled", {"job": about}),
        "basket": ("job.created", {"job": job(about)}),
        "add": ("job.added", {"order": ADDED.get(about, ""), "job": job(about)}),
    }
    type_, data = said[act]
    at = (START + timedelta(seconds=number)).isoformat()
    stated = {"id": f"e{number}", "source": SOURCE, "specversion": "1.0", "time": at}
    return stated | {"type": f"printhub.{type_}", "data": data}


def stands(hub: MemoryHub) -> object:
    """All that was made of the events, without ids."""
    jobs = {}
    for name in "ABCDEFG":
        dossier = hub._dossier(name)  # noqa: SLF001 - all that there is of a job
        if dossier is None:
            continue
        entries = [(entry.status, entry.label, entry.detail, entry.source_id) for entry in dossier.history]
        planned = sorted((d.verb, d.instance, d.state, d.obstacles, d.subject[:1]) for d in dossier.deliveries.values())
        facts = (dossier.job.quantity, dossier.job.blocked, dossier.job.cancelled, dossier.job.status)
        jobs[name] = (facts, sorted(map(str, entries)), list(map(str, planned)))
    return jobs, sorted(one.source_id for one in hub.early()), sorted(str(one.source_id) for one in hub.refused())


@given(steps=st.lists(STEPS, min_size=2, max_size=14), cut=st.integers(0, 13))
@hypothesis_settings(max_examples=examples(80))
def test_whatever_is_handed_in_together_comes_to_the_same_as_one_by_one(steps: list[Step], cut: int) -> None:
    stated = events(steps)
    with memory_hub(Script()) as alone:  # one after the other: on a shared database they have the same store
        one_by_one = [alone.hub.intake.take([Submitted(event)])[0].taken for event in stated]
        expected = stands(alone)
    with memory_hub(Script()) as together:
        at_once = together.hub.intake.take([Submitted(event) for event in stated[:cut]])
        at_once += together.hub.intake.take([Submitted(event) for event in stated[cut:]])

        assert [one.taken for one in at_once] == one_by_one
        assert stands(together) == expected


def test_what_one_event_brought_is_there_for_all_that_follow_it_in_the_batch() -> None:
    stated = events([("place", "O1"), ("change", "A"), ("change", "B")])
    with memory_hub(Script()) as hub:
        hub.hub.intake.take([Submitted(event) for event in stated])

        assert hub.early() == []


def test_what_an_early_event_brings_is_there_for_all_that_follow_in_the_batch() -> None:
    early, *stated = events([("add", "F"), ("place", "O1"), ("change", "A"), ("change", "F")])
    with memory_hub(Script()) as hub:
        hub.hub.intake.take([Submitted(early)])
        hub.hub.intake.take([Submitted(event) for event in stated])

        assert hub.early() == []
