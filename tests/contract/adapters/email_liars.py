"""Deliberately wrong e-mail adapters: each is the honest one with one fault, and names the tests that find it."""

import base64
import contextlib
import logging
import os
import re
import smtplib
from collections.abc import Iterator, Mapping
from email.message import EmailMessage as Mail
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

from printhub import (
    AdapterError,
    Bounced,
    Call,
    Effect,
    EmailMessage,
    InboundRequest,
    Misconfigured,
    OutcomeUnknown,
    Received,
    Rejected,
    Report,
    Unavailable,
    Verb,
)
from tests.contract.adapters.email_honest import HonestConfig, HonestEmail

_HANGS = frozenset({"test_an_answer_that_does_not_come_in_time_is_in_doubt", "test_the_deadline_is_of_the_whole_call"})


class Liar(HonestEmail):
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
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.PUBLISH: Effect.KEYED}


class PromisesMoreThanItsClass(Liar, caught_by="test_the_configuration_only_lowers_effects"):
    def effect(self, verb: Verb) -> Effect:
        return Effect.KEYED if verb is Verb.SEND else super().effect(verb)


class ReadsAFileWhenMade(Liar, caught_by="test_making_an_adapter_does_no_io"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        Path(os.devnull).read_bytes()


class ShowsItsPassword(Liar, caught_by="test_no_secret_is_in_a_repr"):
    def __repr__(self) -> str:
        return f"<{self.name} with {self.config.password.get_secret_value()}>"


class TellsItsPasswordInErrors(Liar, caught_by="test_no_secret_is_in_an_error"):
    def unknown_here(self) -> AdapterError:
        return Misconfigured(f"the mail server does not know {self.config.password.get_secret_value()}")


class ClosesOnlyOnce(Liar, caught_by="test_an_adapter_can_be_closed_twice"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        self._open = ["a connection"]

    def close(self) -> None:
        self._open.pop()


class RepeatsWhatTheServerSaid(Liar, caught_by="test_no_personal_data_is_in_an_error"):
    def refusal(self, stage: str, code: int, reply: bytes) -> AdapterError:
        error = super().refusal(stage, code, reply)
        error.args = (f"{error}: {reply.decode()}",)
        return error


class ReportsWhatTheServerSaid(Liar, caught_by="test_no_personal_data_is_in_a_report"):
    def finished(self, smtp: smtplib.SMTP, message: EmailMessage) -> Report:
        code, reply = smtp.getreply()
        if code != 250:
            raise self.refusal("content", code, reply)
        return Report.done(message.message_id, detail=reply.decode())


class LogsWhomItWritesTo(Liar, caught_by="test_nothing_of_a_message_is_logged_or_printed"):
    def recipient(self, message: EmailMessage) -> str:
        logging.getLogger(__name__).debug("writing to %s", message.recipient)
        return message.recipient


class LeavesItsConnectionOpen(Liar, caught_by="test_it_closes_what_it_opened"):
    def __init__(self, config: HonestConfig) -> None:
        super().__init__(config)
        self._left: list[smtplib.SMTP] = []

    def connected(self, call: Call) -> smtplib.SMTP:
        self._left.append(super().connected(call))
        return super().connected(call)

    def __del__(self) -> None:
        for smtp in self._left:
            smtp.close()


# --- answers --------------------------------------------------------------------------------------------------


class SendsByItsOwnAddress(Liar, caught_by="test_a_message_arrives_once_for_its_recipient"):
    def envelope_sender(self, message: EmailMessage) -> str:
        return "orders@shop.example" if "\r" not in message.envelope_sender else message.envelope_sender


class MakesUpItsOwnId(Liar, caught_by="test_it_has_the_message_id_that_the_hub_gave"):
    def message_id(self, message: EmailMessage) -> str:
        return f"{uuid4()}.{message.message_id}"


class CountsItsAttempts(Liar, caught_by="test_another_attempt_is_the_same_mail"):
    def mail(self, message: EmailMessage) -> Mail:
        mail = super().mail(message)
        mail["X-Attempt"] = str(uuid4())
        return mail


class IsFromWhereBouncesGo(Liar, caught_by="test_it_is_from_whom_the_hub_says"):
    def mail(self, message: EmailMessage) -> Mail:
        mail = super().mail(message)
        mail.replace_header("From", message.envelope_sender)
        return mail


class EndsALineItsOwnWay(Liar, caught_by="test_lines_are_as_smtp_has_them"):
    def body(self, message: EmailMessage) -> bytes:
        return super().body(message).replace(b"\r\nMessage-ID", b"\nMessage-ID")


class EncodesLinks(Liar, caught_by="test_a_long_link_in_a_header_stays_a_link"):
    def header(self, name: str, value: str) -> str:
        del name
        return value


class ForgetsTheHtml(
    Liar,
    caught_by=frozenset(
        {"test_text_and_html_are_two_forms_of_one_message", "test_an_image_is_there_under_its_content_id"}
    ),
):
    def mail(self, message: EmailMessage) -> Mail:
        return super().mail(message.model_copy(update={"html": None}))


class MakesUpHtml(Liar, caught_by="test_a_message_without_html_is_text_alone"):
    def mail(self, message: EmailMessage) -> Mail:
        html = message.html if message.html is not None else f"<pre>{message.text}</pre>"
        return super().mail(message.model_copy(update={"html": html}))


class WritesAsciiAlone(Liar, caught_by="test_words_of_every_script_arrive"):
    def mail(self, message: EmailMessage) -> Mail:
        subject = message.subject.encode("ascii", "replace").decode()
        return super().mail(message.model_copy(update={"subject": subject}))


class DoublesNoDots(Liar, caught_by="test_a_line_of_a_dot_alone_ends_nothing"):
    def stuffed(self, body: bytes) -> bytes:
        return (body if body.endswith(b"\r\n") else body + b"\r\n") + b".\r\n"


class AttachesTextAlone(Liar, caught_by="test_an_attachment_arrives_byte_for_byte"):
    def body(self, message: EmailMessage) -> bytes:
        mail = self.mail(message)
        for part in mail.iter_attachments():
            part.set_payload(base64.b64encode(part.get_content().decode("ascii", "ignore").encode()).decode())
        return mail.as_bytes()


class ForgetsImages(Liar, caught_by="test_an_image_is_there_under_its_content_id"):
    def mail(self, message: EmailMessage) -> Mail:
        return super().mail(message.model_copy(update={"inline": ()}))


class ForgetsHeaders(Liar, caught_by="test_the_headers_that_the_hub_asks_for_are_there"):
    def mail(self, message: EmailMessage) -> Mail:
        kept = {name: value for name, value in message.headers.items() if name != "Auto-Submitted"}
        return super().mail(message.model_copy(update={"headers": kept}))


class WritesSubjectsAsTheyAre(Liar, caught_by="test_no_line_break_makes_a_header"):
    def require_safe(self, message: EmailMessage) -> None:
        super().require_safe(message.model_copy(update={"subject": ""}))

    def body(self, message: EmailMessage) -> bytes:
        subject = message.subject
        if "\n" not in subject and "\r" not in subject:
            return super().body(message)
        mail = self.mail(message.model_copy(update={"subject": "here"}))
        return mail.as_bytes().replace(b"Subject: here", f"Subject: {subject}".encode())


class TakesAnyAddress(Liar, caught_by="test_what_is_no_address_is_rejected"):
    def require_addresses(self, message: EmailMessage) -> None:
        pass


class CommandsWithWhatItIsGiven(Liar, caught_by="test_no_line_break_makes_a_command"):
    def require_safe(self, message: EmailMessage) -> None:
        super().require_safe(message.model_copy(update={"recipient": ""}))

    def require_addresses(self, message: EmailMessage) -> None:
        if not re.search(r"[\r\n]", message.recipient):
            super().require_addresses(message)

    def mail(self, message: EmailMessage) -> Mail:
        return super().mail(message.model_copy(update={"recipient": "kim@customer.example"}))

    def ask(self, smtp: smtplib.SMTP, stage: str, command: str) -> None:
        smtp.send(f"{command}\r\n".encode())
        for _line in re.split(r"\r\n|\n", command):
            code, reply = smtp.getreply()
            if code not in (250, 354):
                raise self.refusal(stage, code, reply)


class RemembersTheFirstRecipient(
    Liar,
    caught_by=frozenset(
        {"test_an_adapter_sends_one_message_after_the_other", "test_what_was_refused_does_not_spoil_what_follows"}
    ),
):
    _first = ""

    def recipient(self, message: EmailMessage) -> str:
        self._first = self._first or message.recipient
        return self._first


class SendsToTry(Liar, caught_by="test_check_answers_with_a_report"):
    def check(self, call: Call) -> Report:
        smtp = self.connected(call)
        smtp.sendmail("orders@shop.example", ["check@shop.example"], b"Subject: check\r\n\r\n")
        smtp.close()
        return Report.done()


# --- troubles -------------------------------------------------------------------------------------------------


class GivesUpWhenNobodyAnswers(Liar, caught_by="test_a_mail_system_that_is_down_is_unavailable"):
    def connected(self, call: Call) -> smtplib.SMTP:
        try:
            return super().connected(call)
        except Unavailable:
            raise Rejected("there is no mail server") from None


class HasNoBounces(Liar, caught_by="test_a_dead_recipient_bounced"):
    def refusal(self, stage: str, code: int, reply: bytes) -> AdapterError:
        error = super().refusal(stage, code, reply)
        return Rejected(str(error)) if isinstance(error, Rejected) else error


class TakesLaterForNever(Liar, caught_by="test_a_recipient_that_is_put_off_is_unavailable"):
    def refusal(self, stage: str, code: int, reply: bytes) -> AdapterError:
        return super().refusal(stage, max(code, 500) if stage == "recipient" else code, reply)


class TakesLaterForNeverAtTheEnd(Liar, caught_by="test_a_content_that_is_put_off_is_unavailable"):
    def refusal(self, stage: str, code: int, reply: bytes) -> AdapterError:
        return super().refusal(stage, max(code, 500) if stage == "content" else code, reply)


class BouncesForItsSender(Liar, caught_by="test_a_refused_sender_is_no_bounce"):
    def refusal(self, stage: str, code: int, reply: bytes) -> AdapterError:
        return super().refusal("recipient" if stage == "sender" else stage, code, reply)


class BouncesForItsContent(Liar, caught_by="test_a_refused_content_is_no_bounce"):
    def refusal(self, stage: str, code: int, reply: bytes) -> AdapterError:
        return super().refusal("recipient" if stage == "content" else stage, code, reply)


class TriesWrongPasswordsAgain(
    Liar, caught_by=frozenset({"test_wrong_credentials_are_misconfigured", "test_check_tells_of_wrong_credentials"})
):
    def unknown_here(self) -> AdapterError:
        return Unavailable("the mail server does not know this user")


class ChecksNoPassword(Liar, caught_by="test_check_tells_of_wrong_credentials"):
    def check(self, call: Call) -> Report:
        smtplib.SMTP(self.config.host, self.config.port, timeout=self.patience(call)).close()
        return Report.done()


class IsAlwaysInDoubt(
    Liar,
    caught_by=frozenset(
        {
            "test_a_mail_system_that_is_down_is_unavailable",
            "test_a_connection_that_breaks_before_the_end_is_unavailable",
            "test_a_mail_system_that_hangs_before_the_end_is_given_up",
        }
    ),
):
    def lost(self, *, sent: bool) -> AdapterError:
        del sent
        return OutcomeUnknown("the connection was lost")


class IsNeverInDoubt(Liar, caught_by=_HANGS | {"test_a_connection_that_breaks_after_the_end_is_in_doubt"}):
    def lost(self, *, sent: bool) -> AdapterError:
        del sent
        return Unavailable("the connection was lost")


class WaitsForEver(Liar, caught_by=_HANGS | {"test_a_mail_system_that_hangs_before_the_end_is_given_up"}):
    def patience(self, call: Call) -> float:
        return super().patience(call) + 600


class WaitsForEachByte(Liar, caught_by="test_the_deadline_is_of_the_whole_call"):
    @contextlib.contextmanager
    def hurried(self, smtp: smtplib.SMTP, call: Call) -> Iterator[None]:
        del smtp, call
        yield


class TriesAgain(Liar, caught_by="test_the_adapter_does_not_try_again_by_itself"):
    def send(self, message: EmailMessage, call: Call) -> Report:
        try:
            return super().send(message, call)
        except OutcomeUnknown as error:
            super().send(message, call)
            raise error from None


# --- callbacks ------------------------------------------------------------------------------------------------


class HearsNothing(Liar, caught_by="test_a_genuine_callback_is_read"):
    def read(self, request: InboundRequest) -> Received:
        super().read(request)
        return Received([])


class BelievesAnybody(
    Liar,
    caught_by=frozenset({"test_a_callback_without_a_proof_is_refused", "test_a_changed_callback_is_refused"}),
):
    def verify(self, request: InboundRequest) -> None:
        pass


class BelievesAnySignature(Liar, caught_by="test_a_changed_callback_is_refused"):
    def verify(self, request: InboundRequest) -> None:
        if "signature" not in request.headers:
            super().verify(request)


class MakesUpABounce(Liar, caught_by="test_a_callback_that_cannot_be_read_says_nothing"):
    def read(self, request: InboundRequest) -> Received:
        try:
            return super().read(request)
        except ValueError:
            return Received([Bounced(recipient="")])


LIARS: tuple[type[Liar], ...] = tuple(Liar.__subclasses__())
