"""What adapters answer with: reports made in one line, memos that stay small, and findings of a lookup."""

from datetime import UTC, datetime

import pytest
from pydantic import JsonValue, ValidationError

from printhub import CannotTell, Found, JobStatus, Outcome, Progress, Rejected, Report, Settled, Verb
from printhub.core.model.reports import MEMO_LIMIT


def test_each_outcome_has_a_helper_of_its_name() -> None:
    made = {
        Report.done("MIS-1"),
        Report.accepted("MIS-1"),
        Report.action_required("confirm the paper"),
        Report.partial(frozenset({"front"}), "the back was refused"),
        Report.skipped("no folder takes it"),
    }
    assert {report.outcome for report in made} == set(Outcome)


def test_a_helper_fills_in_what_it_is_given_and_leaves_the_rest_empty() -> None:
    assert Report.done() == Report(outcome=Outcome.DONE)
    assert Report.done("MIS-1").reference == "MIS-1"
    assert Report.accepted("MIS-1").reference == "MIS-1"
    assert Report.action_required("confirm").detail == "confirm"
    assert Report.skipped("nothing to do").detail == "nothing to do"
    partial = Report.partial(frozenset({"front"}), "the back was refused")
    assert partial.parts == {"front"}
    assert partial.detail == "the back was refused"


def test_a_helper_takes_every_further_fact() -> None:
    progress = Progress(status=JobStatus.MIS_ORDER_PROCESSED, at=datetime(2026, 11, 22, tzinfo=UTC))
    report = Report.done("MIS-1", covers={Verb.MANIFEST}, progress=[progress], memo={"slot": 3}, detail="booked")
    assert report.covers == {Verb.MANIFEST}
    assert report.progress == (progress,)
    assert report.memo == {"slot": 3}
    assert report.detail == "booked"


@pytest.mark.parametrize("facts", [{"covers": {"print"}}, {"progress": [{"status": "Done"}]}, {"detail": 5}])
def test_a_helper_refuses_what_is_no_such_fact(facts: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Report.done("MIS-1", **facts)


def test_a_reference_is_at_most_256_characters_long() -> None:
    assert Report.done("x" * 256).reference == "x" * 256
    with pytest.raises(ValidationError):
        Report.done("x" * 257)


def test_a_report_survives_being_written_and_read() -> None:
    report = Report.partial(frozenset({"front"}), "rest failed", memo=[1, {"a": None}], covers={Verb.MANIFEST})
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_what_a_newer_adapter_adds_is_ignored() -> None:
    assert Report.model_validate({"outcome": "done", "carbon": 5}) == Report.done()


def test_a_memo_may_have_16_kb_of_json_and_not_one_byte_more() -> None:
    quotes = 2
    assert Report.done(memo="x" * (MEMO_LIMIT - quotes)).memo
    with pytest.raises(ValidationError, match=f"{MEMO_LIMIT} bytes"):
        Report.done(memo="x" * (MEMO_LIMIT - quotes + 1))


def test_a_memo_is_measured_in_bytes_and_not_in_characters() -> None:
    with pytest.raises(ValidationError, match=f"{MEMO_LIMIT} bytes"):
        Report.done(memo="ü" * (MEMO_LIMIT // 2))


@pytest.mark.parametrize("memo", [float("nan"), [float("inf")], {"a": object()}])
def test_a_memo_is_json_that_can_be_stored(memo: object) -> None:
    with pytest.raises(ValidationError):
        Report.done(memo=memo)


@pytest.mark.parametrize("memo", [None, 0, "", [], {}, {"a": [1, None, True]}])
def test_a_memo_comes_back_as_it_was(memo: JsonValue) -> None:
    assert Report.model_validate_json(Report.done(memo=memo).model_dump_json()).memo == memo


def test_a_lookup_finds_a_report_or_a_refusal() -> None:
    refusal = Rejected("no such paper")
    assert Found(Report.done("MIS-1")).report == Report.done("MIS-1")
    assert Found(refusal).report is refusal
    assert CannotTell("too long ago").why == "too long ago"


def test_a_settled_call_that_says_nothing_is_no_signal() -> None:
    with pytest.raises(ValidationError, match="a report, or the reason of its refusal"):
        Settled(reference="M-1")
