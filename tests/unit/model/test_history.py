"""The current status by example: one test for each rule of how entries replace each other."""

import itertools

import pytest

from printhub.core.model.history import EpochReason, StatusChange, current
from printhub.core.model.statuses import JobStatus
from tests.unit.model.histories import entry, minute, told

NEVER_CURRENT = [status for status in JobStatus if not status.can_be_current]
LEAVING = [EpochReason.REPRINT, EpochReason.REOPEN]
STAYING = [EpochReason.RECREATION, EpochReason.RETRIGGER]


def status_of(*history: StatusChange) -> JobStatus | None:
    """The current status, made sure to be the same for every order of processing."""
    found = [current(order) for order in itertools.permutations(history)]
    [answer] = {change.status if change else None for change in found}
    return answer


def test_a_job_without_history_has_no_status() -> None:
    assert current([]) is None


def test_the_latest_entry_is_current() -> None:
    assert status_of(told(JobStatus.ORDERED, 1), told(JobStatus.MIS_NOTIFIED, 2)) is JobStatus.MIS_NOTIFIED


def test_the_sources_own_time_counts_and_not_when_it_was_received() -> None:
    late = entry(JobStatus.IN_FINISHING, 90, at=10)
    assert late.time == minute(10)
    assert status_of(told(JobStatus.IN_PACKING, 20), late) is JobStatus.IN_PACKING


def test_a_time_that_lies_after_the_receipt_counts_as_the_receipt() -> None:
    hasty = entry(JobStatus.ORDERED, 1, at=50_000_000)
    assert hasty.time == minute(1)
    assert status_of(hasty, told(JobStatus.MIS_NOTIFIED, 2)) is JobStatus.MIS_NOTIFIED


def test_a_clock_that_runs_ahead_does_not_keep_an_entry_current_over_what_came_after_it() -> None:
    ahead = entry(JobStatus.PRINTED, 1, at=6)
    assert status_of(ahead, told(JobStatus.MIS_FAILED, 2), entry(JobStatus.MIS_NOTIFIED, 3)) is JobStatus.MIS_NOTIFIED


def test_two_times_that_lie_ahead_are_told_apart_by_their_receipts() -> None:
    first, second = entry(JobStatus.PRINTED, 1, at=90), entry(JobStatus.IN_PRODUCTION, 2, at=80)
    assert status_of(first, second) is JobStatus.IN_PRODUCTION


def test_an_entry_from_a_clock_that_runs_ahead_still_has_a_time_of_its_own() -> None:
    assert status_of(told(JobStatus.PRINTED, 1), entry(JobStatus.MIS_FAILED, 2, at=9)) is JobStatus.MIS_FAILED


def test_an_entry_with_a_time_of_its_own_may_lead_back_to_an_earlier_stage() -> None:
    assert status_of(told(JobStatus.PRINTED, 1), told(JobStatus.MIS_FAILED, 2)) is JobStatus.MIS_FAILED


# --- the same moment ------------------------------------------------------------------------------------------


def test_at_the_same_moment_the_later_stage_wins() -> None:
    history = told(JobStatus.IN_PRODUCTION, 1, source="a"), told(JobStatus.ORDERED, 1, source="z")
    assert status_of(*history) is JobStatus.IN_PRODUCTION


def test_at_the_same_moment_and_stage_the_source_and_then_its_id_decide() -> None:
    by_source = told(JobStatus.MIS_FAILED, 1, source="a"), told(JobStatus.MIS_NOTIFIED, 1, source="b")
    by_id = told(JobStatus.MIS_FAILED, 1, source_id="2"), told(JobStatus.MIS_NOTIFIED, 1, source_id="1")
    assert status_of(*by_source) is JobStatus.MIS_NOTIFIED
    assert status_of(*by_id) is JobStatus.MIS_FAILED


@pytest.mark.parametrize("source", ["a", "z"])
def test_a_job_blocked_at_checkout_is_blocked_and_not_ordered(source: str) -> None:
    ordered, blocked = told(JobStatus.ORDERED, 1, source="m"), told(JobStatus.BLOCKED, 1, source=source)
    assert status_of(ordered, blocked) is JobStatus.BLOCKED


# --- shown, but never current ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", NEVER_CURRENT)
def test_messages_actions_and_hidden_entries_leave_the_status_as_it_is(status: JobStatus) -> None:
    assert status_of(told(JobStatus.ORDERED, 1), told(status, 2)) is JobStatus.ORDERED


@pytest.mark.parametrize("status", NEVER_CURRENT)
def test_while_nothing_else_is_there_even_such_an_entry_is_current(status: JobStatus) -> None:
    assert status_of(told(status, 1)) is status


# --- blocks ---------------------------------------------------------------------------------------------------


def test_a_removed_block_counts_no_more() -> None:
    history = told(JobStatus.ORDERED, 1), told(JobStatus.BLOCKED, 2, removed=True)
    assert status_of(*history) is JobStatus.ORDERED


def test_a_job_whose_only_entry_is_a_removed_block_has_no_status() -> None:
    assert current([told(JobStatus.BLOCKED, 1, removed=True)]) is None


def test_of_two_blocks_the_one_that_stands_is_current() -> None:
    history = told(JobStatus.BLOCKED, 1), told(JobStatus.ORDERED, 0), told(JobStatus.BLOCKED, 2, removed=True)
    assert status_of(*history) is JobStatus.BLOCKED


def test_only_a_block_can_be_removed() -> None:
    assert not told(JobStatus.BLOCKED, 1, removed=True).stands
    assert told(JobStatus.ORDERED, 1, removed=True).stands


def test_output_made_while_a_job_is_blocked_is_its_status() -> None:
    history = told(JobStatus.ORDERED, 1), told(JobStatus.BLOCKED, 1), told(JobStatus.OUTPUT_CREATED, 5)
    assert status_of(*history) is JobStatus.OUTPUT_CREATED


# --- sticky statuses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "later",
    [
        JobStatus.ORDERED,
        JobStatus.OUTPUT_CREATED,
        JobStatus.MIS_FAILED,
        JobStatus.PRINTED,
        JobStatus.READY_FOR_COLLECTION,
        JobStatus.BLOCKED,
        JobStatus.CUSTOM_STATUS,
        JobStatus.ARTWORK_UPLOADED,
    ],
)
def test_what_comes_after_shipped_changes_nothing(later: JobStatus) -> None:
    assert status_of(told(JobStatus.SHIPPED, 1), told(later, 2)) is JobStatus.SHIPPED


def test_clean_up_replaces_shipped_and_deletion_replaces_both() -> None:
    shipped, cleared = told(JobStatus.SHIPPED, 1), told(JobStatus.CLEAN_UP, 2)
    assert status_of(shipped, cleared) is JobStatus.CLEAN_UP
    assert status_of(shipped, cleared, told(JobStatus.JOB_DATA_DELETED, 3)) is JobStatus.JOB_DATA_DELETED


def test_a_late_report_of_shipping_does_not_undo_a_clean_up() -> None:
    assert status_of(told(JobStatus.CLEAN_UP, 1), told(JobStatus.SHIPPED, 2)) is JobStatus.CLEAN_UP
    assert status_of(told(JobStatus.JOB_DATA_DELETED, 1), told(JobStatus.CLEAN_UP, 2)) is JobStatus.JOB_DATA_DELETED


def test_a_second_parcel_is_the_newer_shipped() -> None:
    first, second = told(JobStatus.SHIPPED, 1), told(JobStatus.SHIPPED, 2)
    assert current([second, first]) is second


@pytest.mark.parametrize("sticky", [JobStatus.SHIPPED, JobStatus.CLEAN_UP, JobStatus.JOB_DATA_DELETED])
@pytest.mark.parametrize("reason", LEAVING)
def test_a_reprint_or_reopening_leaves_a_sticky_status(sticky: JobStatus, reason: EpochReason) -> None:
    opening = told(JobStatus.ACTION_RUN, 2, epoch=2, opens=reason)
    assert status_of(told(sticky, 1), opening, told(JobStatus.MIS_NOTIFIED, 3, epoch=2)) is JobStatus.MIS_NOTIFIED


@pytest.mark.parametrize("reason", STAYING)
def test_a_recreation_or_retrigger_does_not_leave_a_sticky_status(reason: EpochReason) -> None:
    opening = told(JobStatus.ACTION_RUN, 2, epoch=2, opens=reason)
    assert status_of(told(JobStatus.SHIPPED, 1), opening, told(JobStatus.MIS_NOTIFIED, 3, epoch=2)) is JobStatus.SHIPPED


def test_what_a_reprint_left_behind_stays_left_through_the_epochs_after_it() -> None:
    history = (
        told(JobStatus.SHIPPED, 1),
        told(JobStatus.ACTION_RUN, 2, epoch=2, opens=EpochReason.REPRINT),
        told(JobStatus.ACTION_RUN, 3, epoch=3, opens=EpochReason.RETRIGGER),
        told(JobStatus.MIS_NOTIFIED, 4, epoch=3),
    )
    assert status_of(*history) is JobStatus.MIS_NOTIFIED


def test_a_reprinted_job_that_is_shipped_again_is_sticky_again() -> None:
    history = (
        told(JobStatus.SHIPPED, 1),
        told(JobStatus.ACTION_RUN, 2, epoch=2, opens=EpochReason.REPRINT),
        told(JobStatus.SHIPPED, 3, epoch=2),
        told(JobStatus.PRINTED, 4, epoch=2),
    )
    assert status_of(*history) is JobStatus.SHIPPED


# --- entries without a time of their own ----------------------------------------------------------------------


def test_a_timeless_entry_never_replaces_one_of_a_later_stage() -> None:
    assert status_of(told(JobStatus.PRINTED, 1), entry(JobStatus.MIS_ORDER_PROCESSED, 2)) is JobStatus.PRINTED


@pytest.mark.parametrize("later", [JobStatus.IN_PACKING, JobStatus.READY_FOR_COLLECTION])
def test_a_timeless_entry_replaces_one_of_its_own_stage_or_an_earlier_one(later: JobStatus) -> None:
    assert status_of(told(JobStatus.PRINTED, 1), entry(later, 2)) is later


def test_a_status_without_a_stage_takes_that_of_the_entry_before() -> None:
    custom, processed = told(JobStatus.CUSTOM_STATUS, 2), entry(JobStatus.MIS_ORDER_PROCESSED, 3)
    assert status_of(told(JobStatus.PRINTED, 1), custom, processed) is JobStatus.CUSTOM_STATUS
    assert status_of(told(JobStatus.ORDERED, 1), custom, processed) is JobStatus.MIS_ORDER_PROCESSED


def test_a_timeless_status_without_a_stage_always_replaces() -> None:
    assert status_of(told(JobStatus.PRINTED, 1), entry(JobStatus.CUSTOM_STATUS, 2)) is JobStatus.CUSTOM_STATUS


def test_a_status_without_a_stage_at_the_very_start_gives_way_to_anything() -> None:
    assert status_of(told(JobStatus.BLOCKED, 1), entry(JobStatus.NOTHING, 2)) is JobStatus.NOTHING


# --- epochs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", EpochReason)
def test_in_a_new_epoch_stages_count_anew(reason: EpochReason) -> None:
    history = (
        told(JobStatus.PRINTED, 1),
        told(JobStatus.ACTION_RUN, 2, epoch=2, opens=reason),
        entry(JobStatus.MIS_ORDER_PROCESSED, 3, epoch=2),
    )
    assert status_of(*history) is JobStatus.MIS_ORDER_PROCESSED


def test_a_new_epoch_that_begins_with_a_label_takes_no_stage_from_the_old_one() -> None:
    history = (
        told(JobStatus.SHIPPED, 1),
        told(JobStatus.ACTION_RUN, 2, epoch=2, opens=EpochReason.REPRINT),
        told(JobStatus.CUSTOM_STATUS, 2, epoch=2),
        entry(JobStatus.MIS_ORDER_PROCESSED, 3, epoch=2),
    )
    assert status_of(*history) is JobStatus.MIS_ORDER_PROCESSED


@pytest.mark.parametrize("late", [JobStatus.PRINTED, JobStatus.SHIPPED, JobStatus.CUSTOM_STATUS])
def test_a_late_callback_of_an_old_epoch_changes_nothing(late: JobStatus) -> None:
    history = (
        told(JobStatus.IN_PRODUCTION, 1),
        told(JobStatus.ACTION_RUN, 2, epoch=2, opens=EpochReason.REPRINT),
        told(JobStatus.MIS_NOTIFIED, 3, epoch=2),
        told(late, 9, epoch=1),
    )
    assert status_of(*history) is JobStatus.MIS_NOTIFIED


def test_the_entry_that_opens_an_epoch_is_not_current_itself() -> None:
    opening = told(JobStatus.ACTION_RUN, 2, epoch=2, opens=EpochReason.REPRINT)
    assert status_of(told(JobStatus.SHIPPED, 1), opening) is JobStatus.SHIPPED


def test_only_reprint_and_reopen_leave_sticky_statuses_behind() -> None:
    assert [reason for reason in EpochReason if reason.leaves_sticky] == LEAVING
