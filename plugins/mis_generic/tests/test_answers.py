"""The rules by which an answer is judged, for what the simulated MIS never says."""

from typing import Any

import pytest
from pydantic import JsonValue

from printhub import (
    AdapterError,
    Misconfigured,
    Outcome,
    OutcomeUnknown,
    Rejected,
    Report,
    Unavailable,
)
from printhub_mis_generic.answer_config import ErrorConfig
from printhub_mis_generic.answers import Asked, judge
from printhub_mis_generic.call_config import CallConfig
from printhub_mis_generic.reading import Reading


def ending(status: int, document: JsonValue = None, *, known: str | None = None, **call: Any) -> Report | AdapterError:
    errors = call.pop("errors", {"message": "message", "code": "code"})
    asked = Asked("notify", str, known, ours=("J-1", "key-1"), repeatable=call.pop("repeatable", False))
    reading = Reading(status, {} if document is None else document)
    try:
        return judge(
            reading, CallConfig.model_validate({"path": "x", **call}), ErrorConfig.model_validate(errors), asked
        )
    except AdapterError as error:
        return error


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Report),
        (204, Report),
        (206, OutcomeUnknown),
        (301, Misconfigured),
        (302, OutcomeUnknown),
        (303, OutcomeUnknown),
        (304, OutcomeUnknown),
        (307, Misconfigured),
        (308, Misconfigured),
        (400, Rejected),
        (401, Misconfigured),
        (403, Misconfigured),
        (404, Misconfigured),
        (405, Misconfigured),
        (407, Misconfigured),
        (408, OutcomeUnknown),
        (409, Rejected),
        (413, Rejected),
        (422, Rejected),
        (425, Unavailable),
        (429, Unavailable),
        (500, OutcomeUnknown),
        (501, OutcomeUnknown),
        (502, OutcomeUnknown),
        (503, Unavailable),
        (504, OutcomeUnknown),
    ],
)
def test_a_status_alone_means(status: int, kind: type) -> None:
    assert isinstance(ending(status), kind)


@pytest.mark.parametrize(("status", "kind"), [(302, Misconfigured), (408, Unavailable), (500, Unavailable)])
def test_a_doubt_about_a_repeatable_request_is_none(status: int, kind: type) -> None:
    assert isinstance(ending(status, repeatable=True), kind)


def test_an_unknown_job_is_not_an_unknown_route() -> None:
    assert isinstance(ending(404, known="M-1"), Rejected)


@pytest.mark.parametrize(
    ("document", "call", "kind"),
    [
        ({"ok": True}, {"success": {"body": "ok"}}, Report),
        ({"ok": 0}, {"success": {"body": "ok"}}, Report),
        ({"ok": False}, {"success": {"body": "ok"}}, OutcomeUnknown),
        ({"ok": False, "message": "No."}, {"success": {"body": "ok"}}, Rejected),
        ({"ok": False, "code": 7}, {"success": {"body": "ok"}}, Rejected),
        ({"message": "No."}, {"success": {"body": "ok"}, "errors": {"when": "IsError"}}, OutcomeUnknown),
        ({"ok": True, "IsError": True}, {"success": {"body": "ok"}, "errors": {"when": "IsError"}}, Rejected),
        ([1, 2], {"success": {"body": "length(@) == `2`"}}, Report),
        ("text", {"success": {"body": "length(@)"}}, Report),
        ({}, {"success": {"body": "length(ok)"}}, OutcomeUnknown),
        ({"id": 17}, {"reference": "id"}, Report),
        ({"id": "x" * 300}, {"reference": "id"}, OutcomeUnknown),
        ({"id": True}, {"reference": "id"}, OutcomeUnknown),
        ({"id": {}}, {"reference": ["id", "other"]}, OutcomeUnknown),
        ({"order": {"_id": "a"}}, {"reference": ["id", "order._id"]}, Report),
        ({"text": "Success"}, {"answer": "text", "success": {"body": "text == 'Success'"}}, Report),
    ],
)
def test_the_body_must_say_yes_too(document: JsonValue, call: dict[str, Any], kind: type) -> None:
    assert isinstance(ending(200, document, **call), kind)


@pytest.mark.parametrize(
    ("document", "known", "kind"),
    [
        ({"code": "DUP", "job": "J-1", "id": "M-1"}, None, Report),
        ({"code": "DUP", "job": "key-1", "id": "M-1"}, None, Report),
        ({"code": "DUP", "job": "J-2", "id": "M-1"}, None, OutcomeUnknown),
        ({"code": "DUP", "id": "M-1"}, "M-1", Report),
        ({"code": "DUP", "id": "M-2"}, "M-1", OutcomeUnknown),
        ({"code": "DUP"}, "M-1", OutcomeUnknown),
    ],
)
def test_a_duplicate_is_done_if_it_is_ours(document: JsonValue, known: str | None, kind: type) -> None:
    errors = {"code": "code", "duplicate_codes": ["DUP"], "ours": "job"}
    assert isinstance(ending(409, document, known=known, errors=errors, reference="id"), kind)


@pytest.mark.parametrize(("status", "outcome"), [(200, Outcome.DONE), (202, Outcome.ACCEPTED)])
def test_what_is_taken_may_be_judged_later(status: int, outcome: Outcome) -> None:
    report = ending(status, {"state": "new"})
    assert isinstance(report, Report)
    assert report.outcome is outcome


def test_a_wish_for_more_counts_before_the_status_but_not_before_credentials() -> None:
    errors = {"action_required": "wants", "message": "wants"}
    wish: JsonValue = {"wants": "a signature"}
    for status in (200, 409, 422):
        report = ending(status, wish, errors=errors)
        assert isinstance(report, Report)
        assert (report.outcome, report.detail) == (Outcome.ACTION_REQUIRED, "a signature")
    assert isinstance(ending(403, wish, errors=errors), Misconfigured)
    assert isinstance(ending(500, wish, errors=errors), OutcomeUnknown)


def test_several_messages_are_told_in_one_line() -> None:
    said = ending(400, {"validations": [{"m": "a"}, {"m": None}, {"m": 3}]}, errors={"message": "validations[].m"})
    assert str(said) == "notify: the MIS answered 400: a; 3"
