"""Deliberately wrong payment adapters: each is the honest one with one fault, and names the tests that find it."""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import requests

from printhub import (
    Absent,
    AdapterError,
    Call,
    CannotTell,
    Effect,
    Finding,
    Found,
    Misconfigured,
    OutcomeUnknown,
    RefundRequest,
    Rejected,
    Reply,
    Report,
    Unavailable,
    Verb,
)
from tests.contract.adapters.payment_honest import HonestConfig, HonestPayment

_SHORT = timedelta(milliseconds=300)
"""A call that may take longer than ten of these is at a gateway that answers."""
_DOUBTS = frozenset(
    {
        "test_an_answer_that_does_not_come_in_time_is_in_doubt",
        "test_the_deadline_is_of_the_whole_call",
        "test_a_connection_that_is_lost_after_sending_is_in_doubt",
    }
)


class Liar(HonestPayment):
    """`caught_by` are the tests of the kit that fail on the liar; no other test may."""

    caught_by: ClassVar[frozenset[str]]

    def __init_subclass__(cls, caught_by: str | frozenset[str], also_by: str | None = None) -> None:
        super().__init_subclass__()
        named = {caught_by} if isinstance(caught_by, str) else caught_by
        cls.caught_by = frozenset(named | {also_by} if also_by else named)


# --- by itself ------------------------------------------------------------------------------------------------


class ConfigOfAnything(HonestConfig, extra="allow"):
    pass


class TakesMisspeltSettings(Liar, caught_by="test_the_class_says_what_it_is"):
    Config: type[HonestConfig] = ConfigOfAnything


class DeclaresAVerbThatIsNotThere(Liar, caught_by="test_every_verb_with_a_declared_effect_is_there"):
    effects: ClassVar[Mapping[Verb, Effect]] = {**HonestPayment.effects, Verb.PUBLISH: Effect.KEYED}


class PromisesMoreThanItsClass(Liar, caught_by="test_the_configuration_only_lowers_effects"):
    effects: ClassVar[Mapping[Verb, Effect]] = {**HonestPayment.effects, Verb.REFUND: Effect.LOOKUP}

    def effect(self, verb: Verb) -> Effect:
        return HonestPayment.effects.get(verb, Effect.BLIND)


class ReadsAFileWhenMade(Liar, caught_by="test_making_an_adapter_does_no_io"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        Path(os.devnull).read_bytes()


class ShowsItsToken(Liar, caught_by="test_no_secret_is_in_a_repr"):
    def __repr__(self) -> str:
        return f"<{self.name} with {self.config.token.get_secret_value()}>"


class TellsItsTokenInErrors(Liar, caught_by="test_no_secret_is_in_an_error"):
    def refund(self, request: RefundRequest, call: Call) -> Report:
        try:
            return super().refund(request, call)
        except Misconfigured as error:
            raise Misconfigured(f"{error}: {self.config.token.get_secret_value()}") from None


class ClosesOnlyOnce(Liar, caught_by="test_an_adapter_can_be_closed_twice"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        self._open = ["a connection"]

    def close(self) -> None:
        self._open.pop()


# --- answers --------------------------------------------------------------------------------------------------


class KeepsTheReferenceToItself(
    Liar,
    caught_by="test_a_refund_of_a_part_gives_back_that_part",
    also_by="test_two_refunds_of_one_payment_are_two",
):
    def refund(self, request: RefundRequest, call: Call) -> Report:
        super().refund(request, call)
        return Report.done()

    def lookup(self, request: RefundRequest, call: Call) -> Finding:
        finding = super().lookup(request, call)
        return Found(Report.done()) if isinstance(finding, Found) else finding


class TakesOneAmountOfOnePaymentForOneRefund(
    Liar,
    caught_by="test_two_refunds_of_one_payment_are_two",
    also_by="test_lookup_does_not_take_anothers_refund_for_its_own",
):
    def refund(self, request: RefundRequest, call: Call) -> Report:
        finding = self.lookup(request, call) if request.mode is self.config.mode else Absent()
        if isinstance(finding, Found) and isinstance(finding.report, Report):
            return finding.report
        return super().refund(request, call)

    def _is_own(self, refund: dict[str, Any], request: RefundRequest) -> bool:
        return bool(refund["amount"] == self._units(request))


class GivesBackWhatIsLeft(Liar, caught_by="test_more_than_is_left_is_rejected"):
    def refund(self, request: RefundRequest, call: Call) -> Report:
        try:
            return super().refund(request, call)
        except Rejected:
            if request.amount.minor != 1001:
                raise
            form = {"payment_intent": request.payment}
            return self._report(self._post("/v1/refunds", form, replace(call, key=f"{call.key}/rest")))


class CallsAnEmptyPaymentRefunded(Liar, caught_by="test_a_payment_that_is_wholly_refunded_is_rejected"):
    def _read(self, reply: Reply) -> dict[str, Any]:
        if reply.status_code == 400 and b"charge_already_refunded" in reply.content:
            return {"id": "whatever"}
        return super()._read(reply)


class CountsEverythingInHundredths(Liar, caught_by="test_an_amount_arrives_to_the_last_digit"):
    def _units(self, request: RefundRequest) -> int:
        return int(request.amount.amount * 100)


class ComparesNoCurrencies(Liar, caught_by="test_another_currency_than_was_paid_is_rejected_unsent"):
    def _payment(self, request: RefundRequest, call: Call) -> dict[str, Any]:
        return super()._payment(request, call) | {"currency": request.amount.currency.lower()}


class LetsStripeJudgeAnAmountOfNothing(Liar, caught_by="test_an_amount_of_nothing_is_rejected_unsent"):
    def _compare(self, request: RefundRequest) -> None:
        if request.mode is not self.config.mode:
            raise Misconfigured("the payment is of another mode than the credentials")


class DoubtsAPaymentThatThereIsNot(Liar, caught_by="test_a_payment_that_the_gateway_does_not_know_is_refused"):
    def _payment(self, request: RefundRequest, call: Call) -> dict[str, Any]:
        if not re.fullmatch(r"pi_\w+", request.payment):
            raise OutcomeUnknown("who knows")
        return super()._payment(request, call)


class MixesModes(Liar, caught_by="test_a_refund_of_the_other_mode_is_refused_unsent"):
    def _compare(self, request: RefundRequest) -> None:
        if request.amount.amount <= 0:
            raise Rejected("nothing cannot be given back")


class ForgetsToVoid(
    Liar,
    caught_by="test_a_void_releases_what_was_set_aside",
    also_by="test_lookup_tells_whether_a_void_arrived",
):
    def void(self, request: RefundRequest, call: Call) -> Report:
        if self._payment(request, call)["status"] == "succeeded":
            return super().void(request, call)
        return Report.done(request.payment)


class RefundsWhatItCannotVoid(Liar, caught_by="test_a_void_of_what_was_captured_is_rejected"):
    def void(self, request: RefundRequest, call: Call) -> Report:
        if self._payment(request, call)["status"] == "succeeded":
            return self.refund(request, call)
        return super().void(request, call)


class VoidsWhatItCannotRefund(Liar, caught_by="test_a_refund_of_what_was_not_captured_is_rejected"):
    def refund(self, request: RefundRequest, call: Call) -> Report:
        known = request.payment.startswith("pi_") and request.payment.isascii() and request.payment[3:].isalnum()
        if known and self._payment(request, call)["status"] == "requires_capture":
            return self.void(request, call)
        return super().refund(request, call)


class ShrugsAtAGoodCheck(Liar, caught_by="test_check_answers_with_a_report"):
    def check(self, call: Call) -> Report:
        super().check(call)
        return Report.skipped("nobody asked")


# --- repeats --------------------------------------------------------------------------------------------------


class MakesUpAKeyForEachAttempt(
    Liar,
    caught_by="test_the_same_entry_twice_is_refunded_once",
    also_by="test_a_refund_whose_answer_was_lost_is_not_made_again",
):
    def _key(self, call: Call) -> str:
        return f"{call.key}/{call.attempt}"


class VoidsOnlyOnce(Liar, caught_by="test_the_same_void_twice_is_one"):
    def void(self, request: RefundRequest, call: Call) -> Report:
        if self._payment(request, call)["status"] == "canceled":
            raise Rejected("it is released")
        return super().void(request, call)


class FindsAnotherRefund(Liar, caught_by="test_lookup_finds_what_arrived"):
    def lookup(self, request: RefundRequest, call: Call) -> Finding:
        finding = super().lookup(request, call)
        return Found(Report.done("re_4711")) if isinstance(finding, Found) else finding


class FindsNothing(
    Liar,
    caught_by="test_lookup_finds_a_refund_whose_answer_was_lost",
    also_by="test_lookup_finds_what_arrived",
):
    def _is_own(self, refund: dict[str, Any], request: RefundRequest) -> bool:
        return bool(refund["metadata"].get("entry") == request.order)


class IsNeverCertain(
    Liar,
    caught_by="test_lookup_is_certain_of_what_never_arrived",
    also_by="test_lookup_does_not_take_anothers_refund_for_its_own",
):
    def lookup(self, request: RefundRequest, call: Call) -> Finding:
        finding = super().lookup(request, call)
        return CannotTell("perhaps") if isinstance(finding, Absent) and call.verb is Verb.REFUND else finding


class FindsEveryVoid(Liar, caught_by="test_lookup_tells_whether_a_void_arrived"):
    def lookup(self, request: RefundRequest, call: Call) -> Finding:
        return Found(Report.done()) if call.verb is Verb.VOID else super().lookup(request, call)


class RefundsWhenAsked(Liar, caught_by="test_lookup_changes_nothing"):
    def lookup(self, request: RefundRequest, call: Call) -> Finding:
        finding = super().lookup(request, call)
        if isinstance(finding, Absent) and call.verb is Verb.REFUND:
            self.refund(request, call)
        return finding


class TakesSilenceForNo(Liar, caught_by="test_a_lookup_that_fails_is_not_taken_for_absent"):
    def lookup(self, request: RefundRequest, call: Call) -> Finding:
        try:
            return super().lookup(request, call)
        except AdapterError:
            return Absent()


# --- troubles -------------------------------------------------------------------------------------------------


class DoubtsEvenARefusedConnection(Liar, caught_by="test_a_gateway_that_is_down_is_unavailable"):
    def refund(self, request: RefundRequest, call: Call) -> Report:
        try:
            return super().refund(request, call)
        except Unavailable as error:
            if "refused" in error.detail:
                raise OutcomeUnknown(error.detail) from None
            raise


class TakesALostConnectionForNothing(Liar, caught_by=_DOUBTS):
    def _request(self, method: str, path: str, call: Call, **facts: Any) -> Reply:
        try:
            return super()._request(method, path, call, **facts)
        except OutcomeUnknown:
            raise Unavailable("the connection broke") from None


class CountsTheDeadlineAnewForEachByte(Liar, caught_by="test_the_deadline_is_of_the_whole_call"):
    def _request(self, method: str, path: str, call: Call, *, headers: dict[str, str], **facts: Any) -> Reply:
        if method != "POST" or call.deadline - call.now() > 10 * _SHORT:
            return super()._request(method, path, call, headers=headers, **facts)
        proof = {"Authorization": f"Bearer {self.config.token.get_secret_value()}"}
        call.sending()
        seconds = call.remaining.total_seconds()
        try:
            url = f"{self.config.url}{path}"
            return requests.post(url, data=facts["body"], headers={**proof, **headers}, timeout=seconds)
        except requests.RequestException:
            raise OutcomeUnknown("the connection broke") from None


class TakesAServerErrorForNothing(Liar, caught_by="test_a_server_error_is_in_doubt"):
    def _read(self, reply: Reply) -> dict[str, Any]:
        if reply.status_code == 500:
            raise Unavailable("the gateway failed")
        return super()._read(reply)


class BelievesEverySuccess(Liar, caught_by="test_an_unreadable_success_is_in_doubt"):
    def _report(self, reply: Reply) -> Report:
        return Report.done("re_1") if reply.content.startswith(b"\x00") else super()._report(reply)


class BlamesTheGatewayForARefusal(Liar, caught_by="test_a_refusal_is_rejected"):
    def _read(self, reply: Reply) -> dict[str, Any]:
        if b"charge_not_refundable" in reply.content:
            raise Unavailable("the gateway does not want to")
        return super()._read(reply)


class BlamesTheSenderForWrongCredentials(Liar, caught_by="test_wrong_credentials_are_misconfigured"):
    def refund(self, request: RefundRequest, call: Call) -> Report:
        try:
            return super().refund(request, call)
        except Misconfigured as error:
            raise Rejected(error.detail) from None


class ChecksNothing(Liar, caught_by="test_check_tells_of_wrong_credentials"):
    def check(self, call: Call) -> Report:  # noqa: ARG002 - that is its fault
        return Report.done()


class ForgetsWhenToComeBack(Liar, caught_by="test_too_many_calls_is_unavailable_with_the_gateways_wish"):
    def _read(self, reply: Reply) -> dict[str, Any]:
        try:
            return super()._read(reply)
        except Unavailable as error:
            raise Unavailable(error.detail) from None


class TriesAgainByItself(Liar, caught_by="test_the_adapter_does_not_try_again_by_itself"):
    def refund(self, request: RefundRequest, call: Call) -> Report:
        try:
            return super().refund(request, call)
        except OutcomeUnknown:
            if call.remaining and call.deadline - call.now() > 10 * _SHORT:
                super().refund(request, call)
            raise


LIARS: list[type[Liar]] = Liar.__subclasses__()
