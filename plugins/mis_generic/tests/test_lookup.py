"""A lookup says what the MIS says, and Absent only where the MIS is certain."""

from collections.abc import Iterator
from typing import Any

import pytest

from plugins.mis_generic.tests import sample
from printhub import (
    Absent,
    CannotTell,
    Earlier,
    Finding,
    Found,
    Misconfigured,
    Outcome,
    Rejected,
    Report,
    Unavailable,
    Verb,
)
from printhub.testing import MisMode, MisSimulator, a_call, a_ticket


@pytest.fixture
def mis() -> Iterator[MisSimulator]:
    with MisSimulator() as simulator:
        yield simulator


BY_JOB = {"params": {"job": "{{ job.id }}"}}


def look(
    mis: MisSimulator,
    verb: Verb = Verb.NOTIFY,
    lookup: sample.Settings | None = None,
    *,
    earlier: dict[Verb, Earlier] | None = None,
) -> Finding:
    config = sample.settings(mis.url, lookup={**sample.settings()["lookup"], **(lookup or {})})
    return sample.adapter(config).lookup(a_ticket(), a_call(verb, f"key-{verb}", earlier=earlier))


def do(mis: MisSimulator, verb: Verb = Verb.NOTIFY, key: str | None = None) -> None:
    hub = sample.adapter(sample.settings(mis.url))
    call = a_call(verb, key or f"key-{verb}", earlier={} if verb is Verb.NOTIFY else sample.notified())
    getattr(hub, verb)(a_ticket(), call)


def report_of(finding: Finding) -> Report:
    assert isinstance(finding, Found)
    assert isinstance(finding.report, Report)
    return finding.report


def test_what_arrived_is_found_with_its_reference(mis: MisSimulator) -> None:
    do(mis)
    report = report_of(look(mis))
    assert (report.outcome, report.reference) == (Outcome.DONE, "MIS-000001")


def test_what_never_arrived_is_absent(mis: MisSimulator) -> None:
    assert look(mis) == Absent()


@pytest.mark.parametrize("verb", [Verb.MANIFEST, Verb.ASSETS, Verb.CANCEL])
def test_each_verb_is_looked_up_by_itself(mis: MisSimulator, verb: Verb) -> None:
    do(mis)
    assert look(mis, verb, BY_JOB) == Absent()
    do(mis, verb)
    assert report_of(look(mis, verb, BY_JOB)).outcome is Outcome.DONE
    assert report_of(look(mis, verb)).outcome is Outcome.DONE


@pytest.mark.parametrize("verb", [Verb.NOTIFY, Verb.MANIFEST])
@pytest.mark.parametrize("verdict", ["received", "refused"])
def test_what_was_accepted_is_found_as_it_stands(mis: MisSimulator, verb: Verb, verdict: str) -> None:
    if verb is Verb.MANIFEST:
        do(mis)
    mis.script(verb, MisMode.ACCEPTS)
    do(mis, verb)
    assert report_of(look(mis, verb)).outcome is Outcome.ACCEPTED
    mis.decide("J-1", verdict)
    found = look(mis, verb)
    assert isinstance(found, Found)
    assert isinstance(found.report, Report if verdict == "received" else Rejected)


def test_a_found_call_covers_what_its_answer_would_have() -> None:
    with MisSimulator(covers=["manifest", "assets"]) as mis:
        config = sample.by_url(mis.url, lookup={**sample.settings()["lookup"], "verbs": {"notify": {"done": "id"}}})
        hub = sample.adapter(config)
        hub.notify(a_ticket(), a_call())
        assert report_of(hub.lookup(a_ticket(), a_call())).covers == {Verb.MANIFEST, Verb.ASSETS}


def test_one_of_several_entries_is_found_by_the_known_reference_only(mis: MisSimulator) -> None:
    do(mis, key="run-1")
    do(mis, key="run-2")
    assert isinstance(look(mis, lookup=BY_JOB), CannotTell)
    assert report_of(look(mis, lookup=BY_JOB, earlier=sample.notified("MIS-000002"))).reference == "MIS-000002"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"found": "nothing"}, "lookup.found"),
        ({"found": "length(jobs)"}, "lookup.found"),
        ({"verbs": {"manifest": {"done": "manifested"}}}, "notify"),
        ({"verbs": {"notify": {"done": "nothing"}}}, "done"),
        ({"path": "jobs/{{ job.id }}"}, "404"),
    ],
)
def test_what_the_answer_does_not_say_nobody_can_tell(mis: MisSimulator, changes: dict[str, Any], why: str) -> None:
    do(mis)
    finding = look(mis, lookup=changes)
    assert isinstance(finding, CannotTell)
    assert why in finding.why


def test_a_404_is_absent_where_the_configuration_says_so(mis: MisSimulator) -> None:
    lookup: sample.Settings = {"path": "jobs/{{ job.id }}", "params": {}, "found": "@", "absent_statuses": [404]}
    assert look(mis, lookup=lookup) == Absent()
    do(mis)
    assert report_of(look(mis, lookup={**lookup, "path": "jobs/MIS-000001"})).reference == "MIS-000001"


def test_a_mis_that_does_not_answer_lookups_cannot_tell() -> None:
    with MisSimulator(answers_lookups=False) as mis:
        assert isinstance(look(mis), CannotTell)
    assert sample.adapter(sample.settings(lookup=None)).lookup(a_ticket(), a_call()) == CannotTell(
        "no lookup is configured"
    )


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        (MisMode.SERVER_ERROR, Unavailable),
        (MisMode.too_many(3), Unavailable),
        (MisMode.COMMITS_THEN_DROPS, Unavailable),
        (MisMode.WRONG_CREDENTIALS, Misconfigured),
        (MisMode.GARBAGE, None),
        (MisMode.OK_WITH_ERROR_BODY, None),
        (MisMode.OK_WITHOUT_REFERENCE, None),
        (MisMode.redirect(), None),
        (MisMode.refuses(), None),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_mis_in_trouble_is_asked_again_or_cannot_tell(
    mis: MisSimulator, mode: MisMode, kind: type[Exception] | None
) -> None:
    do(mis)
    mis.script("lookup", mode)
    if kind is None:
        assert isinstance(look(mis), CannotTell)
    else:
        with pytest.raises(kind):
            look(mis)


def test_a_lookup_sends_no_key_and_marks_no_sending(mis: MisSimulator) -> None:
    call = a_call()
    sample.adapter(sample.settings(mis.url)).lookup(a_ticket(), call)
    assert "idempotency-key" not in mis.journal[0].headers
    assert not call.wire.sent
