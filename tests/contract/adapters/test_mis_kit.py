"""The MIS conformance kit: an honest adapter passes all of it, and each test of it catches a liar."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from unittest import SkipTest

import pytest
from pydantic import SecretStr

from printhub import Effect, Report, Verb
from printhub.testing import MisConformance, MisSimulator, SimulatedMisConformance
from tests.contract.adapters.by_hand import outcomes_of
from tests.contract.adapters.honest import HonestConfig, HonestMis
from tests.contract.adapters.liars import LIARS, Liar

TESTS = {name for name in dir(MisConformance) if name.startswith("test_")}
WAITING = {
    "test_a_partner_that_is_down_is_unavailable",
    "test_an_answer_that_does_not_come_in_time_is_in_doubt",
    "test_no_personal_data_is_in_an_error",
    "test_no_secret_is_in_an_error",
    "test_the_deadline_is_of_the_whole_call",
}
"""Tests of the kit that have to wait for something; they are run only on the liars that they are to catch."""
TOKEN = "a-token-that-nobody-may-see"


class TestHonestMis(SimulatedMisConformance):
    def adapter(self) -> HonestMis:
        return HonestMis(HonestConfig(url=self.simulator.url, token=SecretStr(TOKEN)))

    def new_simulator(self) -> MisSimulator:
        return MisSimulator(auth=("bearer", TOKEN))


class KitOf(TestHonestMis):
    """The kit of another adapter, run by hand; patience is short, as a liar's is never rewarded."""

    __test__ = False
    patience = timedelta(seconds=2)

    def __init__(self, adapter: type[HonestMis], **simulated: Any) -> None:
        self._adapter = adapter
        self._simulated = simulated

    def adapter(self) -> HonestMis:
        return self._adapter(self._adapter.Config(url=self.simulator.url, token=SecretStr(TOKEN)))

    def new_simulator(self) -> MisSimulator:
        return MisSimulator(auth=("bearer", TOKEN), **self._simulated)


def failures(kit: KitOf, tests: Iterable[str]) -> set[str]:
    return {name for name, outcome in outcomes_of(kit, tests).items() if outcome == "failed"}


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_a_liar_is_caught_by_the_tests_of_its_fault_and_by_no_other(liar: type[Liar]) -> None:
    assert failures(KitOf(liar), sorted(TESTS - (WAITING - liar.caught_by))) == liar.caught_by


def test_every_test_of_the_kit_catches_a_liar() -> None:
    assert {name for liar in LIARS for name in liar.caught_by} == TESTS


def test_a_key_that_the_partner_ignores_is_found_out() -> None:
    assert failures(KitOf(HonestMis, honours_key=False), TESTS - WAITING) == {
        "test_the_same_key_twice_notifies_once",
        "test_the_same_key_twice_has_one_effect_in_every_verb",
    }


def test_lookups_that_the_partner_does_not_answer_are_found_out() -> None:
    assert failures(KitOf(HonestMis, answers_lookups=False), TESTS - WAITING) == {
        "test_lookup_finds_what_arrived",
        "test_lookup_finds_a_call_whose_answer_was_lost",
        "test_lookup_finds_every_verb_that_declares_it",
        "test_lookup_is_certain_of_what_never_arrived",
    }


def test_an_honest_adapter_skips_no_test() -> None:
    assert set(outcomes_of(KitOf(HonestMis), TESTS - WAITING).values()) == {"passed"}


def test_an_adapter_that_promises_nothing_skips_what_is_of_promises() -> None:
    class Modest(HonestMis):
        effects: ClassVar[Mapping[Verb, Effect]] = {}

    outcomes = outcomes_of(KitOf(Modest), TESTS - WAITING)
    assert {name for name, outcome in outcomes.items() if outcome == "skipped"} == {
        "test_the_same_key_twice_notifies_once",
        "test_the_same_key_twice_has_one_effect_in_every_verb",
        "test_lookup_finds_what_arrived",
        "test_lookup_finds_a_call_whose_answer_was_lost",
        "test_lookup_finds_every_verb_that_declares_it",
        "test_lookup_is_certain_of_what_never_arrived",
        "test_lookup_changes_nothing",
    }


def test_a_kit_without_its_optional_hooks_skips_and_does_not_fail() -> None:
    class NothingButAnAdapter(MisConformance):
        __test__ = False

        def adapter(self) -> HonestMis:
            return HonestMis(HonestConfig(url="http://127.0.0.1:9", token=SecretStr(TOKEN)))

    for name in ("test_a_server_error_is_in_doubt", "test_no_secret_is_in_an_error"):
        with pytest.raises(SkipTest, match="break_partner"):
            getattr(NothingButAnAdapter(), name)()


def test_a_test_of_the_kit_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="test_a_refusal_is_rejected replaces a test of the conformance kit"):
        type("TestSly", (MisConformance,), {"test_a_refusal_is_rejected": lambda self: self})
    with pytest.raises(TypeError, match="test_a_refusal_is_rejected"):
        type("TestSly", (MisConformance,), {"test_a_refusal_is_rejected": None})


def test_a_test_of_the_kit_can_be_excused_with_a_reason() -> None:
    def excused(_: MisConformance) -> None:
        raise AssertionError

    type("TestFrank", (MisConformance,), {"test_a_refusal_is_rejected": pytest.mark.xfail(reason="#12")(excused)})
    with pytest.raises(TypeError, match="xfail"):
        type("TestSly", (MisConformance,), {"test_a_refusal_is_rejected": pytest.mark.xfail(lambda self: self)})


def test_an_error_of_the_kit_says_what_it_got_and_why_that_is_wrong() -> None:
    class Crashes(HonestMis):
        def notify(self, *_: object) -> Report:
            raise KeyError("id")

    kit = KitOf(Crashes)
    kit.setup_method()
    try:
        with pytest.raises(AssertionError, match=r"expected Rejected, got KeyError \('id'\)\. The partner refused"):
            kit.test_a_refusal_is_rejected()
    finally:
        kit.teardown_method()
