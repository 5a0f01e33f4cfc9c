"""Against a real Postfix and Dovecot: what it refuses comes back through IMAP, and says whose message it was."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from pydantic import JsonValue

from plugins.email_smtp.tests.sample import call, message
from printhub import Bounced, BounceKind, Outcome
from printhub_email_smtp.adapter import EmailSmtp
from printhub_email_smtp.config import EmailSmtpConfig
from tests.services.mail import MailServers
from tests.services.waiting import wait_until


@pytest.fixture
def postfix(servers: MailServers) -> Iterator[EmailSmtp]:
    one = EmailSmtp(settings(servers))
    yield one
    one.close()


def settings(servers: MailServers, **mailbox: Any) -> EmailSmtpConfig:
    box = {"host": "127.0.0.1", "port": servers.imap_port, "security": "none", "user": "bounces", "password": "secret"}
    smtp = {"host": "127.0.0.1", "port": servers.smtp_port, "security": "none", "name": "hub.test"}
    return EmailSmtpConfig.model_validate(smtp | {"mailbox": box | mailbox})


def sent(postfix: EmailSmtp, recipient: str, token: str) -> None:
    """Hand over a message; the token is what a bounce should bring back."""
    report = postfix.send(
        message(
            recipient=recipient,
            sender="orders@hub.test",
            envelope_sender=f"bounces+{token}@hub.test",
            envelope_id=token,
            message_id=f"{token}@hub.test",
        ),
        call(),
    )
    assert report.outcome is Outcome.DONE


def told(postfix: EmailSmtp, token: str, what: BounceKind) -> Bounced:
    """Wait for what comes back of a message, reading the mailbox on from where it was read."""
    found: list[Bounced] = []
    cursor: JsonValue = None

    def came() -> bool:
        nonlocal cursor
        signals, cursor = postfix.poll(cursor, call())
        found.extend(one for one in signals if token in one.tokens and one.what is what)
        return bool(found)

    wait_until(came, f"it is told that {token} {what}", 60)
    return found[0]


@pytest.mark.parametrize(
    ("recipient", "token", "status", "hard"),
    [
        ("nobody@customer.test", "unknown00001", "5.1.1", True),
        ("kim@full.test", "full00000001", "5.2.2", False),
    ],
)
def test_what_is_refused_comes_back_with_its_token(
    postfix: EmailSmtp, recipient: str, token: str, status: str, hard: bool
) -> None:
    sent(postfix, recipient, token)

    bounced = told(postfix, token, BounceKind.FAILED)

    assert (bounced.recipient, bounced.status, bounced.hard) == (recipient, status, hard)
    assert bounced.message_ids == (f"{token}@hub.test",)


def test_a_delay_is_told_and_is_no_failure(postfix: EmailSmtp) -> None:
    sent(postfix, "kim@slow.test", "slow00000001")

    assert told(postfix, "slow00000001", BounceKind.DELAYED).status == "4.2.2"


def test_what_arrives_is_a_whole_mail(postfix: EmailSmtp, servers: MailServers) -> None:
    sent(postfix, "anna@customer.test", "arrives00001")

    def came() -> Sequence[bytes]:
        return [mail for mail in servers.mails_of("anna") if b"<arrives00001@hub.test>" in mail]

    wait_until(came, "it is in anna's mailbox", 30)
    [mail] = came()
    assert b"Return-Path: <bounces+arrives00001@hub.test>" in mail
    assert b"Auto-Submitted: auto-generated" in mail


def test_an_address_beyond_ascii_goes_by_smtputf8_and_comes_back(postfix: EmailSmtp) -> None:
    sent(postfix, "käthe@full.test", "utf800000001")

    assert told(postfix, "utf800000001", BounceKind.FAILED).status == "5.2.2"


def test_what_was_read_is_moved_away_once_it_is_on_record(servers: MailServers) -> None:
    one = EmailSmtp(settings(servers, move_to="read"))
    sent(one, "nobody@customer.test", "moved0000001")
    cursor: JsonValue = None
    seen: list[Bounced] = []

    def came() -> bool:
        nonlocal cursor
        signals, cursor = one.poll(cursor, call())
        seen.extend(signals)
        return any("moved0000001" in signal.tokens for signal in seen)

    wait_until(came, "the bounce is read", 60)
    again, _ = one.poll(
        None, call()
    )  # before the cursor is kept nothing may be lost: a reading from the start finds it
    one.poll(cursor, call())
    gone, _ = one.poll(None, call())
    one.close()

    assert any("moved0000001" in signal.tokens for signal in again)
    assert not any("moved0000001" in signal.tokens for signal in gone)


def test_another_mailbox_is_read_from_its_beginning(postfix: EmailSmtp) -> None:
    sent(postfix, "nobody@customer.test", "validity0001")
    told(postfix, "validity0001", BounceKind.FAILED)

    signals, cursor = postfix.poll({"uidvalidity": 1, "uid": 10**6}, call())

    assert signals
    assert isinstance(cursor, dict)
    assert cursor["uidvalidity"] != 1
