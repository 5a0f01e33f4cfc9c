"""What the MIS would refuse is refused before it is sent, naming the field and never its value."""

from typing import Any

import pytest

from plugins.mis_generic.tests import sample
from printhub import Rejected, Verb
from printhub.testing import MisSimulator, a_call, a_ticket


def refusal(verb: Verb = Verb.NOTIFY, **limit: Any) -> str:
    with MisSimulator() as mis:
        hub = sample.adapter(sample.settings(mis.url, limits=[limit]))
        try:
            getattr(hub, verb)(a_ticket("JOB-0001"), a_call(verb, earlier=sample.notified()))
        except Rejected as error:
            if not mis.journal:
                return error.detail
        return ""


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ({"field": "job.id", "max_length": 5}, "job.id has more than 5 characters"),
        ({"field": "order.customer.phone", "pattern": r"\d{10}"}, r"order.customer.phone does not match \d{10}"),
        ({"field": "order.po_number", "required": True}, "order.po_number is missing"),
        ({"field": "order.nothing.there", "required": True}, "order.nothing.there is missing"),
        ({"field": "job.parts[].id", "max_length": 4}, "job.parts[].id has more than 4 characters"),
        ({"field": "files[].name", "required": True}, "files[].name is missing"),
        ({"field": "reference", "value": "{{ order.id }}-{{ job.id }}", "max_length": 9}, "reference has more than 9"),
    ],
)
def test_a_broken_limit_is_named(limit: dict[str, Any], words: str) -> None:
    said = refusal(**limit)
    assert words in said
    assert "JOB-0001" not in said
    assert "+4930123456" not in said


@pytest.mark.parametrize(
    "limit",
    [
        {"field": "job.id", "max_length": 8, "pattern": "[A-Z0-9-]+", "required": True},
        {"field": "order.po_number", "max_length": 1, "pattern": "x"},
        {"field": "job.id", "max_length": 1, "verbs": ["cancel"]},
        {"field": "job.parts[].id", "required": True},
    ],
)
def test_what_keeps_its_limits_is_sent(limit: dict[str, Any]) -> None:
    assert refusal(**limit) == ""


def test_a_cancellation_is_not_held_up_by_limits() -> None:
    assert refusal(Verb.CANCEL, field="job.id", max_length=1) == ""
