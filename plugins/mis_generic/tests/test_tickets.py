"""A MIS that takes its tickets through a folder: the README's own example, and what the hub relies on."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError

from plugins.mis_generic.tests import sample
from printhub import Effect, FileRole, Found, JobStatus, Outcome, Rejected, Report, Verb
from printhub.testing import (
    FolderWatcher,
    MemoryFiles,
    MemoryHub,
    MisConformance,
    MisSimulator,
    Trouble,
    a_call,
    a_job,
    a_ticket,
    an_order,
    tiny_pdf,
)
from printhub_mis_generic.adapter import MisGeneric
from printhub_mis_generic.config import MisGenericConfig

JDF = "{http://www.CIP4.org/JDFSchema_1_1}"


@pytest.fixture
def hot(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    (path / "error").mkdir()
    return path


def lies_in(hot: Path) -> list[str]:
    return sorted(path.name for path in hot.iterdir() if path.is_file())


def ticket_of(**body: Any) -> dict[str, Any]:
    return {"name": "{{ job.id }}.txt", "body": "{{ job.id }}", **body}


def test_the_readmes_jdf_names_the_files_that_lie_beside_it(hot: Path) -> None:
    report = sample.adapter(sample.by_folder(hot)).notify(a_ticket("J-1"), a_call(Verb.NOTIFY))

    assert report.outcome is Outcome.DONE
    assert report.covers == {Verb.MANIFEST, Verb.ASSETS}
    assert report.parts == {"front", "back"}
    assert lies_in(hot) == ["J-1-1-front.pdf", "J-1-2-back.pdf", "J-1.jdf"]
    jdf = ElementTree.parse(hot / "J-1.jdf").getroot()  # noqa: S314 - we have just written it
    assert [file.get("URL") for file in jdf.iter(f"{JDF}FileSpec")] == ["J-1-1-front.pdf", "J-1-2-back.pdf"]
    assert [link.get("Amount") for link in jdf.iter(f"{JDF}ComponentLink")] == ["250"]


def test_hostile_words_break_no_ticket(hot: Path) -> None:
    files = [MemoryFiles().add('a&b "<c>.pdf', b"content", role=FileRole.OUTPUT)]
    whole = a_ticket('J&1 <"> ../..', files=files)
    ticket = whole.model_copy(update={"job": whole.job.model_copy(update={"product": 'Card <b>"&'})})

    sample.adapter(sample.by_folder(hot)).notify(ticket, a_call(Verb.NOTIFY))

    [name] = [name for name in lies_in(hot) if name.endswith(".jdf")]
    jdf = ElementTree.parse(hot / name).getroot()  # noqa: S314 - we have just written it
    assert [one.get("DescriptiveName") for one in jdf.iter(f"{JDF}Component")] == ['Card <b>"&']
    assert len(lies_in(hot)) == 2


def test_the_ticket_comes_behind_its_artwork_and_triggers_last(hot: Path) -> None:
    adapter = sample.adapter(sample.by_folder(hot, trigger=".trg"))
    with FolderWatcher(hot, trigger=".trg") as watcher:
        for number in range(10):
            adapter.notify(a_ticket(f"J-{number}"), a_call(Verb.NOTIFY, f"key-{number}"))
        watcher.wait_for(lambda it: len(it.grabbed) >= 30)

    assert watcher.complaints == []


def test_a_ticket_may_be_json(hot: Path) -> None:
    body = {"job": "{{ job.id }}", "quantity": "{{ job.quantity }}", "files": "{{ files }}"}
    notify = ticket_of(name="{{ job.id }}.json", format="json", body=body, artwork="{{ file.name }}")

    sample.adapter(sample.by_folder(hot, notify=notify)).notify(a_ticket("J-1"), a_call(Verb.NOTIFY))

    told = json.loads((hot / "J-1.json").read_text())
    assert told["quantity"] == 250
    assert [file["name"] for file in told["files"]] == ["front.pdf", "back.pdf"]


def test_a_job_that_lacks_a_file_gets_no_ticket(hot: Path) -> None:
    whole = a_ticket("J-1")
    lacking = whole.model_copy(update={"files": whole.files[:1]})

    with pytest.raises(Rejected, match="back"):
        sample.adapter(sample.by_folder(hot)).notify(lacking, a_call(Verb.NOTIFY))

    assert lies_in(hot) == []


def test_a_ticket_that_the_mis_could_not_use_has_failed(hot: Path) -> None:
    adapter, ticket, call = sample.adapter(sample.by_folder(hot)), a_ticket("J-1"), a_call(Verb.NOTIFY)
    adapter.notify(ticket, call)
    (hot / "J-1.jdf").rename(hot / "error" / "J-1.jdf")

    found = adapter.lookup(ticket, call)

    assert isinstance(found, Found)
    assert isinstance(found.report, Rejected)


def test_a_ticket_is_accepted_until_the_mis_has_taken_it(hot: Path) -> None:
    adapter, ticket, call = sample.adapter(sample.by_folder(hot, consumption="awaited")), a_ticket("J-1"), a_call()
    assert adapter.notify(ticket, call).outcome is Outcome.ACCEPTED
    for name in lies_in(hot):
        (hot / name).unlink()

    found: Any = adapter.lookup(ticket, call)

    assert found.report.outcome is Outcome.DONE
    assert found.report.covers == {Verb.MANIFEST, Verb.ASSETS}


def test_folder_and_http_go_side_by_side(hot: Path) -> None:
    with MisSimulator() as mis:
        settings = sample.settings(
            mis.url, notify=None, lookup=None, update=None, folder={"path": str(hot), "notify": ticket_of()}
        )
        adapter = sample.adapter(settings)
        adapter.notify(a_ticket("J-1"), a_call(Verb.NOTIFY))

        assert lies_in(hot) == ["J-1.txt"]
        assert [seen.path for seen in mis.journal] == []
        assert adapter.effect(Verb.NOTIFY) == Effect.KEYED | Effect.LOOKUP
        assert adapter.effect(Verb.CANCEL) == Effect.KEYED
        assert adapter.check(a_call()).detail.startswith("the folder can be written to")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"notify": None}, "notify: is missing"),
        ({"assets": ticket_of()}, "folder.assets.artwork: is missing"),
        ({"notify": ticket_of(covers=["cancel"])}, "folder.notify.covers"),
        ({"notify": ticket_of(body={"a": "b"})}, "whole text"),
        ({"notify": ticket_of(body="{{ job")}, "body"),
        ({"notify": ticket_of(name="{% if %}")}, "name"),
        ({"staging": "."}, "a folder of its own"),
        ({"trigger": "trg"}, "trigger"),
    ],
)
def test_a_mistake_is_named(hot: Path, changes: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MisGenericConfig.model_validate(sample.by_folder(hot, **changes))

    assert what in str(caught.value)


def test_a_verb_goes_one_way_only(hot: Path) -> None:
    with pytest.raises(ValidationError, match=r"folder\.notify: goes over HTTP already"):
        MisGenericConfig.model_validate(sample.settings(folder=sample.by_folder(hot)["folder"]))
    with pytest.raises(ValidationError, match="base_url: is missing"):
        MisGenericConfig.model_validate({**sample.by_folder(hot), "check": {"path": "ping"}})


def test_a_job_is_notified_in_a_whole_hub_with_the_statuses_of_a_mis(tmp_path: Path, hot: Path) -> None:
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (uploads / "print.pdf").write_bytes(tiny_pdf("print"))
    output = {"name": "print.pdf", "url": (uploads / "print.pdf").as_uri()}
    written = {
        "files": {"roots": [str(uploads)]},
        "storefronts": {"shop": {"sources": ["https://shop.example/"], "mode": "test"}},
        "instances": {"press": {"adapter": "mis_generic", "mode": "test", "config": sample.by_folder(hot)}},
        "routes": [{"instances": ["press"]}],
    }
    told: dict[str, Any] = {"job": "J-1", "output": [output]}
    order = an_order(jobs=[a_job("J-1")]).model_dump(mode="json", exclude_unset=True)

    with MemoryHub(written, [MisGeneric]) as hub:
        hub.emit("printhub.order.placed", {"order": order})
        hub.emit("printhub.job.output_created", told)
        hub.run()

        statuses = [change.status for change in hub.history("J-1")]
        assert statuses[-3:] == [JobStatus.MIS_NOTIFIED, JobStatus.MIS_MANIFESTED, JobStatus.MIS_ASSETS_OK]
        assert lies_in(hot) == ["J-1-1-print.pdf", "J-1.jdf"]


class TestAFolder(MisConformance):
    """The kit for MIS adapters, with a MIS that is reached through a folder alone."""

    @pytest.fixture(autouse=True)
    def _folder(self, hot: Path) -> None:
        self._hot = hot

    def adapter(self) -> MisGeneric:
        body = {"job": "{{ job.id }}", "verb": "{{ verb }}"}
        verbs = {
            verb: {"name": "{{ job.id }}-{{ verb }}-{{ key }}.json", "format": "json", "body": body}
            for verb in ("notify", "manifest", "assets", "update", "cancel")
        }
        verbs["assets"]["artwork"] = "{{ job.id }}-{{ number }}-{{ file.name }}"
        return sample.adapter(sample.by_folder(self._hot, refused=None, **verbs))

    def break_partner(self, trouble: Trouble, verb: str) -> None:
        if trouble is not Trouble.DOWN:
            self.cannot(f"a folder knows no {trouble} of {verb}")
        self._hot.rename(self._hot.with_name("unmounted"))

    def effects_at_partner(self, job: str, verb: Verb) -> int:
        tickets = [json.loads(path.read_text()) for path in self._hot.glob("*.json")]
        return sum((one["job"], one["verb"]) == (job, verb) for one in tickets)

    def requests_at_partner(self, job: str, verb: Verb) -> int:
        return self.effects_at_partner(job, verb)


def test_a_report_of_a_ticket_has_no_secrets_of_its_own(hot: Path) -> None:
    report = sample.adapter(sample.by_folder(hot)).notify(a_ticket("J-1"), a_call(Verb.NOTIFY))

    assert isinstance(report, Report)
    assert "kim@" not in report.model_dump_json()
