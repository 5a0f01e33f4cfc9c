"""Webhooks about bounces: what proves them, and what they say."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.x509.oid import NameOID

from printhub import Bounced, BounceKind, InboundRequest, Refused
from printhub_email_smtp.adapter import EmailSmtp
from printhub_email_smtp.config import EmailSmtpConfig

SECRET = f"whsec_{base64.b64encode(bytes(range(32))).decode()}"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:bounces"
URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"


def adapter() -> EmailSmtp:
    settings = {"host": "127.0.0.1", "security": "none", "webhook_secrets": [SECRET], "sns_topic": TOPIC}
    return EmailSmtp(EmailSmtpConfig.model_validate(settings))


def signed(body: bytes, purpose: str = "bounces", *, at: float | None = None, secret: str = SECRET) -> InboundRequest:
    timestamp = str(int(at if at is not None else time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"id-1.{timestamp}.".encode() + body, hashlib.sha256)
    headers = {
        "webhook-id": "id-1",
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
    return InboundRequest("POST", f"/in/mail/{purpose}", headers, {}, body, purpose)


def read(request: InboundRequest) -> list[Bounced]:
    one = adapter()
    one.verify(request)
    return [signal for signal in one.read(request).signals if isinstance(signal, Bounced)]


def test_a_signed_event_is_read() -> None:
    event = {"id": "e-1", "kind": "failed", "recipient": "kim@customer.example", "hard": True, "status": "5.1.1"}
    body = json.dumps({"events": [event | {"message_id": "<abc@shop.example>", "token": "TOKEN"}]}).encode()

    [found] = read(signed(body))

    assert (found.what, found.hard, found.status, found.dedupe) == (BounceKind.FAILED, True, "5.1.1", "e-1")
    assert (found.message_ids, found.tokens) == (("abc@shop.example",), ("token",))


def test_a_whole_mail_is_read() -> None:
    mail = b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\n\r\n<kim@customer.example>: 550 User unknown\r\n"

    [found] = read(signed(mail, "mime"))

    assert (found.recipient, found.hard) == ("kim@customer.example", True)


@pytest.mark.parametrize(
    "request_",
    [
        signed(b"{}", secret=f"whsec_{base64.b64encode(bytes(32)).decode()}"),
        signed(b"{}", at=time.time() - 3600),
        InboundRequest("POST", "/in/mail/bounces", {}, {}, b"{}", "bounces"),
        InboundRequest("POST", "/in/mail/bounces", {"webhook-timestamp": "9" * 400}, {}, b"{}", "bounces"),
    ],
    ids=["another secret", "an hour old", "not signed", "at no time"],
)
def test_what_nobody_signed_lately_is_refused(request_: InboundRequest) -> None:
    with pytest.raises(Refused):
        adapter().verify(request_)


def test_a_body_that_was_changed_is_refused() -> None:
    good = signed(b'{"events": []}')

    with pytest.raises(Refused):
        adapter().verify(InboundRequest("POST", good.path, good.headers, {}, b'{"events": [1]}', "bounces"))


# --- Amazon SES -------------------------------------------------------------------------------------------------------


class Amazon:
    """Signs as SNS does, with a certificate that is to be had at its address."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self._key.public_key())
        builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
        certificate = builder.sign(self._key, hashes.SHA256())
        self._pem = certificate.public_bytes(serialization.Encoding.PEM)

    def of(self, url: str) -> bytes:
        assert url == URL
        return self._pem

    def notify(self, said: dict[str, Any], **changes: Any) -> InboundRequest:
        told = {
            "Type": "Notification",
            "MessageId": "m-1",
            "TopicArn": TOPIC,
            "Message": json.dumps(said),
            "Timestamp": "2026-11-20T09:30:00.000Z",
            "SignatureVersion": "2",
            "SigningCertURL": URL,
        }
        names = ("Message", "MessageId", "Timestamp", "TopicArn", "Type")
        text = "".join(f"{name}\n{told[name]}\n" for name in names)
        signature = self._key.sign(text.encode(), PKCS1v15(), hashes.SHA256())
        body = json.dumps({**told, "Signature": base64.b64encode(signature).decode(), **changes}).encode()
        return InboundRequest("POST", "/in/mail/ses", {}, {}, body, "ses", certificates=self)


def a_bounce(**changes: Any) -> dict[str, Any]:
    mail = {
        "source": "bounces+abcdefgh1@hub.example",
        "headers": [{"name": "Message-ID", "value": "<tok@shop.example>"}],
    }
    recipient = {"emailAddress": "kim@customer.example", "status": "5.1.1", "action": "failed"}
    bounce = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [recipient]} | changes
    return {"notificationType": "Bounce", "bounce": bounce, "mail": mail}


def test_a_bounce_that_amazon_signed_is_read() -> None:
    [found] = read(Amazon().notify(a_bounce()))

    assert (found.recipient, found.what, found.hard) == ("kim@customer.example", BounceKind.FAILED, True)
    assert (found.tokens, found.message_ids, found.dedupe) == (("abcdefgh1",), ("tok@shop.example",), "m-1/0")


def test_a_full_mailbox_is_not_dead() -> None:
    [found] = read(Amazon().notify(a_bounce(bounceSubType="MailboxFull")))

    assert not found.hard


def test_an_absence_note_that_amazon_takes_for_a_bounce_is_none() -> None:
    person = {"emailAddress": "kim@customer.example"}
    absent = a_bounce(bounceType="Transient", bounceSubType="General", bouncedRecipients=[person])
    refused = a_bounce(
        bounceType="Transient", bounceSubType="General", bouncedRecipients=[person | {"diagnosticCode": "smtp; 550 no"}]
    )

    assert read(Amazon().notify(absent)) == []
    assert [one.what for one in read(Amazon().notify(refused))] == [BounceKind.FAILED]


def test_complaints_deliveries_and_delays_are_told_apart() -> None:
    mail = {"source": "x@hub.example"}
    person = [{"emailAddress": "kim@customer.example"}]
    said = [
        {"eventType": "Complaint", "complaint": {"complainedRecipients": person}, "mail": mail},
        {"eventType": "Delivery", "delivery": {"recipients": ["kim@customer.example"]}, "mail": mail},
        {"eventType": "DeliveryDelay", "deliveryDelay": {"delayedRecipients": person}, "mail": mail},
        {"eventType": "Open", "mail": mail},
    ]

    amazon = Amazon()
    kinds = [[one.what for one in read(amazon.notify(one))] for one in said]

    assert kinds == [[BounceKind.COMPLAINED], [BounceKind.DELIVERED], [BounceKind.DELAYED], []]


@pytest.mark.parametrize(
    "changes",
    [
        {"Message": "{}"},
        {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:other"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/x.pem"},
        {"SignatureVersion": "3"},
        {"Signature": "bm90"},
    ],
)
def test_what_amazon_did_not_sign_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(Refused):
        adapter().verify(Amazon().notify(a_bounce(), **changes))
