"""What the hub is told by a mail that came back."""

from printhub.core.bounces.told import bounce_signals

MAIL = """\
From: mailer-daemon@customer.example
To: bounces+%s@hub.example
Delivered-To: bounces+%s@hub.example
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; customer.example
Original-Envelope-Id: %s

Final-Recipient: rfc822; kim@customer.example
Action: failed
Status: 5.1.1
--b--
"""


def told(first: str, second: str, envelope_id: str) -> tuple[str, ...]:
    [signal] = bounce_signals((MAIL % (first, second, envelope_id)).replace("\n", "\r\n").encode())
    return signal.tokens


def test_the_envelope_id_confirms_one_of_several_tokens() -> None:
    assert told("token000001", "token000002", "TOKEN000001")[0] == "token000001"
    assert told("token000001", "token000002", "token000002")[0] == "token000002"


def test_the_envelope_id_decides_nothing_alone() -> None:
    assert told("token000001", "token000001", "token000009") == ("token000001",)


def test_the_same_mail_gives_the_same_signals() -> None:
    mail = (MAIL % ("token000001", "token000001", "x")).encode()

    assert bounce_signals(mail) == bounce_signals(mail)
