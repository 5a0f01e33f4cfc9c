"""The payment conformance kit: an honest adapter passes all of it, and each test of it catches a liar."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar
from unittest import SkipTest

import pytest
from pydantic import SecretStr

from printhub import Effect, Money, Verb
from printhub.testing.kits.payment import PaymentConformance, StripePaymentConformance
from tests.contract.adapters.by_hand import outcomes_of
from tests.contract.adapters.payment_honest import HonestConfig, HonestPayment
from tests.contract.adapters.payment_liars import LIARS, Liar

TESTS = {name for name in dir(PaymentConformance) if name.startswith("test_")}
WAITING = {
    "test_a_gateway_that_is_down_is_unavailable",
    "test_an_answer_that_does_not_come_in_time_is_in_doubt",
    "test_no_secret_is_in_an_error",
    "test_the_deadline_is_of_the_whole_call",
}
"""Tests of the kit that have to wait for something; they are run only on the liars that they are to catch."""


class TestHonestPayment(StripePaymentConformance):
    def adapter(self) -> HonestPayment:
        return HonestPayment(self.config(HonestConfig))

    def config(self, kind: type[HonestConfig]) -> HonestConfig:
        return kind(url=self.simulator.url, token=SecretStr(self.simulator.secret_key), mode=self.mode)


class KitOf(TestHonestPayment):
    """The kit of another adapter, run by hand; patience is short, as a liar's is never rewarded."""

    __test__ = False
    patience = timedelta(seconds=2)

    def __init__(self, adapter: type[HonestPayment]) -> None:
        self._adapter = adapter

    def adapter(self) -> HonestPayment:
        return self._adapter(self.config(self._adapter.Config))


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_a_liar_is_caught_by_the_tests_of_its_fault_and_by_no_other(liar: type[Liar]) -> None:
    outcomes = outcomes_of(KitOf(liar), sorted(TESTS - (WAITING - liar.caught_by)))

    assert {name for name, outcome in outcomes.items() if outcome == "failed"} == liar.caught_by


def test_every_test_of_the_kit_catches_a_liar() -> None:
    assert {name for liar in LIARS for name in liar.caught_by} == TESTS


def test_an_honest_adapter_skips_no_test() -> None:
    assert set(outcomes_of(KitOf(HonestPayment), TESTS - WAITING).values()) == {"passed"}


def test_an_adapter_that_promises_nothing_skips_what_is_of_promises() -> None:
    class Modest(HonestPayment):
        effects: ClassVar[Mapping[Verb, Effect]] = {}

    outcomes = outcomes_of(KitOf(Modest), TESTS - WAITING)

    assert {name for name, outcome in outcomes.items() if outcome == "skipped"} == {
        "test_the_same_entry_twice_is_refunded_once",
        "test_a_refund_whose_answer_was_lost_is_not_made_again",
        "test_the_same_void_twice_is_one",
        "test_lookup_finds_what_arrived",
        "test_lookup_finds_a_refund_whose_answer_was_lost",
        "test_lookup_is_certain_of_what_never_arrived",
        "test_lookup_does_not_take_anothers_refund_for_its_own",
        "test_lookup_tells_whether_a_void_arrived",
        "test_lookup_changes_nothing",
    }


def test_a_kit_without_its_optional_hooks_skips_and_does_not_fail() -> None:
    class NothingButWhatIsNeeded(PaymentConformance):
        __test__ = False

        def adapter(self) -> HonestPayment:
            return HonestPayment(HonestConfig(url="http://127.0.0.1:9", token=SecretStr("any")))

        def payment(self, amount: Money) -> str:  # noqa: ARG002 - there is no gateway
            return "pi_1"

    for name, hook in (
        ("test_a_server_error_is_in_doubt", "break_partner"),
        ("test_a_void_releases_what_was_set_aside", "authorization"),
        ("test_the_adapter_does_not_try_again_by_itself", "requests_at_partner"),
    ):
        with pytest.raises(SkipTest, match=hook):
            getattr(NothingButWhatIsNeeded(), name)()


def test_a_test_of_the_kit_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="test_a_refusal_is_rejected replaces a test of the conformance kit"):
        type("TestSly", (PaymentConformance,), {"test_a_refusal_is_rejected": lambda self: self})
