"""The contract tried by all kinds: every verb of every echo adapter, twice, looked up before and after."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pluggy
import pytest

from printhub import Absent, Adapter, CannotTell, Effect, Found, Kind, Outcome, ProductType, Report, Unavailable, Verb
from printhub.core.channels.catalogue import all_channels
from printhub.core.model.adapter import has_verb
from printhub.core.model.call import Earlier
from printhub.core.plugin import specs
from printhub.testing import (
    MisConformance,
    Trouble,
    a_call,
    a_placement,
    a_refund_request,
    a_status_message,
    a_ticket,
    an_email,
    an_sms,
)
from tests.echo import plugin
from tests.echo.book import EchoBook, EchoConfig
from tests.echo.file import EchoFile, EchoFolder
from tests.echo.mis import EchoMis

MESSAGES: dict[Kind, Callable[[], Any]] = {
    Kind.MIS: a_ticket,
    Kind.EMAIL: an_email,
    Kind.SMS: an_sms,
    Kind.PAYMENT: a_refund_request,
    Kind.FILE: a_placement,
    Kind.STATUS: a_status_message,
}
EVERY_VERB = [
    pytest.param(adapter, verb, id=f"{adapter.kind}.{verb}")
    for adapter in plugin.printhub_adapters()
    for verb in Verb
    if has_verb(adapter, verb)
]


def made(adapter: type[Adapter[Any]], folder: Path) -> Adapter[Any]:
    config = EchoFolder(folder=folder) if adapter is EchoFile else EchoConfig(file=folder / "echo.jsonl")
    return adapter(config)


def seen_in(folder: Path) -> list[bytes]:
    """All that stands in the partner's files."""
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(("adapter", "verb"), EVERY_VERB)
def test_a_verb_has_one_effect_for_one_key_and_can_be_looked_up(
    tmp_path: Path, adapter: type[Adapter[Any]], verb: Verb
) -> None:
    message = MESSAGES[adapter.kind]()
    call = a_call(verb, "key-1", earlier={Verb.NOTIFY: Earlier("ECHO-0")})
    echo: Any = made(adapter, tmp_path)
    assert echo.effect(verb) == Effect.KEYED | Effect.LOOKUP
    assert echo.lookup(message, call) == Absent()
    assert seen_in(tmp_path) == []

    report = getattr(echo, verb)(message, call)

    assert report.outcome is Outcome.DONE
    assert call.wire.sent
    once = seen_in(tmp_path)
    assert once
    finding = made(adapter, tmp_path).lookup(message, call)  # type: ignore[attr-defined] # every echo has it
    assert isinstance(finding, Found)
    assert isinstance(finding.report, Report)
    assert finding.report.reference == report.reference

    again: Any = made(adapter, tmp_path)
    assert getattr(again, verb)(message, a_call(verb, "key-1", 2)).reference == report.reference
    assert seen_in(tmp_path) == once
    assert getattr(again, verb)(message, a_call(verb, "key-2")).reference != report.reference
    assert seen_in(tmp_path) != once


@pytest.mark.parametrize(("adapter", "verb"), EVERY_VERB)
def test_a_partner_that_is_not_there_is_unavailable_or_cannot_tell(
    tmp_path: Path, adapter: type[Adapter[Any]], verb: Verb
) -> None:
    echo: Any = made(adapter, tmp_path / "unmounted")
    with pytest.raises(Unavailable):
        getattr(echo, verb)(MESSAGES[adapter.kind](), a_call(verb))


def test_a_lookup_in_a_folder_that_is_not_there_is_no_absent(tmp_path: Path) -> None:
    book = EchoBook(tmp_path / "unmounted" / "echo.jsonl")
    assert isinstance(book.find(a_call()), CannotTell)


def test_every_kind_has_an_echo_with_all_verbs_and_the_messages_of_its_kind() -> None:
    echoes = {adapter.kind: adapter for adapter in plugin.printhub_adapters()}
    assert set(echoes) == set(Kind)
    for channel in all_channels():
        assert all(has_verb(echoes[channel.kind], verb) for verb in channel.verbs)
        assert isinstance(MESSAGES[channel.kind](), channel.message)


def test_the_echo_plugin_answers_the_hook() -> None:
    plugins = pluggy.PluginManager(specs.PROJECT)
    plugins.add_hookspecs(specs)
    plugins.register(plugin)
    plugins.check_pending()
    assert plugins.hook.printhub_adapters() == [plugin.printhub_adapters()]


def test_a_hot_folder_gets_whole_files_and_the_marker_last(tmp_path: Path) -> None:
    placement = a_placement(files=["front.pdf", "back.pdf"])
    report = EchoFile(EchoFolder(folder=tmp_path)).place(placement, a_call(Verb.PLACE))

    assert report.parts == {"front", "back"}
    assert report.reference is not None
    placed = tmp_path / report.reference
    for number, file in enumerate(placement.files, start=1):
        with file.open() as content:
            assert (placed / f"{number}-{file.name}").read_bytes() == content.read()
    marker = tmp_path / f"{report.reference}.done"
    assert marker.read_text() == "J-1"
    assert marker.stat().st_mtime_ns >= max(path.stat().st_mtime_ns for path in placed.iterdir())
    assert not list(tmp_path.rglob(".*.half"))


def test_a_job_without_files_is_skipped_by_the_hot_folder(tmp_path: Path) -> None:
    placement = a_placement(product_type=ProductType.ORDINARY)
    assert EchoFile(EchoFolder(folder=tmp_path)).place(placement, a_call(Verb.PLACE)).outcome is Outcome.SKIPPED


class TestEchoMis(MisConformance):
    """The kit with a partner that is not reached over HTTP, and can only be there or not."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self._file = tmp_path / "production" / "echo.jsonl"
        self._file.parent.mkdir()

    def adapter(self) -> EchoMis:
        return EchoMis(EchoConfig(file=self._file))

    def break_partner(self, trouble: Trouble, verb: str) -> None:
        if trouble is not Trouble.DOWN:
            self.cannot(f"a file knows no {trouble} of {verb}")
        self._file.parent.rename(self._file.parent.with_name("unmounted"))

    def effects_at_partner(self, job: str, verb: Verb) -> int:
        lines = self._file.read_text().splitlines() if self._file.exists() else []
        return sum((entry["job"], entry["verb"]) == (job, verb) for entry in map(json.loads, lines))
