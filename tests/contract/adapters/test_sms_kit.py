"""The SMS conformance kit: an honest adapter passes all of it, and each test of it catches a liar."""

from collections.abc import Sequence
from datetime import timedelta
from unittest import SkipTest

import pytest
from pydantic import SecretStr

from printhub.testing import GatewaySmsConformance, SmsConformance, TakenText
from tests.contract.adapters.by_hand import outcomes_of
from tests.contract.adapters.sms_honest import HonestConfig, HonestSms
from tests.contract.adapters.sms_liars import LIARS, Liar

TESTS = {name for name in dir(SmsConformance) if name.startswith("test_")}
WAITING = {
    "test_an_answer_that_does_not_come_in_time_is_in_doubt",
    "test_the_deadline_is_of_the_whole_call",
}
"""Tests of the kit that have to wait for something; they are run only on the liars that they are to catch."""


class TestHonestSms(GatewaySmsConformance):
    def adapter(self) -> HonestSms:
        return HonestSms(self.config(HonestConfig))

    def config(self, kind: type[HonestConfig]) -> HonestConfig:
        return kind(url=self.gateway.url, token=SecretStr(self.gateway.token))


class KitOf(TestHonestSms):
    """The kit of another adapter, run by hand; patience is short, as a liar's is never rewarded."""

    __test__ = False
    patience = timedelta(seconds=2)

    def __init__(self, adapter: type[HonestSms]) -> None:
        self._adapter = adapter

    def adapter(self) -> HonestSms:
        return self._adapter(self.config(self._adapter.Config))


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_a_liar_is_caught_by_the_tests_of_its_fault_and_by_no_other(liar: type[Liar]) -> None:
    outcomes = outcomes_of(KitOf(liar), sorted(TESTS - (WAITING - liar.caught_by)))

    assert {name for name, outcome in outcomes.items() if outcome == "failed"} == liar.caught_by


def test_every_test_of_the_kit_catches_a_liar() -> None:
    assert {name for liar in LIARS for name in liar.caught_by} == TESTS


def test_an_honest_adapter_skips_no_test() -> None:
    assert set(outcomes_of(KitOf(HonestSms), TESTS - WAITING).values()) == {"passed"}


def test_a_kit_without_its_optional_hooks_skips_and_does_not_fail() -> None:
    class NothingButWhatIsNeeded(SmsConformance):
        __test__ = False

        def adapter(self) -> HonestSms:
            return HonestSms(HonestConfig(url="http://127.0.0.1:9", token=SecretStr("any-token")))

        def taken(self) -> Sequence[TakenText]:
            return ()

    for name, hook in (
        ("test_an_opt_out_is_told_as_one", "break_partner"),
        ("test_no_personal_data_is_in_an_error", "break_partner"),
        ("test_a_changed_callback_is_refused", "callback"),
    ):
        with pytest.raises(SkipTest, match=hook):
            getattr(NothingButWhatIsNeeded(), name)()


def test_a_test_of_the_kit_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="test_an_opt_out_is_told_as_one replaces a test of the conformance kit"):
        type("TestSly", (SmsConformance,), {"test_an_opt_out_is_told_as_one": lambda self: self})
