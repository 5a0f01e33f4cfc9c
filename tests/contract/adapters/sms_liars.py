"""Deliberately wrong SMS adapters: each is the honest one with one fault, and names the tests that find it."""

import logging
import os
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import requests

from printhub import (
    Absent,
    Call,
    Effect,
    Finding,
    InboundRequest,
    Misconfigured,
    OutcomeUnknown,
    Receipt,
    Received,
    Rejected,
    Reply,
    Report,
    SmsMessage,
    Unavailable,
    Verb,
)
from tests.contract.adapters.sms_honest import HonestConfig, HonestSms

_HANGS = frozenset({"test_an_answer_that_does_not_come_in_time_is_in_doubt", "test_the_deadline_is_of_the_whole_call"})


class Liar(HonestSms):
    """`caught_by` are the tests of the kit that fail on the liar; no other test may."""

    caught_by: ClassVar[frozenset[str]]

    def __init_subclass__(cls, caught_by: str | frozenset[str]) -> None:
        super().__init_subclass__()
        cls.caught_by = frozenset({caught_by} if isinstance(caught_by, str) else caught_by)


# --- by itself ------------------------------------------------------------------------------------------------


class ConfigOfAnything(HonestConfig, extra="allow"):
    pass


class TakesMisspeltSettings(Liar, caught_by="test_the_class_says_what_it_is"):
    Config: type[HonestConfig] = ConfigOfAnything


class DeclaresAVerbThatIsNotThere(Liar, caught_by="test_every_verb_with_a_declared_effect_is_there"):
    effects: ClassVar[Mapping[Verb, Effect]] = {**HonestSms.effects, Verb.PUBLISH: Effect.KEYED}


class PromisesMoreThanItsClass(Liar, caught_by="test_the_configuration_only_lowers_effects"):
    def effect(self, verb: Verb) -> Effect:
        return Effect.KEYED if verb is Verb.NOTIFY else super().effect(verb)


class ReadsAFileWhenMade(Liar, caught_by="test_making_an_adapter_does_no_io"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        Path(os.devnull).read_bytes()


class ShowsItsToken(Liar, caught_by="test_no_secret_is_in_a_repr"):
    def __repr__(self) -> str:
        return f"<{self.name} with {self.config.token.get_secret_value()}>"


class TellsItsTokenInErrors(Liar, caught_by="test_no_secret_is_in_an_error"):
    def refusal(self, message: SmsMessage, reply: Reply, call: Call) -> Exception:
        if reply.status_code == 401:
            return Misconfigured(f"the gateway does not know {self.config.token.get_secret_value()}")
        return super().refusal(message, reply, call)


class ClosesOnlyOnce(Liar, caught_by="test_an_adapter_can_be_closed_twice"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        self._open = ["a connection"]

    def close(self) -> None:
        self._open.pop()


class RepeatsWhatTheGatewaySaid(Liar, caught_by="test_no_personal_data_is_in_an_error"):
    def refusal(self, message: SmsMessage, reply: Reply, call: Call) -> Exception:
        error = super().refusal(message, reply, call)
        error.args = (f"{error}: {reply.text}",)
        return error


class ReportsWhomItWroteTo(Liar, caught_by="test_no_personal_data_is_in_a_report"):
    def taken(self, message: SmsMessage, id_: str) -> Report:
        return Report.done(id_, detail=f"sent to {message.recipient}")


class LogsWhomItWritesTo(Liar, caught_by="test_nothing_of_a_message_is_logged_or_printed"):
    def require_number(self, number: str) -> None:
        logging.getLogger(__name__).debug("writing to %s", number)
        super().require_number(number)


# --- answers --------------------------------------------------------------------------------------------------


class SendsToAnother(Liar, caught_by="test_a_text_arrives_once_at_its_number"):
    def body(self, message: SmsMessage, call: Call) -> dict[str, Any]:
        to = {"+447400123456": "+447400123450"}.get(message.recipient, message.recipient)
        return super().body(message, call) | {"to": to}


class WritesAsciiAlone(Liar, caught_by="test_words_of_every_script_arrive"):
    def body(self, message: SmsMessage, call: Call) -> dict[str, Any]:
        return super().body(message, call) | {"text": message.text.encode("ascii", "replace").decode()}


class CutsWhatIsLong(Liar, caught_by="test_a_long_text_arrives_whole"):
    def body(self, message: SmsMessage, call: Call) -> dict[str, Any]:
        return super().body(message, call) | {"text": message.text[:160]}


class SendsInItsOwnName(Liar, caught_by="test_it_is_from_whom_the_hub_says"):
    def body(self, message: SmsMessage, call: Call) -> dict[str, Any]:
        return super().body(message, call) | {"from": "Gateway"}


class HasNoReference(Liar, caught_by="test_the_report_has_a_reference"):
    def taken(self, message: SmsMessage, id_: str) -> Report:
        del message, id_
        return Report.done()


class RemembersTheFirstText(Liar, caught_by="test_an_adapter_sends_one_text_after_the_other"):
    _first = ""

    def body(self, message: SmsMessage, call: Call) -> dict[str, Any]:
        self._first = self._first or message.text
        return super().body(message, call) | {"text": self._first}


class TakesAnyNumber(Liar, caught_by="test_what_is_no_number_is_rejected"):
    def require_number(self, number: str) -> None:
        pass

    def refusal(self, message: SmsMessage, reply: Reply, call: Call) -> Exception:
        if reply.status_code == 422 and not message.recipient.startswith("+4474001234"):
            return Unavailable("the gateway does not take it")
        return super().refusal(message, reply, call)


class SendsNothingToo(Liar, caught_by="test_an_empty_text_is_rejected"):
    def require_text(self, text: str) -> None:
        pass


class SendsToTry(Liar, caught_by="test_check_sends_nothing"):
    def check(self, call: Call) -> Report:
        report = super().check(call)
        self.posted({"to": "+447400123456", "from": "", "text": "A test", "key": "check"}, call)
        return report


# --- repeats --------------------------------------------------------------------------------------------------


class MakesUpItsKeys(
    Liar,
    caught_by=frozenset({"test_a_repeated_key_is_one_text", "test_a_text_whose_answer_was_lost_is_found"}),
):
    def posted(self, body: dict[str, Any], call: Call) -> Reply:
        return super().posted(body | {"key": str(uuid4())}, call)


class HasOneKeyForAll(
    Liar,
    caught_by=frozenset(
        {
            "test_two_keys_are_two_texts",
            "test_words_of_every_script_arrive",
            "test_an_adapter_sends_one_text_after_the_other",
            "test_a_text_that_never_arrived_is_absent",
        }
    ),
):
    def key(self, call: Call) -> str:
        del call
        return "0199aaaa-0000-7000-8000-000000000001"


class FindsNothing(Liar, caught_by="test_a_text_whose_answer_was_lost_is_found"):
    def lookup(self, message: SmsMessage, call: Call) -> Finding:
        finding = super().lookup(message, call)
        return Absent() if not isinstance(finding, Absent) else finding


class FindsAnyText(Liar, caught_by="test_a_text_that_never_arrived_is_absent"):
    def listed(self, filters: Mapping[str, str], call: Call) -> Reply:
        reply = super().listed(filters, call)
        other = super().listed({"key": "another-key"}, call)
        return reply if reply.status_code != 200 or reply.json()["messages"] else other


class TakesABrokenListForAnEmptyOne(Liar, caught_by="test_a_broken_look_up_says_nothing"):
    def cannot_be_asked(self, reply: Reply) -> Finding:
        del reply
        return Absent()


class SendsWhatItDoesNotFind(Liar, caught_by=frozenset({"test_a_look_up_sends_nothing"})):
    def lookup(self, message: SmsMessage, call: Call) -> Finding:
        finding = super().lookup(message, call)
        if isinstance(finding, Absent):
            self.send(message, call)
        return finding


# --- troubles -------------------------------------------------------------------------------------------------


class GivesUpWhenNobodyAnswers(Liar, caught_by="test_a_provider_that_is_down_is_unavailable"):
    def posted(self, body: dict[str, Any], call: Call) -> Reply:
        try:
            return super().posted(body, call)
        except Unavailable:
            raise Rejected("there is no gateway") from None


class ForgetsWhenToComeBack(Liar, caught_by="test_too_many_calls_are_unavailable"):
    def wish(self, reply: Reply, call: Call) -> timedelta | None:
        del reply, call
        return None


class TakesARefusalForAnOptOut(Liar, caught_by="test_a_refused_number_is_rejected"):
    def refusal(self, message: SmsMessage, reply: Reply, call: Call) -> Exception:
        error = super().refusal(message, reply, call)
        return Rejected(error.detail, opted_out=True) if isinstance(error, Rejected) else error


class HearsNoStop(Liar, caught_by="test_an_opt_out_is_told_as_one"):
    def refusal(self, message: SmsMessage, reply: Reply, call: Call) -> Exception:
        error = super().refusal(message, reply, call)
        return Rejected(error.detail) if isinstance(error, Rejected) else error


class BlamesTheRecipientForTheSender(Liar, caught_by="test_a_refused_sender_says_nothing_of_the_recipient"):
    def refusal(self, message: SmsMessage, reply: Reply, call: Call) -> Exception:
        error = super().refusal(message, reply, call)
        sender = isinstance(error, Misconfigured) and reply.status_code == 422
        return Rejected("refused", opted_out=True) if sender else error


class TriesWrongTokensAgain(Liar, caught_by="test_wrong_credentials_are_misconfigured"):
    def refusal(self, message: SmsMessage, reply: Reply, call: Call) -> Exception:
        return Unavailable("401") if reply.status_code == 401 else super().refusal(message, reply, call)


class ChecksNoToken(Liar, caught_by="test_check_tells_of_wrong_credentials"):
    def check(self, call: Call) -> Report:
        call.http.request("GET", f"{self.config.url}/ping", headers=self.headers())
        return Report.done()


class TakesA500ForARefusal(Liar, caught_by="test_a_failure_of_the_server_is_in_doubt"):
    def refusal(self, message: SmsMessage, reply: Reply, call: Call) -> Exception:
        return Unavailable("500") if reply.status_code == 500 else super().refusal(message, reply, call)


class TakesAnything201ForTaken(Liar, caught_by="test_an_answer_that_cannot_be_read_is_in_doubt"):
    def read_id(self, reply: Reply) -> str:
        try:
            return super().read_id(reply)
        except OutcomeUnknown:
            return "unknown"


class IsNeverInDoubt(
    Liar,
    caught_by=_HANGS | {"test_a_connection_that_breaks_is_in_doubt"},
):
    def posted(self, body: dict[str, Any], call: Call) -> Reply:
        try:
            return super().posted(body, call)
        except OutcomeUnknown:
            raise Unavailable("the connection was lost") from None


class WaitsForEver(Liar, caught_by=_HANGS):
    def posted(self, body: dict[str, Any], call: Call) -> Reply:
        try:
            return super().posted(body, call)
        except OutcomeUnknown:
            if not call.remaining:
                threading.Event().wait(10)
            raise


class TriesAgain(Liar, caught_by="test_the_adapter_does_not_try_again_by_itself"):
    def posted(self, body: dict[str, Any], call: Call) -> Reply:
        try:
            return super().posted(body, call)
        except OutcomeUnknown as error:
            if call.remaining.total_seconds() > 1:
                headers = self.headers()
                requests.post(f"{self.config.url}/messages", json={**body, "key": None}, headers=headers, timeout=5)
            raise error from None


# --- callbacks ------------------------------------------------------------------------------------------------


class HearsNothing(Liar, caught_by="test_a_genuine_receipt_names_its_message"):
    def read(self, request: InboundRequest) -> Received:
        return Received([one for one in super().read(request).signals if not isinstance(one, Receipt)])


class NamesNobody(Liar, caught_by="test_a_genuine_receipt_names_its_message"):
    def receipt(self, request: InboundRequest, id_: str, state: str) -> Receipt:
        return super().receipt(request, id_, state).model_copy(update={"key": None, "reference": "another"})


class CountsItsReceipts(Liar, caught_by="test_a_receipt_that_comes_twice_is_one"):
    def receipt(self, request: InboundRequest, id_: str, state: str) -> Receipt:
        return super().receipt(request, id_, state).model_copy(update={"dedupe": str(uuid4())})


class BelievesAnybody(
    Liar, caught_by=frozenset({"test_a_callback_without_a_proof_is_refused", "test_a_changed_callback_is_refused"})
):
    def is_proved(self, request: InboundRequest) -> bool:
        del request
        return True


class BelievesAnyProof(Liar, caught_by="test_a_changed_callback_is_refused"):
    def is_proved(self, request: InboundRequest) -> bool:
        return "proof" in request.query


class MakesUpAReceipt(Liar, caught_by="test_a_callback_that_cannot_be_read_says_nothing"):
    def read(self, request: InboundRequest) -> Received:
        try:
            return super().read(request)
        except (ValueError, TypeError, KeyError, RecursionError):
            return Received([Receipt(state="failed", failed=True)])


LIARS: tuple[type[Liar], ...] = tuple(Liar.__subclasses__())
