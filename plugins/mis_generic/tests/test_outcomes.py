"""What the adapter makes of every way in which the simulated MIS can behave."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from plugins.mis_generic.tests import sample
from printhub import (
    Misconfigured,
    Outcome,
    OutcomeUnknown,
    Rejected,
    Report,
    Scope,
    Unavailable,
    Verb,
)
from printhub.testing import MisMode, MisSimulator, a_call, a_ticket

IMPATIENT = timedelta(milliseconds=300)


@pytest.fixture
def mis() -> Iterator[MisSimulator]:
    with MisSimulator() as simulator:
        yield simulator


def attempt(mis: MisSimulator, verb: Verb, deadline_in: timedelta = timedelta(seconds=10), **changes: Any) -> object:
    hub = sample.adapter(sample.settings(mis.url, **changes))
    earlier = {} if verb is Verb.NOTIFY else sample.notified()
    try:
        return getattr(hub, verb)(a_ticket(), a_call(verb, "key-2", earlier=earlier, deadline_in=deadline_in))
    except Exception as error:  # noqa: BLE001 - the ending is what the test is about
        return error


DOUBT = OutcomeUnknown
NOTIFY: list[tuple[MisMode, type, str]] = [
    (MisMode.TAKES, Report, ""),
    (MisMode.takes_after(0.01), Report, ""),
    (MisMode.slow_drip(0.001), Report, ""),
    (MisMode.huge_answer(1000), Report, ""),
    (MisMode.ACCEPTS, Report, ""),
    (MisMode.asks_for_more("Pay first."), Report, "Pay first."),
    (MisMode.asks_for_more("Pay first.", status=200), Report, "Pay first."),
    (MisMode.refuses("Too small.", "SMALL"), Rejected, "Too small."),
    (MisMode.OK_WITH_ERROR_BODY, Rejected, "on stop"),
    (MisMode.too_many(7), Unavailable, "429"),
    (MisMode.unavailable(30), Unavailable, "Back in a moment"),
    (MisMode.unavailable(), Unavailable, "503"),
    (MisMode.SERVER_ERROR, DOUBT, "500"),
    (MisMode.COMMITS_THEN_500, DOUBT, "500"),
    (MisMode.OK_WITHOUT_REFERENCE, DOUBT, "200"),
    (MisMode.GARBAGE, DOUBT, "cannot be read"),
    (MisMode.COMMITS_THEN_DROPS, DOUBT, ""),
    (MisMode.DROPS_BEFORE_COMMIT, DOUBT, ""),
    (MisMode.HALF_READS_UPLOAD, DOUBT, ""),
    (MisMode.hangs(), DOUBT, "in time"),
    (MisMode.commits_then_hangs(), DOUBT, "in time"),
    (MisMode.slow_drip(0.2), DOUBT, ""),
    (MisMode.redirect(), DOUBT, "302"),
    (MisMode.WRONG_CREDENTIALS, Misconfigured, "401"),
    (MisMode.FORBIDDEN, Misconfigured, "403"),
    (MisMode.NOT_FOUND, Misconfigured, "route"),
]


@pytest.mark.parametrize(("mode", "kind", "words"), NOTIFY, ids=lambda value: getattr(value, "name", None))
def test_notify_names_every_ending_by_who_must_act(mis: MisSimulator, mode: MisMode, kind: type, words: str) -> None:
    mis.script("notify", mode)
    patience = IMPATIENT if mode.delay > 1 or mode.hang or mode.drip > 0.1 else timedelta(seconds=10)
    ending = attempt(mis, Verb.NOTIFY, patience)
    assert isinstance(ending, kind), ending
    assert words in getattr(ending, "detail", "")


FOLLOWING: list[tuple[MisMode, type]] = [
    (MisMode.TAKES, Report),
    (MisMode.refuses(), Rejected),
    (MisMode.NOT_FOUND, Rejected),
    (MisMode.OK_WITH_ERROR_BODY, Rejected),
    (MisMode.too_many(), Unavailable),
    (MisMode.SERVER_ERROR, DOUBT),
    (MisMode.COMMITS_THEN_DROPS, DOUBT),
    (MisMode.OK_WITHOUT_REFERENCE, DOUBT),
    (MisMode.GARBAGE, DOUBT),
    (MisMode.FORBIDDEN, Misconfigured),
]


@pytest.mark.parametrize("verb", [Verb.MANIFEST, Verb.UPDATE, Verb.CANCEL])
@pytest.mark.parametrize(("mode", "kind"), FOLLOWING, ids=lambda value: getattr(value, "name", None))
def test_the_other_verbs_do_the_same(mis: MisSimulator, verb: Verb, mode: MisMode, kind: type) -> None:
    attempt(mis, Verb.NOTIFY)
    mis.script(verb, mode)
    ending = attempt(mis, verb)
    assert isinstance(ending, kind), ending


def test_retry_after_is_passed_on(mis: MisSimulator) -> None:
    mis.script("notify", MisMode.too_many(7), MisMode.too_many("Wed, 21 Oct 2015 07:28:00 GMT"), MisMode.too_many("x"))
    endings = [attempt(mis, Verb.NOTIFY) for _ in range(3)]
    assert [getattr(ending, "retry_after", "") for ending in endings] == [timedelta(seconds=7), timedelta(), None]


def test_an_accepted_job_waits_for_the_mis(mis: MisSimulator) -> None:
    mis.script("notify", MisMode.ACCEPTS)
    report = attempt(mis, Verb.NOTIFY)
    assert isinstance(report, Report)
    assert (report.outcome, report.reference) == (Outcome.ACCEPTED, "MIS-000001")


def test_a_mis_that_is_down_has_seen_nothing(mis: MisSimulator) -> None:
    mis.down()
    assert isinstance(attempt(mis, Verb.NOTIFY), Unavailable)


def test_wrong_credentials_concern_the_whole_instance(mis: MisSimulator) -> None:
    mis.script("notify", MisMode.WRONG_CREDENTIALS)
    ending = attempt(mis, Verb.NOTIFY)
    assert isinstance(ending, Misconfigured)
    assert ending.scope is Scope.INSTANCE


def test_a_printed_job_is_not_cancelled(mis: MisSimulator) -> None:
    attempt(mis, Verb.NOTIFY)
    mis.print("J-1")
    ending = attempt(mis, Verb.CANCEL)
    assert isinstance(ending, Rejected)
    assert "409" in ending.detail


def test_a_repeatable_request_is_simply_made_again(mis: MisSimulator) -> None:
    update = {**sample.settings()["update"], "repeatable": True}
    attempt(mis, Verb.NOTIFY)
    for mode in (MisMode.SERVER_ERROR, MisMode.COMMITS_THEN_DROPS, MisMode.GARBAGE):
        mis.script("update", mode)
        assert isinstance(attempt(mis, Verb.UPDATE, update=update), Unavailable)


def test_error_codes_say_what_statuses_do_not(mis: MisSimulator) -> None:
    errors = {
        **sample.settings()["errors"],
        "unavailable_codes": ["NOT_YET"],
        "misconfigured_codes": [17],
        "rejected_codes": ["INTERNAL"],
    }
    mis.script("notify", MisMode.refuses("x", "NOT_YET"), MisMode.refuses("x", "17"), MisMode.SERVER_ERROR)
    endings = [type(attempt(mis, Verb.NOTIFY, errors=errors)) for _ in range(3)]
    assert endings == [Unavailable, Misconfigured, Rejected]


def test_a_duplicate_is_done_only_if_it_is_ours(mis: MisSimulator) -> None:
    errors = {**sample.settings()["errors"], "duplicate_codes": ["EXISTS"], "ours": "error.message"}
    mis.script("notify", MisMode.refuses("key-2", "EXISTS"), MisMode.refuses("key-9", "EXISTS"))
    notify = {**sample.settings()["notify"], "reference": "error.message"}
    assert isinstance(attempt(mis, Verb.NOTIFY, errors=errors, notify=notify), Report)
    assert isinstance(attempt(mis, Verb.NOTIFY, errors=errors, notify=notify), OutcomeUnknown)


def test_a_verb_that_another_call_covers_says_so() -> None:
    hub = sample.adapter(sample.by_url())
    with pytest.raises(Misconfigured, match="covers") as caught:
        hub.manifest(a_ticket(), a_call(Verb.MANIFEST))
    assert caught.value.scope is Scope.DELIVERY


def test_a_call_without_the_reference_that_it_needs_is_not_sent(mis: MisSimulator) -> None:
    hub = sample.adapter(sample.settings(mis.url))
    with pytest.raises(Misconfigured, match="reference") as caught:
        hub.cancel(a_ticket(), a_call(Verb.CANCEL))
    assert caught.value.scope is Scope.DELIVERY
    assert mis.journal == ()


def test_an_answer_can_tell_of_further_statuses() -> None:
    manifest = {**sample.settings()["manifest"], "progress": [{"when": "state", "status": "MisOrderProcessed"}]}
    with MisSimulator() as mis:
        attempt(mis, Verb.NOTIFY)
        report = attempt(mis, Verb.MANIFEST, manifest=manifest)
    assert isinstance(report, Report)
    assert [told.status for told in report.progress] == ["MisOrderProcessed"]


def test_a_check_tells_how_the_mis_is(mis: MisSimulator) -> None:
    hub = sample.adapter(sample.settings(mis.url))
    assert hub.check(a_call()).outcome is Outcome.DONE
    mis.script("check", MisMode.SERVER_ERROR, MisMode.NOT_FOUND, MisMode.FORBIDDEN)
    for kind in (Unavailable, Misconfigured, Misconfigured):
        with pytest.raises(kind):
            hub.check(a_call())
    assert sample.adapter(sample.settings(check=None)).check(a_call()).outcome is Outcome.SKIPPED
