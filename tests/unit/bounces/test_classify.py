"""What mails are that come in, and what they say of the messages that they answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub.core.bounces.classify import classify
from printhub.core.bounces.mail import LARGEST
from printhub.core.bounces.report import Action, MailKind, RecipientReport, Severity
from tests.unit.bounces.mails import encoded, multipart, plain, report

FAILED = "Final-Recipient: rfc822; kim@customer.example\nAction: failed\nStatus: 5.1.1"


def only(raw: bytes) -> RecipientReport:
    found = classify(raw).recipients
    assert len(found) == 1, found
    return found[0]


def test_a_report_names_recipient_action_and_status() -> None:
    found = classify(report(f"{FAILED}\nDiagnostic-Code: smtp; 550 5.1.1 No such user here"))

    assert found.kind is MailKind.BOUNCE
    assert found.envelope_id == "ENV-1"
    [kim] = found.recipients
    assert (kim.address, kim.action, kim.status, kim.status_class) == (
        "kim@customer.example",
        Action.FAILED,
        "5.1.1",
        "permanent",
    )
    assert (kim.reason, kim.severity, kim.smtp_reply) == ("userunknown", Severity.HARD, "550")


def test_a_failure_with_a_temporary_status_is_final_all_the_same() -> None:
    kim = only(report("Final-Recipient: rfc822;kim@customer.example\nAction: failed\nStatus: 4.4.7 (delivery expired)"))

    assert (kim.action, kim.status_class, kim.severity) == (Action.FAILED, "temporary", Severity.SOFT)


def test_a_delay_is_no_bounce() -> None:
    found = classify(report("Final-Recipient: rfc822;kim@customer.example\nAction: delayed\nStatus: 4.2.2"))

    assert (found.kind, found.recipients[0].action) == (MailKind.DELAYED, Action.DELAYED)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "deliverable", "Delivered (to the mailbox)"])
def test_a_success_is_no_bounce_whatever_word_it_is_told_with(action: str) -> None:
    found = classify(report(f"Final-Recipient: rfc822;kim@customer.example\nAction: {action}\nStatus: 2.1.5"))

    assert found.kind is MailKind.DELIVERED


def test_each_recipient_of_a_report_has_a_report_of_its_own() -> None:
    full = "Final-Recipient: rfc822; lee@customer.example\nAction: failed\nStatus: 5.2.2"

    found = {one.address: one.severity for one in classify(report(FAILED, full)).recipients}

    assert found == {"kim@customer.example": Severity.HARD, "lee@customer.example": Severity.SOFT}


def test_an_address_beyond_ascii_is_read() -> None:
    fields = "Final-Recipient: utf-8; käthe@kunde.example\nAction: failed\nStatus: 5.1.1"

    assert only(report(fields, kind="delivery-status")).address == "käthe@kunde.example"


def test_whom_the_message_was_sent_to_is_kept_beside_whom_it_failed_for() -> None:
    kim = only(report(f"Original-Recipient: rfc822; sales@customer.example\n{FAILED}"))

    assert (kim.address, kim.alias) == ("kim@customer.example", "sales@customer.example")


def test_a_report_within_the_message_that_came_back_says_nothing() -> None:
    inner = "Final-Recipient: rfc822; other@customer.example\r\nAction: failed\r\nStatus: 5.1.1"
    nested = (
        f"Content-Type: multipart/report; boundary=C\r\n\r\n--C\r\nContent-Type: message/delivery-status\r\n\r\n{inner}"
    )

    found = classify(
        multipart("report", "delivery-status", "Sorry", ("message/delivery-status", FAILED), ("message/rfc822", nested))
    )

    assert [one.address for one in found.recipients] == ["kim@customer.example"]


def test_a_full_mailbox_is_soft_though_its_status_says_that_the_address_is_bad() -> None:
    kim = only(report(f"{FAILED}\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full"))

    assert (kim.reason, kim.severity) == ("mailboxfull", Severity.SOFT)


def test_an_unknown_user_is_hard_though_its_status_names_none() -> None:
    fields = "Final-Recipient: rfc822;kim@customer.example\nAction: failed\nStatus: 5.0.0"

    kim = only(report(f"{fields}\nDiagnostic-Code: smtp; 550 user unknown"))

    assert kim.severity is Severity.HARD


@pytest.mark.parametrize(
    "text",
    [
        "<kim@customer.example>: host mx.customer.example said: 550 5.1.1 User unknown",
        "   ----- The following addresses had permanent fatal errors -----\n<kim@customer.example>\n\nUser unknown",
        "554 <kim@customer.example>... 550 Host unknown",
        "Could not be delivered to: <kim@customer.example>\nAs their mailbox is full.",
        "kim@customer.example Invalid Address, ERROR_CODE :550, User Unknown",
        "The following address(es) failed:\n\n  kim@customer.example\n    (generated from sales@customer.example)\n",
        "Error: invalid user\n550 - no such user here\n  RCPT TO: kim@customer.example",
    ],
)
def test_what_is_written_for_people_is_read_too(text: str) -> None:
    assert only(plain(text)).address == "kim@customer.example"


def test_a_warning_that_asks_for_nothing_is_a_delay() -> None:
    text = (
        "A message that you sent has not yet been delivered to:\n\n  kim@customer.example\n\n"
        "No action is required on your part. The mail delivery software will give up eventually."
    )

    assert classify(plain(text, subject="Warning: message delayed 24 hours")).kind is MailKind.DELAYED


def test_failed_recipients_in_a_header_are_read() -> None:
    found = classify(plain("It did not work.", X_Failed_Recipients="kim@customer.example, lee@customer.example"))

    assert [one.address for one in found.recipients] == ["kim@customer.example", "lee@customer.example"]


@pytest.mark.parametrize("charset", ["koi8-r", "utf-8", "iso-2022-jp"])
def test_text_in_base64_and_another_charset_is_read(charset: str) -> None:
    text = "<kim@customer.example>: 550 User unknown " + ("不明" if charset == "iso-2022-jp" else "неизвестен")

    assert only(encoded(text if charset != "utf-8" else text + "不明", charset)).address == "kim@customer.example"


def test_a_boundary_that_is_wrong_hides_nothing() -> None:
    raw = report(FAILED).replace(b'boundary="B"', b'boundary="A"')

    assert only(raw).address == "kim@customer.example"


# --- what is no bounce ------------------------------------------------------------------------------------------------


def test_a_read_receipt_is_no_bounce_even_one_that_says_deleted() -> None:
    fields = "Final-Recipient: rfc822; kim@customer.example\nDisposition: manual-action/MDN-sent-manually; deleted"
    raw = multipart(
        "report", "disposition-notification", "It was deleted unread.", ("message/disposition-notification", fields)
    )

    assert classify(raw).kind is MailKind.MDN
    assert classify(raw).recipients == ()


def test_a_refusal_in_the_form_of_a_read_receipt_is_a_bounce() -> None:
    text = "Your message to <kim@customer.example> was automatically rejected:\nQuota exceeded"
    fields = (
        "Final-Recipient: rfc822; kim@customer.example\nDisposition: automatic-action/MDN-sent-automatically; deleted"
    )
    raw = multipart("report", "disposition-notification", text, ("message/disposition-notification", fields))

    assert (classify(raw).kind, only(raw).reason) == (MailKind.BOUNCE, "mailboxfull")


def test_a_complaint_is_told_from_a_bounce_though_it_is_a_report() -> None:
    fields = "Feedback-Type: abuse\nUser-Agent: X/1\nVersion: 1\nOriginal-Rcpt-To: <kim@customer.example>"
    found = classify(multipart("report", "feedback-report", "Spam", ("message/feedback-report", fields)))

    assert (found.kind, found.recipients[0].address) == (MailKind.COMPLAINT, "kim@customer.example")


def test_a_complaint_by_hotmail_has_a_form_of_its_own() -> None:
    raw = multipart(
        "mixed", "x", "complaint", ("message/rfc822", "X-HmXmrOriginalRecipient: kim@customer.example\n\nhello")
    )

    assert classify(raw).kind is MailKind.COMPLAINT


def test_an_absence_note_that_speaks_of_delivery_is_no_bounce() -> None:
    raw = plain(
        "I cannot be reached until Monday. Your message will not be delivered to lee@customer.example.",
        subject="Out of office: your order",
        From="Kim Sample <kim@customer.example>",
        Auto_Submitted="auto-replied",
        Return_Path="<kim@customer.example>",
    )

    assert classify(raw).kind is MailKind.AUTOREPLY


def test_a_challenge_is_no_bounce() -> None:
    raw = plain(
        "Your message is waiting. Please click here to confirm that your message is wanted.",
        subject="Please verify",
        From="Guard <guard@customer.example>",
        Return_Path="<guard@customer.example>",
    )

    assert classify(raw).kind is MailKind.CHALLENGE


def test_what_a_person_writes_about_a_bounce_is_none() -> None:
    raw = plain(
        "Hello, my mail to kim@customer.example failed with 550 user unknown. What now?",
        subject="Question",
        From="Lee <lee@customer.example>",
        Return_Path="<lee@customer.example>",
    )

    assert classify(raw).kind is MailKind.NOT_BOUNCE


# --- what leads to the message ----------------------------------------------------------------------------------------


def test_tokens_are_found_where_servers_leave_them_the_surest_first() -> None:
    raw = plain(
        "<kim@customer.example>: 550 User unknown",
        X_Original_To="bounces+AAAAAAAA1@hub.example",
        Delivered_To="bounces+bbbbbbbb2@hub.example",
        Received="from mx.example by hub.example for <bounces+cccccccc3@hub.example>; Mon, 1 Jan 2026",
    )

    assert classify(raw).tokens == ("aaaaaaaa1", "bbbbbbbb2", "cccccccc3")


def test_the_message_id_is_that_of_what_came_back_and_not_the_bounces_own() -> None:
    found = classify(report(FAILED))

    assert found.message_ids == ("token123@shop.example",)


# --- hostile input ----------------------------------------------------------------------------------------------------


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_as_something(raw: bytes) -> None:
    assert classify(raw).kind in MailKind


@given(
    st.lists(
        st.sampled_from([FAILED, "", ":", "Action: failed", "Status:", "\x00", " x", "Final-Recipient: ;"]), max_size=12
    )
)
def test_any_heap_of_fields_is_read_as_something(fields: list[str]) -> None:
    assert classify(report(*fields)).kind in MailKind


def test_parts_within_parts_without_end_are_no_trouble() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000))

    assert classify(raw).kind in MailKind


def test_of_a_mail_that_never_ends_only_the_beginning_is_read() -> None:
    raw = plain("<kim@customer.example>: 550 User unknown\n" + "x@y " * (LARGEST // 2))

    assert classify(raw).kind is MailKind.BOUNCE


def test_no_repr_shows_whom_it_is_about() -> None:
    assert "customer.example" not in repr(classify(report(FAILED)))


def test_headers_that_go_on_in_the_next_line_are_read_whole() -> None:
    raw = plain("It did not work.", X_Failed_Recipients="kim@customer.example,\r\n lee@customer.example")

    assert [one.address for one in classify(raw).recipients] == ["kim@customer.example", "lee@customer.example"]


def test_a_field_that_goes_on_in_the_next_line_is_read_whole() -> None:
    kim = only(report(f"{FAILED}\nDiagnostic-Code: smtp; 552\n the mailbox\n is full"))

    assert (kim.detail, kim.reason) == ("smtp; 552 the mailbox is full", "mailboxfull")


def test_quoted_printable_text_is_read() -> None:
    raw = plain("<kim=40customer.example>: 550 User unkn=\r\nown", Content_Transfer_Encoding="quoted-printable")

    assert (only(raw).address, only(raw).reason) == ("kim@customer.example", "userunknown")


@pytest.mark.parametrize("status", ["5.1.1", "5.1.1 (bad destination mailbox address)", " 5.1.1\t(x)"])
def test_a_comment_after_the_status_is_no_part_of_it(status: str) -> None:
    assert only(report(FAILED.replace("5.1.1", status))).status == "5.1.1"
