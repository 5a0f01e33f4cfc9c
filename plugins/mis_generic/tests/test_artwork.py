"""Files reach the MIS whole, each under its name, and a retrigger sends only what lacks."""

import hashlib
from collections.abc import Callable, Iterator

import pytest
import responses
from pydantic import JsonValue

from plugins.mis_generic.tests import sample
from printhub import (
    Call,
    Earlier,
    FileRole,
    JobTicket,
    Misconfigured,
    Outcome,
    Part,
    ProductType,
    Rejected,
    Report,
    Scope,
    Unavailable,
    Verb,
)
from printhub.testing import MemoryFiles, MisJob, MisMode, MisSimulator, a_call, a_ticket

BOTH = frozenset({"front", "back"})
FRONT = frozenset({"front"})


@pytest.fixture
def mis() -> Iterator[MisSimulator]:
    with MisSimulator() as simulator:
        yield simulator


def entry(mis: MisSimulator) -> MisJob:
    [only] = mis.jobs_of("J-1")
    return only


def deliver(
    config: sample.Settings, ticket: JobTicket | None = None, earlier: dict[Verb, Earlier] | None = None
) -> tuple[Report, Call]:
    """Notify, then deliver the artwork as the next call of the chain would."""
    hub, ticket = sample.adapter(config), ticket or a_ticket()
    if earlier is None:
        notify = a_call(Verb.NOTIFY, "key-1")
        earlier = sample.remembering(hub.notify(ticket, notify), Verb.NOTIFY, notify)
    call = a_call(Verb.ASSETS, "key-2", earlier=earlier)
    return hub.assets(ticket, call), call


@pytest.mark.parametrize("make", [sample.settings, sample.by_multipart])
def test_every_file_arrives_whole(mis: MisSimulator, make: Callable[[str], sample.Settings]) -> None:
    ticket = a_ticket()
    report, _ = deliver(make(mis.url), ticket)
    assert (report.outcome, report.parts) == (Outcome.DONE, BOTH)
    assert entry(mis).artwork == {file.name: (file.size, file.sha256) for file in ticket.files}
    assert entry(mis).artwork_confirmed


def test_a_big_file_is_streamed_and_not_compared_under_its_key(mis: MisSimulator) -> None:
    content = bytes(range(256)) * 20_000
    ticket = a_ticket(files=[MemoryFiles().add("big.pdf", content, part="big")])
    report, _ = deliver(sample.by_multipart(mis.url), ticket)
    assert report.outcome is Outcome.DONE
    assert entry(mis).artwork["big.pdf"] == (len(content), hashlib.sha256(content).hexdigest())


def test_files_of_one_name_are_told_apart(mis: MisSimulator) -> None:
    files = MemoryFiles()
    same = [files.add("print.pdf", name.encode(), part=name) for name in ("a", "b")]
    report, _ = deliver(sample.settings(mis.url), a_ticket(files=same))
    assert report.parts == {"a", "b"}
    assert sorted(entry(mis).artwork) == ["1-print.pdf", "2-print.pdf"]


def test_the_mis_may_want_names_of_its_own(mis: MisSimulator) -> None:
    artwork = {"mode": "slots", "slots": "slots", "name": "{{ job.id }}_{{ number }}/{{ file.part }}.pdf"}
    deliver(sample.settings(mis.url, artwork=artwork))
    assert sorted(entry(mis).artwork) == ["J-1_1_front.pdf", "J-1_2_back.pdf"]


@pytest.mark.parametrize("verb", [Verb.NOTIFY, Verb.MANIFEST, Verb.ASSETS])
@pytest.mark.parametrize("lack", ["a part's file", "all files"])
def test_nothing_is_sent_while_a_file_lacks(mis: MisSimulator, verb: Verb, lack: str) -> None:
    ticket = a_ticket()
    if lack == "a part's file":
        job = ticket.job.model_copy(update={"parts": (*ticket.job.parts, Part(id="inside"))})
        ticket = ticket.model_copy(update={"job": job})
    else:
        ticket = a_ticket(product_type=ProductType.STATIC, files=[])
    call = a_call(verb, earlier=sample.notified())
    with pytest.raises(Rejected, match="inside" if lack == "a part's file" else "no file"):
        getattr(sample.adapter(sample.settings(mis.url)), verb)(ticket, call)
    assert mis.journal == ()
    assert not call.wire.sent


def test_one_output_stands_for_all_parts(mis: MisSimulator) -> None:
    whole = MemoryFiles().add("all.pdf", role=FileRole.OUTPUT)
    ticket = a_ticket().model_copy(update={"files": (whole,)})
    report, _ = deliver(sample.settings(mis.url), ticket)
    assert report.parts == {str(whole.id)}


def test_a_stock_product_has_no_artwork_to_deliver(mis: MisSimulator) -> None:
    report, _ = deliver(sample.settings(mis.url), a_ticket(product_type=ProductType.ORDINARY))
    assert report.outcome is Outcome.SKIPPED
    assert [seen.verb for seen in mis.journal] == ["notify"]


def test_a_file_that_cannot_be_opened_is_found_before_anything_is_sent(mis: MisSimulator) -> None:
    ticket = a_ticket()
    lost = ticket.files[1].bound(MemoryFiles())
    ticket = ticket.model_copy(update={"files": (ticket.files[0], lost)})
    for make in (sample.settings, sample.by_multipart):
        with pytest.raises(Misconfigured):
            deliver(make(mis.url), ticket, sample.notified())
    assert mis.journal == ()


# --- slots ----------------------------------------------------------------------------------------------------


def test_a_refused_file_leaves_the_rest_and_a_retrigger_sends_only_that_one(mis: MisSimulator) -> None:
    config = sample.settings(mis.url)
    mis.script("upload", MisMode.TAKES, MisMode.refuses("Wrong size."))
    partial, call = deliver(config)
    assert (partial.outcome, partial.parts) == (Outcome.PARTIAL, FRONT)
    assert "Wrong size." in partial.detail

    report, _ = deliver(config, earlier=sample.remembering(partial, Verb.ASSETS, call))

    assert (report.outcome, report.parts) == (Outcome.DONE, BOTH)
    assert [seen.verb for seen in mis.journal] == ["notify", "slots", "upload", "upload", "upload"]
    assert entry(mis).artwork_confirmed


def test_a_retrigger_whose_slots_are_gone_asks_for_new_ones(mis: MisSimulator) -> None:
    config = sample.settings(mis.url)
    mis.script("upload", MisMode.TAKES, MisMode.refuses(), MisMode.FORBIDDEN)
    partial, call = deliver(config)
    report, _ = deliver(config, earlier=sample.remembering(partial, Verb.ASSETS, call))
    assert (report.outcome, report.parts) == (Outcome.DONE, BOTH)
    assert [seen.verb for seen in mis.journal][4:] == ["upload", "slots", "upload"]


def test_files_that_are_all_refused_are_a_refusal(mis: MisSimulator) -> None:
    mis.default("upload", MisMode.refuses("Not a PDF."))
    with pytest.raises(Rejected, match=r"Not a PDF\."):
        deliver(sample.settings(mis.url))


@pytest.mark.parametrize(
    "mode", [MisMode.SERVER_ERROR, MisMode.HALF_READS_UPLOAD, MisMode.COMMITS_THEN_DROPS, MisMode.too_many(3)]
)
def test_an_upload_that_breaks_is_made_again_by_the_hub(mis: MisSimulator, mode: MisMode) -> None:
    mis.script("upload", MisMode.TAKES, mode)
    with pytest.raises(Unavailable):
        deliver(sample.settings(mis.url))
    report, _ = deliver(sample.settings(mis.url), earlier=sample.notified())
    assert (report.outcome, report.parts) == (Outcome.DONE, BOTH)


def test_an_upload_may_be_judged_later(mis: MisSimulator) -> None:
    mis.script("upload", MisMode.ACCEPTS)
    report, _ = deliver(sample.settings(mis.url))
    assert (report.outcome, report.parts) == (Outcome.ACCEPTED, BOTH)


def test_a_slot_that_refuses_the_hub_concerns_this_delivery_only(mis: MisSimulator) -> None:
    mis.script("upload", MisMode.FORBIDDEN)
    with pytest.raises(Misconfigured) as caught:
        deliver(sample.settings(mis.url))
    assert caught.value.scope is Scope.DELIVERY


def test_a_mis_that_wants_something_before_it_opens_slots_says_so(mis: MisSimulator) -> None:
    mis.script("slots", MisMode.asks_for_more("Pay first."))
    report, _ = deliver(sample.settings(mis.url))
    assert (report.outcome, report.detail) == (Outcome.ACTION_REQUIRED, "Pay first.")


def test_slots_that_are_not_open_yet_are_asked_for_again(mis: MisSimulator) -> None:
    with responses.RequestsMock() as told:
        told.post(f"{mis.url}/jobs/MIS-000001/slots", json={"state": "pending"}, status=202)
        with pytest.raises(Unavailable, match="not opened"):
            deliver(sample.settings(mis.url), earlier=sample.notified())


@pytest.mark.parametrize("mode", [MisMode.SERVER_ERROR, MisMode.GARBAGE, MisMode.COMMITS_THEN_DROPS])
def test_asking_for_slots_leaves_no_doubt(mis: MisSimulator, mode: MisMode) -> None:
    mis.script("slots", mode)
    with pytest.raises(Unavailable):
        deliver(sample.settings(mis.url))


def test_slots_of_another_run_of_the_job_are_not_used(mis: MisSimulator) -> None:
    config = sample.settings(mis.url)
    first, _ = deliver(config)
    again = sample.adapter(config).notify(a_ticket(), a_call(Verb.NOTIFY, "key-3"))
    earlier = {Verb.NOTIFY: Earlier(again.reference), Verb.ASSETS: Earlier(first.reference, first.memo)}
    report, _ = deliver(config, earlier=earlier)
    assert report.reference == "MIS-000002"
    assert all(job.artwork_confirmed for job in mis.jobs_of("J-1"))


def test_a_mis_that_opens_too_few_slots_gets_no_file(mis: MisSimulator) -> None:
    assets = {"path": "jobs/{{ reference }}/slots", "body": {"artwork": ["{{ files[0] }}"]}}
    with pytest.raises(Rejected, match="no slot for back"):
        deliver(sample.settings(mis.url, assets=assets, notify={**sample.settings()["notify"], "body": {"job": "J-1"}}))
    assert [seen.verb for seen in mis.journal] == ["notify", "slots"]


def test_no_file_goes_to_a_host_that_is_not_allowed(mis: MisSimulator) -> None:
    with MisSimulator() as elsewhere:
        config = sample.by_slots_of_notify(mis.url)
        memo: JsonValue = {"reference": "MIS-000001", "slots": {part: f"{elsewhere.url}/slots/{part}" for part in BOTH}}
        with pytest.raises(Misconfigured, match=r"artwork\.hosts"):
            deliver(config, earlier={Verb.NOTIFY: Earlier("MIS-000001", memo)})
        assert elsewhere.journal == ()
        config["artwork"]["hosts"] = [elsewhere.url.removeprefix("http://")]
        with pytest.raises(Misconfigured, match="expired"):
            deliver(config, earlier={Verb.NOTIFY: Earlier("MIS-000001", memo)})
        assert len(elsewhere.journal) == 1


def test_notify_may_open_the_slots(mis: MisSimulator) -> None:
    ticket, config = a_ticket(), sample.by_slots_of_notify(mis.url)
    deliver(sample.settings(mis.url))  # so that the simulated MIS has slots to tell of
    opened = [{"name": f"{part}.pdf", "url": f"/slots/MIS-000001-{n}"} for n, part in enumerate(("front", "back"), 1)]
    call = a_call()
    with responses.RequestsMock() as told:
        told.post(f"{mis.url}/jobs", json={"id": "MIS-000001", "slots": opened}, status=201)
        report = sample.adapter(config).notify(ticket, call)
    report, _ = deliver(config, earlier=sample.remembering(report, Verb.NOTIFY, call))
    assert (report.outcome, report.parts) == (Outcome.DONE, BOTH)
    assert [seen.path for seen in mis.journal][-2:] == ["/slots/MIS-000001-1", "/slots/MIS-000001-2"]


def test_credentials_go_into_slots_only_where_they_are_to(mis: MisSimulator) -> None:
    auth = {"type": "header", "name": "X-Api-Key", "value": "k-1234"}
    artwork = {"mode": "slots", "slots": "slots", "headers": {"X-Job": "{{ job.id }}"}}
    deliver(sample.settings(mis.url, auth=auth, artwork=artwork))
    deliver(sample.settings(mis.url, auth=auth, artwork={**artwork, "signed": True}), earlier=sample.notified())
    uploads = [seen for seen in mis.journal if seen.verb == "upload"]
    assert ["x-api-key" in seen.headers for seen in uploads] == [False, False, True, True]
    assert {(seen.headers["x-job"], seen.headers["content-type"]) for seen in uploads} == {("J-1", "application/pdf")}


# --- one request ----------------------------------------------------------------------------------------------


def test_a_multipart_call_sends_the_same_bytes_each_time(mis: MisSimulator) -> None:
    mis.script("assets", MisMode.too_many(), MisMode.too_many())
    for _ in range(2):
        with pytest.raises(Unavailable):
            deliver(sample.by_multipart(mis.url), earlier=sample.notified())
    first, second = mis.journal
    assert first.body == second.body
    assert first.headers["content-type"] == second.headers["content-type"]
    assert int(first.headers["content-length"]) == first.size
    assert b'name="job"\r\n\r\nJ-1' in first.body
    assert b'name="sizes"\r\n\r\n{"count":2}' in first.body


def test_files_that_lack_after_a_multipart_call_are_sent_alone(mis: MisSimulator) -> None:
    config = sample.by_multipart(mis.url)
    mis.script("assets", MisMode.PARTIAL)
    partial, call = deliver(config)
    assert (partial.outcome, partial.parts) == (Outcome.PARTIAL, FRONT)
    assert "back" in partial.detail
    report, _ = deliver(config, earlier=sample.remembering(partial, Verb.ASSETS, call))
    assert (report.outcome, report.parts) == (Outcome.DONE, BOTH)
    assert b"front.pdf" not in mis.journal[-1].body
    assert sorted(entry(mis).artwork) == ["back.pdf", "front.pdf"]


def test_names_and_media_types_cannot_break_the_body(mis: MisSimulator) -> None:
    files = MemoryFiles()
    hostile = files.add('"; evil\r\nX: y.pdf', b"%PDF", part="p").model_copy(update={"media_type": "a/b\r\nX: y"})
    report, _ = deliver(sample.by_multipart(mis.url), a_ticket(files=[hostile.bound(files)]))
    assert report.outcome is Outcome.DONE
    assert list(entry(mis).artwork) == ["_; evil__X: y.pdf"]
    assert b"\r\nX: y" not in mis.journal[-1].body


# --- URLs -----------------------------------------------------------------------------------------------------


def test_a_notification_with_urls_settles_what_it_covers() -> None:
    with MisSimulator(covers=["manifest", "assets"]) as mis:
        ticket = a_ticket()
        report = sample.adapter(sample.by_url(mis.url)).notify(ticket, a_call())
        assert (report.outcome, report.parts) == (Outcome.DONE, BOTH)
        assert report.covers == {Verb.MANIFEST, Verb.ASSETS}
        urls = [item["url"] for item in mis.journal[0].json()["artwork"]]
        assert all("life=259200" in url for url in urls)


def test_urls_may_have_a_call_of_their_own(mis: MisSimulator) -> None:
    assets = {"path": "jobs/{{ reference }}/artwork", "body": {"artwork": "{{ files }}"}}
    config = sample.settings(mis.url, assets=assets, artwork={"mode": "url", "arrived": "received"})
    mis.script("assets", MisMode.PARTIAL)
    partial, call = deliver(config)
    assert (partial.outcome, partial.parts) == (Outcome.PARTIAL, FRONT)
    report, _ = deliver(config, earlier=sample.remembering(partial, Verb.ASSETS, call))
    assert (report.outcome, report.parts) == (Outcome.DONE, BOTH)
    assert mis.journal[-1].body == mis.journal[-2].body  # one key stands for one body


def test_a_notification_whose_files_lack_leaves_the_artwork_open() -> None:
    artwork = {"mode": "url", "by": "notify", "arrived": "covers"}
    with MisSimulator(covers=["front.pdf"]) as mis:
        report = sample.adapter(sample.by_url(mis.url, artwork=artwork)).notify(a_ticket(), a_call())
    assert (report.outcome, report.parts, report.covers) == (Outcome.DONE, FRONT, frozenset({Verb.MANIFEST}))
    assert "back" in report.detail
