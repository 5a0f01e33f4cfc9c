"""The outcome table, row by row: which statuses a turn of a delivery writes, and who is told."""

import pytest

from printhub.core.channels.catalogue import all_channels
from printhub.core.channels.channel import Channel, Told, Turn
from printhub.core.model.statuses import JobStatus, Label, StatusGroup
from printhub.core.model.verbs import Kind, Verb

RETRIGGER = JobStatus.MIS_NOTIFICATION_RETRIGGER
ACTION = JobStatus.MIS_ADDITIONAL_ACTION_REQUIRED
RUN = JobStatus.ACTION_RUN
CUSTOM = JobStatus.CUSTOM_STATUS
DETAIL = "so it went"


FAILURES = (Turn.FAILED, Turn.BOUNCED)


def told(status: JobStatus, detail: str = DETAIL, *, label: Label | None = None, staff: bool = False) -> Told:
    return Told(status, label=label, detail=detail, staff=staff)


MIS_CHAIN = (Verb.NOTIFY, Verb.MANIFEST, Verb.ASSETS)
MIS = (*MIS_CHAIN, Verb.UPDATE, Verb.CANCEL)
PAYMENT = (Verb.REFUND, Verb.VOID)

TABLE: dict[tuple[Kind, Verb, Turn], Told] = {
    (Kind.MIS, Verb.NOTIFY, Turn.DONE): told(JobStatus.MIS_NOTIFIED),
    (Kind.MIS, Verb.NOTIFY, Turn.ACCEPTED): told(JobStatus.MIS_NOTIFIED),
    (Kind.MIS, Verb.MANIFEST, Turn.DONE): told(JobStatus.MIS_MANIFESTED),
    (Kind.MIS, Verb.ASSETS, Turn.DONE): told(JobStatus.MIS_ASSETS_OK),
    (Kind.MIS, Verb.UPDATE, Turn.DONE): told(RUN, f"MIS updated: {DETAIL}"),
    (Kind.MIS, Verb.CANCEL, Turn.DONE): told(CUSTOM, label=Label.MIS_CANCELLED),
    **{(Kind.MIS, Verb.NOTIFY, turn): told(JobStatus.MIS_FAILED, staff=True) for turn in FAILURES},
    **{(Kind.MIS, Verb.MANIFEST, turn): told(JobStatus.MIS_FAILED, staff=True) for turn in FAILURES},
    **{(Kind.MIS, Verb.ASSETS, turn): told(JobStatus.MIS_ASSETS_FAILED, staff=True) for turn in FAILURES},
    **{(Kind.MIS, Verb.UPDATE, turn): told(RUN, f"MIS update failed: {DETAIL}", staff=True) for turn in FAILURES},
    **{(Kind.MIS, Verb.CANCEL, turn): told(CUSTOM, label=Label.MIS_CANCEL_REFUSED, staff=True) for turn in FAILURES},
    **{(Kind.MIS, verb, Turn.ACTION_REQUIRED): told(ACTION) for verb in MIS},
    **{(Kind.MIS, verb, Turn.RETRYING): told(RETRIGGER, verb.value) for verb in MIS},
    **{(Kind.MIS, verb, Turn.RETRIGGERED): told(RETRIGGER, verb.value) for verb in MIS},
    (Kind.EMAIL, Verb.SEND, Turn.DONE): told(JobStatus.SENT_EMAIL),
    (Kind.EMAIL, Verb.SEND, Turn.FAILED): told(JobStatus.SENT_EMAIL_FAILED, staff=True),
    (Kind.EMAIL, Verb.SEND, Turn.BOUNCED): told(JobStatus.EMAIL_BOUNCED),
    (Kind.EMAIL, Verb.SEND, Turn.RETRIGGERED): told(RUN, "e-mail retriggered"),
    (Kind.SMS, Verb.SEND, Turn.STARTED): told(JobStatus.SMS_DISPATCHING, ""),
    (Kind.SMS, Verb.SEND, Turn.DONE): told(JobStatus.SMS_DISPATCHED),
    **{(Kind.SMS, Verb.SEND, turn): told(CUSTOM, label=Label.SMS_FAILED, staff=True) for turn in FAILURES},
    (Kind.SMS, Verb.SEND, Turn.RETRIGGERED): told(RUN, "text message retriggered"),
    (Kind.FILE, Verb.PLACE, Turn.ACCEPTED): told(JobStatus.IN_HOT_FOLDER),
    (Kind.FILE, Verb.PLACE, Turn.DONE): told(JobStatus.IN_HOT_FOLDER),
    (Kind.FILE, Verb.PLACE, Turn.SKIPPED): told(JobStatus.COPY_TO_HOT_FOLDER_SKIPPED),
    **{(Kind.FILE, Verb.PLACE, turn): told(JobStatus.COPY_TO_HOT_FOLDER_FAILED, staff=True) for turn in FAILURES},
    # file.place retriggered: the ActionRun is the entry that opens the new epoch, and the engine writes that one.
    **{(Kind.PAYMENT, verb, Turn.DONE): told(RUN, f"{verb} made: {DETAIL}") for verb in PAYMENT},
    **{
        (Kind.PAYMENT, verb, turn): told(RUN, f"{verb} failed: {DETAIL}", staff=True)
        for verb in PAYMENT
        for turn in FAILURES
    },
    **{(Kind.PAYMENT, verb, Turn.RETRIGGERED): told(RUN, f"{verb} retriggered") for verb in PAYMENT},
}
"""(kind, verb, turn) → what is written; a turn that is not listed writes nothing."""

CASES = [
    pytest.param(channel, verb, turn, id=f"{channel.kind}.{verb} {turn}")
    for channel in all_channels()
    for verb in channel.verbs
    for turn in Turn
]


@pytest.mark.parametrize(("channel", "verb", "turn"), CASES)
def test_a_turn_writes_what_the_table_says(channel: Channel, verb: Verb, turn: Turn) -> None:
    expected = TABLE.get((channel.kind, verb, turn))
    assert list(channel.statuses(verb, turn, DETAIL)) == ([expected] if expected else [])


def test_the_table_names_nothing_that_there_is_not() -> None:
    there = {(channel.kind, verb, turn) for channel in all_channels() for verb in channel.verbs for turn in Turn}
    assert set(TABLE) <= there


@pytest.mark.parametrize(("channel", "verb", "turn"), CASES)
def test_a_custom_status_always_has_its_label_and_others_have_none(channel: Channel, verb: Verb, turn: Turn) -> None:
    for written in channel.statuses(verb, turn, ""):
        assert bool(written.label) == (written.status is CUSTOM)


@pytest.mark.parametrize(("channel", "verb", "turn"), CASES)
def test_staff_are_told_of_every_failure_and_of_nothing_else(channel: Channel, verb: Verb, turn: Turn) -> None:
    """A dead address is no failure of the shop's: whoever it belongs to has to look after it."""
    of_concern = (Turn.FAILED,) if channel.kind is Kind.EMAIL else FAILURES
    for written in channel.statuses(verb, turn, ""):
        assert written.staff == (turn in of_concern)


@pytest.mark.parametrize(("channel", "verb", "turn"), CASES)
def test_only_the_mis_kind_writes_mis_statuses(channel: Channel, verb: Verb, turn: Turn) -> None:
    for written in channel.statuses(verb, turn, ""):
        assert written.status.group is not StatusGroup.MIS or channel.kind is Kind.MIS


def test_a_done_update_or_refund_without_detail_reads_as_a_whole() -> None:
    details = {
        written.detail
        for channel in all_channels()
        for verb in (Verb.UPDATE, *PAYMENT)
        if verb in channel.verbs
        for written in channel.statuses(verb, Turn.DONE, "")
    }
    assert details == {"MIS updated", "refund made", "void made"}
