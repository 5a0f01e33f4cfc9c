"""The hot folder conformance kit: an honest adapter passes all of it, and each test of it catches a liar."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from unittest import SkipTest

import pytest
from pydantic import SecretStr

from printhub import Effect, Verb
from printhub.testing import FileConformance, FolderTrouble
from tests.contract.adapters.by_hand import outcomes_of
from tests.contract.adapters.folder_honest import HonestConfig, HonestFolder
from tests.contract.adapters.folder_liars import LIARS, Liar

TESTS = {name for name in dir(FileConformance) if name.startswith("test_")}


class TestHonestFolder(FileConformance):
    def setup_method(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="printhub-hot-"))
        (self.root / "hot").mkdir()

    def teardown_method(self) -> None:
        shutil.rmtree(self.root)

    def adapter(self) -> HonestFolder:
        return HonestFolder(self.config(HonestConfig))

    def config(self, kind: type[HonestConfig]) -> HonestConfig:
        return kind(root=self.root, token=SecretStr("not to be shown"))

    def seen(self) -> dict[str, bytes]:
        hot = self.root / "hot"
        return {path.name: path.read_bytes() for path in hot.iterdir()} if hot.exists() else {}

    def take(self) -> None:
        for name in self.seen():
            (self.root / "hot" / name).unlink()

    def break_folder(self, trouble: FolderTrouble) -> None:
        if trouble is FolderTrouble.DOWN:
            (self.root / "hot").rename(self.root / "unmounted")
        else:
            (self.root / "trouble").write_text(trouble)


class KitOf(TestHonestFolder):
    """The kit of another adapter, run by hand."""

    __test__ = False

    def __init__(self, adapter: type[HonestFolder]) -> None:
        self._adapter = adapter

    def adapter(self) -> HonestFolder:
        return self._adapter(self.config(self._adapter.Config))


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_a_liar_is_caught_by_the_tests_of_its_fault_and_by_no_other(liar: type[Liar]) -> None:
    outcomes = outcomes_of(KitOf(liar), TESTS)

    assert {name for name, outcome in outcomes.items() if outcome == "failed"} == liar.caught_by


def test_every_test_of_the_kit_catches_a_liar() -> None:
    assert {name for liar in LIARS for name in liar.caught_by} == TESTS


def test_an_honest_adapter_skips_no_test() -> None:
    assert set(outcomes_of(KitOf(HonestFolder), TESTS).values()) == {"passed"}


def test_an_adapter_that_promises_nothing_skips_what_is_of_promises() -> None:
    class Modest(HonestFolder):
        effects: ClassVar[Mapping[Verb, Effect]] = {}

    outcomes = outcomes_of(KitOf(Modest), TESTS)

    assert {name for name, outcome in outcomes.items() if outcome == "skipped"} == {
        "test_the_same_call_twice_places_each_file_once",
        "test_what_was_taken_is_not_placed_again",
        "test_files_whose_answer_was_lost_are_not_placed_again",
        "test_lookup_finds_what_came_in",
        "test_lookup_is_certain_of_what_never_came",
        "test_lookup_changes_nothing",
    }


def test_a_kit_without_its_optional_hooks_skips_and_does_not_fail() -> None:
    class NothingButWhatIsNeeded(FileConformance):
        __test__ = False

        def adapter(self) -> HonestFolder:
            return HonestFolder(HonestConfig(root=Path("/nowhere"), token=SecretStr("any")))

    for name, hook in (
        ("test_a_folder_that_is_not_there_is_unavailable", "break_folder"),
        ("test_no_secret_is_in_an_error", "break_folder"),
    ):
        with pytest.raises(SkipTest, match=hook):
            getattr(NothingButWhatIsNeeded(), name)()


def test_a_test_of_the_kit_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="test_every_file_comes_in_whole replaces a test of the conformance kit"):
        type("TestSly", (FileConformance,), {"test_every_file_comes_in_whole": lambda self: self})
