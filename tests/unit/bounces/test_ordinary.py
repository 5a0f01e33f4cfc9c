"""Mails of people, shops and their robots: none is taken for a bounce, whatever words it has in common with one."""

import pytest

from printhub.core.bounces.classify import classify
from printhub.core.bounces.report import MailKind
from tests.unit.bounces.mails import CRLF, plain, report

LEE = {"From": "Lee Person <lee@customer.example>", "Return_Path": "<lee@customer.example>"}
FIELDS = "Final-Recipient: rfc822; kim@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"


def test_a_bounce_that_a_person_attaches_is_that_persons_question() -> None:
    bounce = report("Final-Recipient: rfc822; kim@customer.example\nAction: failed\nStatus: 5.1.1").decode()
    body = CRLF.join(["--A", "", "What is this?", "--A", "Content-Type: message/rfc822", "", bounce, "--A--", ""])

    raw = plain(body, subject="Fwd: Undelivered Mail", Content_Type="multipart/mixed; boundary=A", **LEE)

    assert classify(raw).kind is MailKind.NOT_BOUNCE


def test_a_bounce_that_a_person_pastes_is_that_persons_question() -> None:
    raw = plain(f"What is this?\r\n\r\n{FIELDS}", subject="Fwd: Undelivered Mail", **LEE)

    assert classify(raw).kind is MailKind.NOT_BOUNCE


def test_fields_in_the_text_count_when_a_daemon_wrote_them() -> None:
    found = classify(plain(f"Your message was not delivered.\r\n\r\n{FIELDS}"))

    assert [one.status for one in found.recipients] == ["5.1.1"]


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("Lee <lee@customer.example>", "Re: Your order: cannot open it", "I cannot open the file. > To: kim@a.example"),
        ("Pay <noreply@pay.example>", "Payment failed", "The payment of kim@customer.example failed."),
        ("Amta Vee <amtav@customer.example>", "hello", "The box was refused, ask kim@customer.example"),
        ("News <news-bounces@news.example>", "Delayed trains", "Errors: write to kim@news.example"),
        ("DMARC <noreply-dmarc@isp.example>", "Report domain: hub.example", "3 failed. postmaster@isp.example"),
    ],
)
@pytest.mark.parametrize("path", ["", "<someone@customer.example>"])
def test_what_others_write_about_failures_is_no_bounce(sender: str, subject: str, text: str, path: str) -> None:
    assert classify(plain(text, subject=subject, From=sender, Return_Path=path)).recipients == ()


def test_a_postmaster_writes_about_other_things_too() -> None:
    raw = plain(
        "Your mailbox is almost full. Questions: help@isp.example",
        subject="Your quota",
        From="Postmaster <postmaster@isp.example>",
        Return_Path="<postmaster@isp.example>",
    )

    assert classify(raw).recipients == ()


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Automatic reply: Your returned artwork failed", "I am away. Write to pat@customer.example"),
        ("Out of office: Undelivered order", "Please use the following address: pat@customer.example"),
        ("[Ticket 4] failed delivery", "We received your request. Write to desk@customer.example"),
    ],
)
def test_an_answer_of_a_robot_to_the_null_sender_is_no_bounce(subject: str, text: str) -> None:
    raw = plain(text, subject=subject, From="Kim <kim@customer.example>", Auto_Submitted="auto-replied")

    assert classify(raw).kind is MailKind.AUTOREPLY


def test_a_bounce_may_call_itself_an_automatic_reply() -> None:
    raw = plain("<kim@customer.example>: 550 User unknown", Auto_Submitted="auto-replied")

    assert classify(raw).kind is MailKind.BOUNCE


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Successful Mail Delivery Report", "Your message was successfully delivered to kim@customer.example"),
        ("Delivery report", "It has been relayed to the following recipients:\r\n\r\nkim@customer.example"),
    ],
)
def test_a_success_that_is_told_in_words_is_no_bounce(subject: str, text: str) -> None:
    assert classify(plain(text, subject=subject)).kind is MailKind.DELIVERED
