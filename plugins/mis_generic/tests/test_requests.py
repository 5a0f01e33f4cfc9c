"""What goes over the wire is what the templates say, whatever stands in the job."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from plugins.mis_generic.tests import sample
from printhub import AdapterError, Misconfigured, ProductType, Rejected, Scope, Verb
from printhub.testing import MisSimulator, Seen, a_call, a_ticket


@pytest.fixture
def mis() -> Iterator[MisSimulator]:
    with MisSimulator() as simulator:
        yield simulator


def sent(mis: MisSimulator, job: str = "J-1", *, config: sample.Settings | None = None, **notify: Any) -> Seen:
    """Notify with changes to the section, whatever the MIS makes of it, and return the request."""
    config = config or sample.settings(mis.url, notify={**sample.settings()["notify"], **notify})
    before = len(mis.journal)
    try:
        sample.adapter(config).notify(a_ticket(job), a_call())
    except AdapterError:
        if len(mis.journal) == before:
            raise
    return mis.journal[-1]


def test_a_json_body_keeps_types_and_every_letter(mis: MisSimulator) -> None:
    seen = sent(mis, 'Ä"},{{ 7 * 7 }}\\')
    body = seen.json()
    assert seen.body.startswith(b"{")
    assert body["job"] == 'Ä"},{{ 7 * 7 }}\\'
    assert body["quantity"] == 250
    assert body["attributes"]["material"] == "300 g/m² silk"
    assert [file["name"] for file in body["artwork"]] == ["front.pdf", "back.pdf"]
    assert "link" not in body["artwork"][0]
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["idempotency-key"] == "key-1"


def test_a_job_without_an_order_is_told_as_such(mis: MisSimulator) -> None:
    ticket = a_ticket(product_type=ProductType.EXTERNAL).model_copy(update={"order": None})
    sample.adapter(sample.settings(mis.url)).notify(ticket, a_call())
    assert mis.journal[0].json()["order"] is None


def test_a_whole_body_may_be_one_template(mis: MisSimulator) -> None:
    body = '{"job": "{{ job.id }}", "names": [{% for file in files %}"{{ file.name }}",{% endfor %} null]}'
    assert sent(mis, 'J"1', body=body).json() == {"job": 'J"1', "names": ["front.pdf", "back.pdf", None]}


@pytest.mark.parametrize("body", ['"{{ job.id }}"', '{"job": {{ job.nothing }}}', "{{ job.id }}"])
def test_a_body_that_is_no_object_is_not_sent(mis: MisSimulator, body: str) -> None:
    with pytest.raises(Misconfigured, match=r"notify\.body") as caught:
        sent(mis, body=body)
    assert caught.value.scope is Scope.DELIVERY
    assert mis.journal == ()


def test_values_in_a_path_cannot_lead_elsewhere(mis: MisSimulator) -> None:
    path = "jobs/{{ job.id }}/x-{{ job.quantity }}"
    assert sent(mis, "a/b?c=d#e %2F ä", path=path).path == "/jobs/a%2Fb%3Fc%3Dd%23e%20%252F%20%C3%A4/x-250"
    for job in ("..", "."):
        with pytest.raises(Rejected, match=r"notify\.path"):
            sent(mis, job, path=path)


def test_an_empty_value_leads_nowhere(mis: MisSimulator) -> None:
    with pytest.raises(Rejected, match="empty"):
        sent(mis, path="jobs/{{ order.po_number }}")


def test_parameters_are_encoded_and_empty_ones_left_out(mis: MisSimulator) -> None:
    seen = sent(mis, "a&b=c", params={"job": "{{ job.id }}", "po": "{{ order.po_number or '' }}", "test": "{{ mode }}"})
    assert seen.query == {"job": "a&b=c", "test": "test"}


def test_headers_hold_what_headers_can(mis: MisSimulator) -> None:
    config = sample.settings(mis.url, headers={"X-Shop": "{{ storefront }}"})
    assert sent(mis, config=config).headers["x-shop"] == "shop"
    assert sent(mis, headers={"X-Job": "{{ job.id }}"}).headers["x-job"] == "J-1"
    before = len(mis.journal)
    for job in ("J\r\nX-Evil: 1", "Jäger"):
        with pytest.raises(Rejected, match=r"notify\.headers\.X-Job"):
            sent(mis, job, headers={"X-Job": "{{ job.id }}"})
    assert len(mis.journal) == before


def test_a_form_has_fields(mis: MisSimulator) -> None:
    seen = sent(mis, "a&b", format="form", body={"job": "{{ job.id }}", "more": {"n": "{{ job.quantity }}"}})
    assert seen.body == b"job=a%26b&more=%7B%22n%22%3A250%7D"
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_text_is_sent_as_it_is(mis: MisSimulator) -> None:
    seen = sent(mis, "a<b", format="text", body="<job id='{{ job.id | e }}'/>", media_type="application/xml")
    assert seen.body == b"<job id='a&lt;b'/>"
    assert seen.headers["content-type"] == "application/xml"


def test_the_same_call_sends_the_same_body(mis: MisSimulator) -> None:
    assert sent(mis).body == sent(mis).body


def test_a_fact_that_is_not_there_is_named_and_nothing_is_sent(mis: MisSimulator) -> None:
    with pytest.raises(Misconfigured, match=r"notify\.body\.job") as caught:
        sent(mis, body={"job": "{{ job.number }}"})
    assert caught.value.scope is Scope.DELIVERY
    assert mis.journal == ()


def test_the_key_may_be_sent_otherwise_or_not_at_all(mis: MisSimulator) -> None:
    other = sample.settings(mis.url, idempotency={"header": "X-Request-Id"})
    assert sent(mis, config=other).headers["x-request-id"] == "key-1"
    none = sample.settings(mis.url, idempotency={"header": ""})
    assert "idempotency-key" not in sent(mis, config=none).headers
    assert json.loads(sent(mis, body={"job": "J", "key": "{{ key }}"}).body)["key"] == "key-1"


def test_one_verb_may_have_an_address_of_its_own(mis: MisSimulator) -> None:
    with MisSimulator() as other:
        notify = {**sample.settings()["notify"], "base_url": f"{other.url}/"}
        sample.adapter(sample.settings(mis.url, notify=notify)).notify(a_ticket(), a_call())
        assert [seen.path for seen in other.journal] == ["/jobs"]


def test_cancel_names_the_mis_own_reference(mis: MisSimulator) -> None:
    hub = sample.adapter(sample.settings(mis.url))
    reference = hub.notify(a_ticket(), a_call()).reference
    hub.cancel(a_ticket(), a_call(Verb.CANCEL, earlier=sample.notified(reference or "")))
    assert mis.journal[-1].path == "/jobs/MIS-000001/cancel"
    assert mis.jobs["MIS-000001"].cancelled
