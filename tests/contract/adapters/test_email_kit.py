"""The e-mail conformance kit: an honest adapter passes all of it, and each test of it catches a liar."""

import json
from collections.abc import Sequence
from datetime import timedelta
from unittest import SkipTest

import pytest
from pydantic import SecretStr

from printhub import Call, EmailAdapter, EmailMessage, InboundRequest, Report
from printhub.testing import Delivered, EmailConformance, SimulatedEmailConformance
from printhub.testing.kits.email.callbacks import Callbacks
from tests.contract.adapters.by_hand import outcomes_of
from tests.contract.adapters.email_honest import HonestConfig, HonestEmail, signature
from tests.contract.adapters.email_liars import LIARS, Liar

TESTS = {name for name in dir(EmailConformance) if name.startswith("test_")}
WAITING = {
    "test_a_mail_system_that_hangs_before_the_end_is_given_up",
    "test_an_answer_that_does_not_come_in_time_is_in_doubt",
    "test_the_deadline_is_of_the_whole_call",
}
"""Tests of the kit that have to wait for something; they are run only on the liars that they are to catch."""


class TestHonestEmail(SimulatedEmailConformance):
    def adapter(self) -> HonestEmail:
        return HonestEmail(self.config(HonestConfig))

    def config(self, kind: type[HonestConfig]) -> HonestConfig:
        return kind(host=self.server.host, port=self.server.port, password=SecretStr(self.server.password or ""))

    def callback(self, body: bytes | None = None) -> InboundRequest:
        if body is None:
            body = json.dumps({"id": "b-1", "recipient": self.message().recipient}).encode()
        headers = {"signature": signature(SecretStr(self.server.password or ""), body)}
        return InboundRequest("POST", "/in/mail/bounces", headers, {}, body, "bounces")


class KitOf(TestHonestEmail):
    """The kit of another adapter, run by hand; patience is short, as a liar's is never rewarded."""

    __test__ = False
    patience = timedelta(seconds=2)

    def __init__(self, adapter: type[HonestEmail]) -> None:
        self._adapter = adapter

    def adapter(self) -> HonestEmail:
        return self._adapter(self.config(self._adapter.Config))


@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.__name__)
def test_a_liar_is_caught_by_the_tests_of_its_fault_and_by_no_other(liar: type[Liar]) -> None:
    outcomes = outcomes_of(KitOf(liar), sorted(TESTS - (WAITING - liar.caught_by)))

    assert {name for name, outcome in outcomes.items() if outcome == "failed"} == liar.caught_by


def test_every_test_of_the_kit_catches_a_liar() -> None:
    assert {name for liar in LIARS for name in liar.caught_by} == TESTS


def test_an_honest_adapter_skips_no_test() -> None:
    assert set(outcomes_of(KitOf(HonestEmail), TESTS - WAITING).values()) == {"passed"}


def test_a_kit_without_its_optional_hook_skips_and_does_not_fail() -> None:
    class NothingButWhatIsNeeded(EmailConformance):
        __test__ = False

        def adapter(self) -> HonestEmail:
            return HonestEmail(HonestConfig(host="127.0.0.1", port=9, password=SecretStr("any")))

        def delivered(self) -> Sequence[Delivered]:
            return ()

    for name, hook in (
        ("test_a_dead_recipient_bounced", "break_partner"),
        ("test_no_personal_data_is_in_an_error", "break_partner"),
        ("test_a_genuine_callback_is_read", "callback"),
        ("test_a_changed_callback_is_refused", "callback"),
    ):
        with pytest.raises(SkipTest, match=hook):
            getattr(NothingButWhatIsNeeded(), name)()


def test_an_adapter_that_takes_no_callbacks_skips_what_is_of_them() -> None:
    class Deaf(EmailAdapter[HonestConfig]):
        name = "deaf"
        Config = HonestConfig

        def send(self, message: EmailMessage, call: Call) -> Report:
            return HonestEmail(self.config).send(message, call)

    class KitOfDeaf(TestHonestEmail):
        __test__ = False

        def adapter(self) -> EmailAdapter[HonestConfig]:  # type: ignore[override] # another class than the honest one
            return Deaf(self.config(HonestConfig))

    kit = KitOfDeaf()
    kit.setup_method()
    try:
        for name in sorted(dir(Callbacks)):
            if name.startswith("test_"):
                with pytest.raises(SkipTest, match="takes no callbacks"):
                    getattr(kit, name)()
    finally:
        kit.teardown_method()


def test_a_test_of_the_kit_cannot_be_overridden() -> None:
    with pytest.raises(TypeError, match="test_a_dead_recipient_bounced replaces a test of the conformance kit"):
        type("TestSly", (EmailConformance,), {"test_a_dead_recipient_bounced": lambda self: self})
