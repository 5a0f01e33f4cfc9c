"""What Amazon SES tells by way of SNS: bounces, complaints, deliveries, delays (Amazon's documents of SNS and SES)."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from printhub import Bounced, BounceKind, InboundRequest, Received, Refused

_HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
"""What is signed of each type, in this order (SNS: verifying the signatures of messages)."""
_HASHES: Mapping[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303 - what SNS signs with unless told otherwise
_DEAD = frozenset({"General", "NoEmail", "Suppressed", "OnAccountSuppressionList"})
"""Sorts of permanent bounces after which the address is dead."""
_TOKEN = re.compile(r"\+([a-z0-9]+)@")


def verify(request: InboundRequest, topic: str | None) -> None:
    """Raise Refused unless Amazon signed it, for the topic that is configured."""
    if topic is None:
        raise Refused("sns_topic is not configured")
    told = _envelope(request)
    if told.get("TopicArn") != topic:
        raise Refused("it is of another topic than sns_topic")
    signed, algorithm = _SIGNED.get(str(told.get("Type"))), _HASHES.get(str(told.get("SignatureVersion")))
    url = urlsplit(str(told.get("SigningCertURL", "")))
    if signed is None or algorithm is None or url.scheme != "https" or not _HOST.fullmatch(url.hostname or ""):
        raise Refused("it is not signed as SNS signs")
    if request.certificates is None:
        raise Refused("there is no way to fetch the certificate that it is signed with")
    text = "".join(f"{name}\n{told[name]}\n" for name in signed if told.get(name) is not None)
    try:
        key = x509.load_pem_x509_certificate(request.certificates.of(url.geturl())).public_key()
        signature = base64.b64decode(str(told.get("Signature", "")), validate=True)
        if not isinstance(key, RSAPublicKey):
            raise Refused("it is not signed as SNS signs")
        key.verify(signature, text.encode(), PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError, binascii.Error) as error:
        raise Refused("its signature is not Amazon's") from error


def read(request: InboundRequest) -> Received:
    """What the notification says. The confirmation of a subscription says nothing: an operator follows its address."""
    told = _envelope(request)
    if told.get("Type") != "Notification":
        return Received([])
    said: dict[str, Any] = json.loads(told["Message"])
    mail: dict[str, Any] = said.get("mail", {})
    kind = said.get("notificationType") or said.get("eventType")
    match kind:
        case "Bounce":
            bounce = said["bounce"]
            dead = bounce.get("bounceType") == "Permanent" and bounce.get("bounceSubType") in _DEAD
            people, reason = bounce.get("bouncedRecipients", []), str(bounce.get("bounceSubType", "")).lower()
            if (bounce.get("bounceType"), bounce.get("bounceSubType")) == ("Transient", "General"):
                # An absence note is told so too; a mail server's refusal has its words.
                people = [one for one in people if one.get("status") or one.get("diagnosticCode")]
            return Received(_signals(told, mail, BounceKind.FAILED, people, hard=dead, reason=reason))
        case "Complaint":
            complaint = said["complaint"]
            people, reason = complaint.get("complainedRecipients", []), complaint.get("complaintFeedbackType") or ""
            return Received(_signals(told, mail, BounceKind.COMPLAINED, people, reason=reason))
        case "Delivery":
            people = [{"emailAddress": one} for one in said["delivery"].get("recipients", [])]
            return Received(_signals(told, mail, BounceKind.DELIVERED, people))
        case "DeliveryDelay":
            delay = said["deliveryDelay"]
            people, reason = delay.get("delayedRecipients", []), str(delay.get("delayType", "")).lower()
            return Received(_signals(told, mail, BounceKind.DELAYED, people, reason=reason))
        case _:
            return Received([])


def _signals(
    told: Mapping[str, Any],
    mail: Mapping[str, Any],
    what: BounceKind,
    people: list[dict[str, Any]],
    *,
    hard: bool = False,
    reason: str = "",
) -> list[Bounced]:
    headers = {str(one.get("name", "")).lower(): str(one.get("value", "")) for one in mail.get("headers", [])}
    message_id = headers.get("message-id") or mail.get("commonHeaders", {}).get("messageId") or ""
    token = _TOKEN.search(str(mail.get("source", "")).lower())
    return [
        Bounced(
            recipient=str(one.get("emailAddress", "")),
            what=what,
            hard=hard,
            status=str(one.get("status") or "")[:16],
            reason=reason[:64],
            tokens=(token[1],) if token else (),
            message_ids=(message_id.strip("<> "),) if message_id else (),
            dedupe=f"{told.get('MessageId')}/{number}",
        )
        for number, one in enumerate(people)
    ]


def _envelope(request: InboundRequest) -> dict[str, Any]:
    try:
        told = json.loads(request.body)
    except ValueError as error:
        raise Refused("it is not JSON") from error
    if not isinstance(told, dict):
        raise Refused("it is no message of SNS")
    return told
