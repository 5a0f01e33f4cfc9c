"""Deliberately wrong adapters: each is the honest one with one fault, and names the tests of the kit that find it."""

import os
from collections.abc import Mapping
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
    JobStatus,
    JobTicket,
    Misconfigured,
    Outcome,
    OutcomeUnknown,
    Progress,
    Rejected,
    Reply,
    Report,
    Unavailable,
    Verb,
)
from tests.contract.adapters.honest import HonestConfig, HonestMis


class Liar(HonestMis):
    """`caught_by` and `also_by` are the tests of the kit that fail on the liar; no other test may."""

    caught_by: ClassVar[frozenset[str]]

    def __init_subclass__(cls, caught_by: str, also_by: str | None = None) -> None:
        super().__init_subclass__()
        cls.caught_by = frozenset({caught_by, also_by or caught_by})


# --- by itself ------------------------------------------------------------------------------------------------


class ConfigOfAnything(HonestConfig, extra="allow"):
    pass


class TakesMisspeltSettings(Liar, caught_by="test_the_class_says_what_it_is"):
    Config: type[HonestConfig] = ConfigOfAnything


class DeclaresAVerbThatIsNotThere(Liar, caught_by="test_every_verb_with_a_declared_effect_is_there"):
    effects: ClassVar[Mapping[Verb, Effect]] = {**HonestMis.effects, Verb.PUBLISH: Effect.KEYED}


class PromisesMoreThanItsClass(Liar, caught_by="test_the_configuration_only_lowers_effects"):
    effects: ClassVar[Mapping[Verb, Effect]] = {**HonestMis.effects, Verb.NOTIFY: Effect.LOOKUP}

    def effect(self, verb: Verb) -> Effect:
        return HonestMis.effects.get(verb, Effect.BLIND)


class ReadsAFileWhenMade(Liar, caught_by="test_making_an_adapter_does_no_io"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        Path(os.devnull).read_bytes()


class ShowsItsToken(Liar, caught_by="test_no_secret_is_in_a_repr"):
    def __repr__(self) -> str:
        return f"<{self.name} with {self.config.token.get_secret_value()}>"


class TellsItsTokenInErrors(Liar, caught_by="test_no_secret_is_in_an_error"):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        try:
            return super().notify(ticket, call)
        except Misconfigured as error:
            raise Misconfigured(f"{error}: {self.config.token.get_secret_value()}") from None


class TellsTheCustomerInErrors(Liar, caught_by="test_no_personal_data_is_in_an_error"):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        try:
            return super().notify(ticket, call)
        except OutcomeUnknown as error:
            customer = ticket.order.customer if ticket.order else None
            raise OutcomeUnknown(f"{error}: the job of {customer and customer.email}") from None


class ClosesOnlyOnce(Liar, caught_by="test_an_adapter_can_be_closed_twice"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        self._open = ["a connection"]

    def close(self) -> None:
        self._open.pop()


# --- answers --------------------------------------------------------------------------------------------------


class SkipsWhatItDid(Liar, caught_by="test_notify_answers_with_a_reference_or_is_accepted"):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        report = super().notify(ticket, call)
        return report.model_copy(update={"outcome": Outcome.SKIPPED}) if report.outcome is Outcome.DONE else report


class KeepsTheReferenceToItself(Liar, caught_by="test_notify_answers_with_a_reference_or_is_accepted"):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        report = super().notify(ticket, call)
        return report.model_copy(update={"reference": None, "memo": report.reference})

    def lookup(self, ticket: JobTicket, call: Call) -> Finding:
        finding = super().lookup(ticket, call)
        return Found(Report.done()) if isinstance(finding, Found) else finding

    def _reference(self, call: Call) -> str:
        return str(call.before(Verb.NOTIFY).memo)


class WantsMoreThanTheMis(Liar, caught_by="test_every_verb_answers_with_a_report"):
    def manifest(self, ticket: JobTicket, call: Call) -> Report:
        return Report.action_required("look at it", reference=super().manifest(ticket, call).reference)


class ShrugsAtAGoodCheck(Liar, caught_by="test_check_answers_with_a_report"):
    def check(self, call: Call) -> Report:
        super().check(call)
        return Report.skipped("nobody asked")


class CoversForeignVerbs(Liar, caught_by="test_a_report_covers_only_verbs_that_the_class_has"):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        return super().notify(ticket, call).model_copy(update={"covers": frozenset({Verb.PLACE})})


class SpeaksForTheMailServer(Liar, caught_by="test_a_report_tells_only_of_statuses_that_a_mis_may_report"):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        progress = (Progress(status=JobStatus.SENT_EMAIL),)
        return super().notify(ticket, call).model_copy(update={"progress": progress})


class RemembersTooMuch(Liar, caught_by="test_a_memo_is_json_and_small"):
    def manifest(self, ticket: JobTicket, call: Call) -> Report:
        return super().manifest(ticket, call).model_copy(update={"memo": {"answer": "x" * 20_000}})


class RemembersWhatIsNoJson(Liar, caught_by="test_a_memo_is_json_and_small"):
    def manifest(self, ticket: JobTicket, call: Call) -> Report:
        return super().manifest(ticket, call).model_copy(update={"memo": ("a", "tuple")})


class SendsHalfAJob(Liar, caught_by="test_a_job_with_a_part_that_lacks_its_file_is_refused_unsent"):
    def _look_for_files(self, ticket: JobTicket) -> None:
        pass


class ChecksAfterSending(Liar, caught_by="test_a_job_with_a_part_that_lacks_its_file_is_refused_unsent"):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        try:
            return super().notify(ticket, call)
        finally:
            if len(ticket.files) < len(ticket.job.parts):
                self._post("/jobs/0/manifest", {}, call)


class KnowsOnlyAscii(Liar, caught_by="test_hostile_words_arrive_or_are_refused"):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        name = ticket.job.id.encode("ascii", "ignore").decode()
        return super().notify(ticket.model_copy(update={"job": ticket.job.model_copy(update={"id": name})}), call)


# --- repeats --------------------------------------------------------------------------------------------------


class MakesUpAKeyForEachAttempt(Liar, caught_by="test_the_same_key_twice_notifies_once"):
    def _key(self, call: Call) -> str:
        return f"{call.key}/{call.attempt}" if call.verb is Verb.NOTIFY else call.key


class MakesUpAKeyForEachManifest(Liar, caught_by="test_the_same_key_twice_has_one_effect_in_every_verb"):
    def _key(self, call: Call) -> str:
        return f"{call.key}/{call.attempt}" if call.verb is Verb.MANIFEST else call.key


class CountsAttemptsInItsBody(Liar, caught_by="test_a_repeated_call_sends_the_same_bytes"):
    def _post(self, path: str, content: dict[str, Any], call: Call) -> Reply:
        return super()._post(path, {**content, "attempt": call.attempt}, call)


class FindsAnotherJob(Liar, caught_by="test_lookup_finds_what_arrived"):
    def lookup(self, ticket: JobTicket, call: Call) -> Finding:
        finding = super().lookup(ticket, call)
        return Found(Report.done("MIS-4711")) if isinstance(finding, Found) else finding


class FindsOnlyWhatItHasAReferenceOf(Liar, caught_by="test_lookup_finds_a_call_whose_answer_was_lost"):
    def lookup(self, ticket: JobTicket, call: Call) -> Finding:
        if call.verb is Verb.NOTIFY and call.before(Verb.NOTIFY).reference is None:
            return Absent()
        return super().lookup(ticket, call)


class FindsOnlyNotify(Liar, caught_by="test_lookup_finds_every_verb_that_declares_it"):
    def lookup(self, ticket: JobTicket, call: Call) -> Finding:
        return super().lookup(ticket, call) if call.verb is Verb.NOTIFY else Absent()


class IsNeverCertain(Liar, caught_by="test_lookup_is_certain_of_what_never_arrived"):
    def lookup(self, ticket: JobTicket, call: Call) -> Finding:
        finding = super().lookup(ticket, call)
        return CannotTell("perhaps") if isinstance(finding, Absent) and call.verb is Verb.NOTIFY else finding


class NotifiesWhenAsked(Liar, caught_by="test_lookup_changes_nothing"):
    def lookup(self, ticket: JobTicket, call: Call) -> Finding:
        finding = super().lookup(ticket, call)
        if isinstance(finding, Absent) and call.verb is Verb.NOTIFY:
            self.notify(ticket, call)
        return finding


class TakesSilenceForNo(Liar, caught_by="test_a_lookup_that_fails_is_not_taken_for_absent"):
    def lookup(self, ticket: JobTicket, call: Call) -> Finding:
        try:
            return super().lookup(ticket, call)
        except AdapterError:
            return Absent()


# --- troubles -------------------------------------------------------------------------------------------------


class DoubtsEvenARefusedConnection(Liar, caught_by="test_a_partner_that_is_down_is_unavailable"):
    def _request(self, *args: Any, **facts: Any) -> Reply:
        try:
            return super()._request(*args, **facts)
        except Unavailable as error:
            raise OutcomeUnknown(error.detail) from None


class TakesATimeoutForNothing(
    Liar,
    caught_by="test_an_answer_that_does_not_come_in_time_is_in_doubt",
    also_by="test_the_deadline_is_of_the_whole_call",
):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        try:
            return super().notify(ticket, call)
        except OutcomeUnknown:
            if call.remaining:
                raise
            raise Unavailable("the MIS did not answer") from None


class CountsTheDeadlineAnewForEachByte(Liar, caught_by="test_the_deadline_is_of_the_whole_call"):
    def _request(self, method: str, url: str, call: Call, *args: Any, **facts: Any) -> Reply:
        if call.verb is not Verb.NOTIFY or method != "POST":
            return super()._request(method, url, call, *args, **facts)
        headers = {"Authorization": f"Bearer {self.config.token.get_secret_value()}", "Idempotency-Key": call.key}
        call.sending()
        try:
            return requests.post(url, data=facts["body"], headers=headers, timeout=call.remaining.total_seconds())
        except requests.ConnectionError as error:
            if "refused" in str(error):
                raise Unavailable("the MIS is down") from None
            raise OutcomeUnknown("the connection broke") from None
        except requests.Timeout:
            raise OutcomeUnknown("the MIS did not answer") from None


class TakesALostConnectionForNothing(Liar, caught_by="test_a_connection_that_is_lost_after_sending_is_in_doubt"):
    def _request(self, method: str, url: str, call: Call, *args: Any, **facts: Any) -> Reply:
        try:
            return super()._request(method, url, call, *args, **facts)
        except OutcomeUnknown:
            if call.remaining:
                raise Unavailable("the connection broke") from None
            raise


class TakesAServerErrorForNothing(Liar, caught_by="test_a_server_error_is_in_doubt"):
    def _read(self, reply: Reply) -> dict[str, Any]:
        if reply.status_code == 500:
            raise Unavailable("the MIS failed")
        return super()._read(reply)


class BelievesEverySuccess(Liar, caught_by="test_an_unreadable_success_is_in_doubt"):
    def _report(self, reply: Reply) -> Report:
        try:
            reply.json()
        except ValueError:
            return Report.done("somewhere")
        return super()._report(reply)


class BlamesTheOperatorForARefusal(Liar, caught_by="test_a_refusal_is_rejected"):
    def _read(self, reply: Reply) -> dict[str, Any]:
        try:
            return super()._read(reply)
        except Rejected as error:
            raise Misconfigured(error.detail) from None


class OverhearsAQuestion(Liar, caught_by="test_a_wish_for_more_is_action_required"):
    def _report(self, reply: Reply) -> Report:
        report = super()._report(reply)
        return Report.done("MIS-1") if report.outcome is Outcome.ACTION_REQUIRED else report


class BlamesTheSenderForWrongCredentials(Liar, caught_by="test_wrong_credentials_are_misconfigured"):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        try:
            return super().notify(ticket, call)
        except Misconfigured as error:
            raise Rejected(error.detail) from None


class ChecksNothing(Liar, caught_by="test_check_tells_of_wrong_credentials"):
    def check(self, call: Call) -> Report:  # noqa: ARG002 - that is its fault
        return Report.done()


class ForgetsWhenToComeBack(Liar, caught_by="test_too_many_calls_is_unavailable_with_the_partners_wish"):
    def _read(self, reply: Reply) -> dict[str, Any]:
        try:
            return super()._read(reply)
        except Unavailable as error:
            raise Unavailable(error.detail) from None


class TriesAgainByItself(Liar, caught_by="test_the_adapter_does_not_try_again_by_itself"):
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        try:
            return super().notify(ticket, call)
        except (OutcomeUnknown, Unavailable):
            if call.remaining:
                self._post("/jobs", {"job": ticket.job.id}, call)
            raise


LIARS: list[type[Liar]] = Liar.__subclasses__()
