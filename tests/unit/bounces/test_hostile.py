"""Mails that were made to take long: each pattern sees lines of bounded length, so a test that hangs has failed."""

import logging

import pytest

from printhub.core.bounces.classify import classify
from printhub.core.bounces.mail import LONGEST_LINE, Mail, without_tags
from printhub.core.bounces.report import MailKind
from tests.unit.bounces.mails import plain, report

MEGABYTES = 3_000_000
UNITS = [
    "a",
    "a.",
    "\n",
    " \n",
    "-",
    "{",
    "to: \n",
    "5.1.",
    "a: b\n",
    "x\n y\n",
    "--B\n",
    "<a ",
    "<!--",
    "Received: \n",
    "Final-Recipient: rfc822; a@b.example\n",
    '"bouncedRecipients":[',
    '"notificationType":"Bounce"{',
]


def many(unit: str) -> str:
    return unit * (MEGABYTES // len(unit))


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
@pytest.mark.parametrize("unit", UNITS)
def test_megabytes_of_the_same_are_read_in_bounded_work(unit: str, kind: str) -> None:
    assert classify(plain(many(unit), Content_Type=kind)).kind in MailKind


@pytest.mark.parametrize("unit", UNITS)
def test_megabytes_within_a_report_hide_nothing_before_them(unit: str) -> None:
    raw = report(f"Final-Recipient: rfc822; kim@customer.example\nAction: failed\nStatus: 5.1.1\n\n{many(unit)}")

    assert classify(raw).recipients[0].address == "kim@customer.example"


@pytest.mark.parametrize("unit", ["a;", '";', "=", "\r\n ;", "for <x@", "<"])
@pytest.mark.parametrize("name", ["Content_Type", "Received", "Subject", "From", "References"])
def test_megabytes_in_a_header_are_read_in_bounded_work(unit: str, name: str) -> None:
    raw = plain("<kim@customer.example>: 550 User unknown", **{name: f'text/plain; x="{many(unit)}'})

    assert classify(raw).kind in MailKind


def test_no_more_recipients_are_told_than_anybody_reads() -> None:
    text = "\n".join(f"<u{number}@customer.example>: 550 User unknown" for number in range(20_000))

    assert 0 < len(classify(plain(text)).recipients) <= 500


def test_a_line_is_read_as_far_as_it_is_allowed_to_be_long() -> None:
    mail = Mail(plain("a" * 5000 + "\nb"))

    assert [len(line) for line in mail.text.split("\n")] == [LONGEST_LINE, 1]


@pytest.mark.parametrize("sender", ["", ",;:", "=?x?q?=ff?=", "\xff\xfe"])
def test_a_sender_that_is_none_leaves_no_trace_in_the_log(sender: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        classify(plain("<kim@customer.example>: 550 User unknown", From=sender))

    assert caplog.records == []


def test_an_address_in_angle_brackets_is_no_tag() -> None:
    html = '<p class="x">To <a href="mailto:kim@customer.example">Kim</a> <kim@customer.example><!-- no --></p>'

    assert without_tags(html).split() == ["To", "Kim", "<kim@customer.example>"]
