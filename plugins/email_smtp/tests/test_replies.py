"""Whom a final reply blames, as mail servers really put it."""

import pytest

from printhub import Misconfigured, Rejected, Unavailable
from printhub_email_smtp.blame import STATUSES
from printhub_email_smtp.replies import Stage, refusal

RECIPIENTS = [
    # Postfix, Sendmail, Exim, qmail, Exchange, Microsoft 365, Gmail, Yahoo: nobody of that name.
    "550 5.1.1 <kim@customer.example>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.1.1 <kim@customer.example>... User unknown",
    "550 5.3.0 <kim@customer.example>... No such user here",
    "550 Unrouteable address",
    "550 No such user here",
    "550 sorry, no mailbox here by that name",
    "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "554 delivery error: dd This user doesn't have a yahoo.example account (kim@customer.example) [0]",
    "550 5.2.1 The email account that you tried to reach is disabled",
    "553 5.3.0 <kim@customer.example>... User unknown",
    "556 5.1.10 Recipient address has null MX",
    "556 this domain takes no mail",
    "550 5.1.2 bad destination system",
    "550 Mailbox unavailable: account has been suspended",
]
FOR_NOW = [
    "552 5.2.2 mailbox full",
    "552 5.2.2 <kim@customer.example>: Quota exceeded (mailbox for user is full)",
    "550 5.2.3 message too long for this mailbox",
    "550 5.7.1 blocked by policy",
    "550 5.4.1 Recipient address rejected: Access denied",
    "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; only senders of the organisation",
    "550 5.7.2 mailing list expansion prohibited",
    "551 user moved; please try <lee@customer.example>",
    "550 requested action not taken",
    "554 transaction failed",
]
OURS = [
    "550 5.1.8 <bounces+token@hub.example>: Sender address rejected: Domain not found",
    "550 5.1.0 <bounces+token@hub.example>: Sender address rejected: User unknown in local recipient table",
    "550 5.1.7 <bounces+token@hub.example>: malformed sender",
    "550 Sender verify failed",
    "550 Verification failed for <bounces+token@hub.example>",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.example",
    "550 5.7.1 Our system has detected that this message is likely unsolicited; bulk mail of your IP is rate limited",
    "550 5.7.1 Messages from [192.0.2.1] weren't sent. Part of their network is on our block list (S3150)",
    "550 5.7.606 Access denied, banned sending IP [192.0.2.1]",
    "550 5.7.511 Access denied, banned sender",
    "550 5.7.23 SPF validation failed",
    "550 5.7.1 SPF check failed: hub.example does not designate 192.0.2.1",
    "550 5.7.26 This message does not pass authentication checks (SPF and DKIM both do not pass)",
    "550 5.7.509 Access denied, sending domain does not pass DMARC verification",
    "550 5.7.25 the IP address has no reverse DNS",
    "550 5.7.27 sender domain has a null MX",
    "550 5.7.1 <hub>: Helo command rejected: Host not found",
    "503 5.5.1 bad sequence of commands",
    "501 5.5.4 syntax error in parameters",
    "555 5.5.4 unsupported option: ENVID",
    "500 command not recognised",
    "552 5.3.4 message size exceeds fixed maximum message size",
    "554 5.6.0 message content rejected",
]
SETUP = [
    "554 5.7.1 <kim@customer.example>: Relay access denied",
    "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
    "550 5.1.1 relaying denied",
    "550 relay not permitted",
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    "530 5.7.0 Must issue a STARTTLS command first",
    "530 5.7.1 Client was not authenticated",
    "550 5.7.1 Authentication required",
    "535 5.7.8 credentials invalid",
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
]


def _of(stage: Stage, reply: str) -> Exception:
    code, _, text = reply[:3], reply[3], reply[4:]
    return refusal(stage, int(code), text.encode())


@pytest.mark.parametrize("reply", RECIPIENTS)
def test_nobody_of_that_name_is_a_bounce_for_good(reply: str) -> None:
    error = _of(Stage.RECIPIENT, reply)

    assert isinstance(error, Rejected)
    assert (error.bounced, error.dead) == (True, True)


@pytest.mark.parametrize("reply", FOR_NOW)
def test_a_recipient_who_gets_it_not_now_bounces_and_is_not_dead(reply: str) -> None:
    error = _of(Stage.RECIPIENT, reply)

    assert isinstance(error, Rejected)
    assert (error.bounced, error.dead) == (True, False)


@pytest.mark.parametrize("reply", OURS)
@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.CONTENT])
def test_what_is_about_the_sender_is_nobodys_bounce(stage: Stage, reply: str) -> None:
    error = _of(stage, reply)

    assert isinstance(error, Rejected)
    assert (error.bounced, error.dead) == (False, False)


@pytest.mark.parametrize("reply", SETUP)
@pytest.mark.parametrize("stage", [Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT])
def test_who_is_not_let_through_is_for_the_operator(stage: Stage, reply: str) -> None:
    assert isinstance(_of(stage, reply), Misconfigured)


@pytest.mark.parametrize("reply", [*RECIPIENTS, *FOR_NOW, *OURS])
def test_nothing_that_is_said_of_the_sender_bounces(reply: str) -> None:
    error = _of(Stage.SENDER, reply)

    assert isinstance(error, Rejected)
    assert not error.bounced


@pytest.mark.parametrize("reply", [*RECIPIENTS, *FOR_NOW, *OURS, *SETUP])
def test_who_is_refused_at_the_door_is_refused_with_every_message(reply: str) -> None:
    assert isinstance(_of(Stage.GREETING, reply), Misconfigured)


@pytest.mark.parametrize("reply", [*RECIPIENTS, *FOR_NOW, *OURS, *SETUP])
@pytest.mark.parametrize("stage", list(Stage))
def test_with_a_four_in_front_it_is_to_be_tried_again(stage: Stage, reply: str) -> None:
    assert isinstance(_of(stage, f"4{reply[1:]}".replace(" 5.", " 4.")), Unavailable)


@pytest.mark.parametrize("reply", [*RECIPIENTS, *FOR_NOW, *OURS, *SETUP])
def test_no_error_names_whom_a_reply_named(reply: str) -> None:
    assert "@" not in str(_of(Stage.RECIPIENT, reply))


def test_every_status_of_the_table_is_a_final_one() -> None:
    assert all(pattern.startswith(r"5\.") for pattern, _ in STATUSES)


@pytest.mark.parametrize(
    "reply", ["550 No such user - kim.sample", "550 no account (KIM.SAMPLE) here", "552 Mailbox of Kim Sample is full"]
)
def test_no_error_names_them_by_a_part_of_their_address_either(reply: str) -> None:
    error = refusal(Stage.RECIPIENT, int(reply[:3]), reply[4:].encode(), "kim.sample@customer.example Kim Sample")

    assert "kim" not in str(error).lower()
    assert "sample" not in str(error).lower()
