"""What holds of the current status for every history, however its entries came in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from printhub.core.model.history import EpochReason, StatusChange, current
from printhub.core.model.statuses import JobStatus
from tests.unit.model.histories import entry, histories

STAYING = (EpochReason.RECREATION, EpochReason.RETRIGGER)


def stickiness(found: StatusChange | None) -> int:
    return found.status.stickiness if found else 0


@given(histories(), st.data())
def test_the_order_of_processing_does_not_matter(history: list[StatusChange], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(history))
    assert current(shuffled) is current(history)


@given(histories(), st.data())
def test_an_entry_that_is_read_twice_changes_nothing(history: list[StatusChange], data: st.DataObject) -> None:
    assume(history)
    repeated = data.draw(st.permutations(history + data.draw(st.lists(st.sampled_from(history), max_size=5))))
    assert current(repeated) is current(history)


@given(histories())
def test_no_entry_counts_later_than_it_was_received(history: list[StatusChange]) -> None:
    for change in history:
        assert change.time <= change.received_at
        assert change.at is None or change.time == change.at or change.at > change.received_at


@given(histories())
def test_how_far_a_clock_runs_ahead_does_not_matter(history: list[StatusChange]) -> None:
    found = current(history)
    held_back = [replace(change, at=change.at and min(change.at, change.received_at)) for change in history]
    ahead = [
        replace(change, at=change.at + timedelta(days=36_500))
        if change.at and change.at > change.received_at
        else change
        for change in history
    ]
    assert [one and one.id for one in (current(held_back), current(ahead))] == [found and found.id] * 2


@given(histories(), st.sampled_from([status for status in JobStatus if status.stickiness == 0]))
def test_what_the_hub_writes_after_all_that_it_has_received_is_current_whatever_the_sources_say(
    history: list[StatusChange], status: JobStatus
) -> None:
    assume(status.can_be_current and stickiness(current(history)) == 0)
    written = entry(status, 9, at=9, epoch=max((change.epoch for change in history), default=1), source="hub")
    assert current([*history, written]) is written


@given(histories())
def test_the_current_status_is_an_entry_that_stands(history: list[StatusChange]) -> None:
    standing = [change for change in history if change.stands]
    found = current(history)
    assert (found is None) == (not standing)
    assert found is None or any(found is change for change in standing)


@given(histories())
def test_a_removed_block_is_as_if_it_had_never_been(history: list[StatusChange]) -> None:
    without = [change for change in history if change.stands]
    assert current(history) is current(without)


@given(histories(), st.integers(0, 4), st.integers(1, 3))
def test_blocking_and_releasing_leaves_the_status_as_it_was(history: list[StatusChange], at: int, epoch: int) -> None:
    released = entry(JobStatus.BLOCKED, at, at=at, epoch=epoch, source="operator", removed=True)
    assert current([*history, released]) is current(history)


@given(histories(), st.sampled_from([status for status in JobStatus if not status.can_be_current]), st.integers(0, 4))
def test_messages_and_actions_move_no_job(history: list[StatusChange], status: JobStatus, at: int) -> None:
    assume(any(change.stands and change.status.can_be_current for change in history))
    assert current([*history, entry(status, at, source="hub")]) is current(history)


@given(histories(reasons=STAYING), histories(reasons=STAYING))
def test_a_sticky_status_is_never_left_without_a_reprint_or_a_reopening(
    before: list[StatusChange], after: list[StatusChange]
) -> None:
    assert stickiness(current(before + after)) >= stickiness(current(before))


@given(histories())
def test_the_stickiest_status_since_the_last_reprint_or_reopening_stays(history: list[StatusChange]) -> None:
    begun = max((change.epoch for change in history if change.opens and change.opens.leaves_sticky), default=0)
    stickiest = max((change.status.stickiness for change in history if change.epoch >= begun), default=0)
    assert stickiness(current(history)) >= stickiest


@given(histories(), st.sampled_from([status for status in JobStatus if status.stage]))
def test_a_timeless_entry_never_replaces_a_later_stage(history: list[StatusChange], status: JobStatus) -> None:
    found = current(history)
    assume(found and found.status.stage and status.stage and status.stage < found.status.stage)
    assert found is not None
    assume(found.status.can_be_current)  # a message is shown only while there is nothing else
    timeless = last_of_all(history, status, found.epoch)
    assert current([*history, timeless]) is found


@given(histories(), st.sampled_from([status for status in JobStatus if status.can_be_current]))
def test_the_first_entry_after_a_reprint_is_current_whatever_was_before(
    history: list[StatusChange], status: JobStatus
) -> None:
    reprint = entry(JobStatus.ACTION_RUN, 9, epoch=4, opens=EpochReason.REPRINT, source="hub")
    begun = entry(status, 9, epoch=4, source="mis", source_id="begun")
    assert current([*history, reprint, begun]) is begun


def last_of_all(history: Sequence[StatusChange], status: JobStatus, epoch: int) -> StatusChange:
    """A timeless entry that was received after all others."""
    latest = max(change.time for change in history)
    plain = entry(status, source="late", source_id="late", epoch=epoch)
    received = max(latest, plain.received_at) + timedelta(minutes=1)
    return StatusChange(
        id=plain.id,
        job_id=plain.job_id,
        status=status,
        received_at=received,
        source="late",
        source_id="late",
        epoch=epoch,
    )
