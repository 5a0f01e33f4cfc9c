"""Why a message was refused, and whether its address is dead: what a server said counts, and where it said it."""

import pytest

from printhub.core.bounces.classify import classify
from printhub.core.bounces.reasons import reason_of, severity_of
from printhub.core.bounces.report import RecipientReport, Severity
from tests.unit.bounces.mails import plain, report


def said(diagnostic: str, status: str = "5.0.0") -> RecipientReport:
    fields = f"Final-Recipient: rfc822; kim@customer.example\nAction: failed\nStatus: {status}"
    [kim] = classify(report(f"{fields}\nDiagnostic-Code: smtp; {diagnostic}")).recipients
    return kim


@pytest.mark.parametrize(
    ("diagnostic", "reason"),
    [
        ("550 5.1.1 <kim@customer.example>: Recipient address rejected: User unknown in virtual table", "userunknown"),
        ("550 5.4.1 Recipient address rejected: Access denied. [mx.customer.example]", "userunknown"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", "notaccept"),
        ("550 5.1.2 Host unknown (Name server: customer.example: host not found)", "hostunknown"),
        ("556 5.1.10 Domain customer.example does not accept mail (null MX)", "notaccept"),
        ("551 5.1.6 The user has moved", "hasmoved"),
    ],
)
def test_a_dead_address_is_hard(diagnostic: str, reason: str) -> None:
    kim = said(diagnostic)

    assert (kim.reason, kim.severity) == (reason, Severity.HARD)


@pytest.mark.parametrize(
    ("diagnostic", "reason"),
    [
        ("552 5.2.2 Over quota", "mailboxfull"),
        ("550 5.1.1 the mailbox has reached its quota", "mailboxfull"),
        ("550 5.7.26 This mail is unauthenticated: DMARC", "authfailure"),
        ("550 5.1.0 192.0.2.1 may not send; inspect your SPF settings", "authfailure"),
        ("554 5.7.1 Message identified as spam", "spamdetected"),
        ("550 5.7.25 no PTR record", "requireptr"),
        ("552 5.3.4 Message too big", "mesgtoobig"),
        ("553 5.1.8 Domain of sender address orders@shop.example does not exist", "rejected"),
        ("550 5.1.1 192.0.2.1 has sent to too many recipients this hour", "speeding"),
        ("550 Recipient address rejected: User is temporary locked", "suspend"),
        ("421 delivery temporarily suspended: mx refused to talk to me", "blocked"),
        ("554 Not RFC 5322 compliant, to reduce spam it was blocked", "notcompliantrfc"),
    ],
)
def test_a_living_address_that_was_refused_is_soft(diagnostic: str, reason: str) -> None:
    kim = said(diagnostic)

    assert (kim.reason, kim.severity) == (reason, Severity.SOFT)


@pytest.mark.parametrize(
    "stage", ["(in reply to MAIL FROM command)", "SMTP error from remote mail server after pipelined MAIL FROM:<o@s>:"]
)
def test_what_was_refused_before_the_recipient_was_named_is_about_the_sender(stage: str) -> None:
    assert said(f"550 unknown address {stage}").severity is Severity.SOFT


def test_a_transcript_with_both_commands_is_about_the_recipient() -> None:
    assert said(">>> MAIL From:<o@s> <<< 250 ok >>> RCPT To:<kim@c> <<< 550 User unknown").severity is Severity.HARD


def test_a_name_server_that_does_not_answer_now_makes_no_address_dead() -> None:
    assert said("Host or domain name not found", status="4.4.3").severity is Severity.SOFT
    assert said("Name service error: Host not found, try again").severity is Severity.SOFT


def test_a_status_that_says_that_the_mailbox_exists_is_believed() -> None:
    assert reason_of("550 Unknown user kim@customer.example", "5.2.0") == "filtered"
    assert severity_of("filtered") is Severity.SOFT


def test_a_status_without_a_diagnostic_counts_more_than_the_words_around_it() -> None:
    fields = "Final-Recipient: rfc822; kim@customer.example\nAction: failed\nStatus: 5.1.1"

    [kim] = classify(report(fields, text="kim@customer.example\n\nThis mail has been scanned for viruses.")).recipients

    assert kim.reason == "userunknown"


def test_what_a_server_said_is_found_on_the_lines_after_the_address_though_they_repeat_it() -> None:
    text = "<kim@customer.example>:\n192.0.2.1 does not like recipient.\n<kim@customer.example>: 550 User unknown\n"

    [kim] = classify(plain(f"Hi. This is the mail program at mx.example.\n\n{text}")).recipients

    assert (kim.reason, kim.smtp_reply) == ("userunknown", "550")


def test_each_recipient_has_the_reason_that_stands_with_it() -> None:
    text = "<kim@customer.example>: 550 User unknown\n<lee@customer.example>: 552 Mailbox full\n"

    found = {one.address: one.reason for one in classify(plain(text)).recipients}

    assert found == {"kim@customer.example": "userunknown", "lee@customer.example": "mailboxfull"}


def test_a_section_of_what_the_server_said_is_not_taken_for_the_message_that_came_back() -> None:
    text = "It was not sent to\nkim@customer.example\n\n-------server message\n550 5.1.1 User unknown\n"

    [kim] = classify(plain(f"{text}\n-------original message\nSubject: mailbox full\n")).recipients

    assert (kim.reason, kim.status) == ("userunknown", "5.1.1")
