"""Sends through Kannel's sendsms interface (Kannel user guide, "SMS Push").

The parameters stand in headers, so that no password and no number is in an address; Kannel has both forms.
"""

import re

from printhub import (
    Call,
    CannotTell,
    Effect,
    Finding,
    InboundRequest,
    Misconfigured,
    OutcomeUnknown,
    Received,
    Rejected,
    Reply,
    Report,
    SmsEncoding,
    SmsMessage,
    Unavailable,
    retry_after,
    segments_of,
)
from printhub_sms.kannel import receipts
from printhub_sms.kannel.config import KannelConfig
from printhub_sms.proof import receipt_url, verify_receipt, verify_secret
from printhub_sms.provider import INBOUND
from printhub_sms.words import Words

_TAKEN = re.compile(r"([03]): ")
"""0 is accepted, 3 is queued because no network is there at the moment: Kannel has it either way."""
_CODING = {SmsEncoding.GSM_7: "0", SmsEncoding.UCS_2: "2"}


class KannelProvider:
    """A Kannel gateway: it knows no key and cannot be asked, so a receipt settles a doubtful call, or a person."""

    effect = Effect.BLIND

    def __init__(self, config: KannelConfig, words: Words) -> None:
        """Keep the configuration."""
        self._config = config
        self._words = words

    def send(self, message: SmsMessage, call: Call) -> Report:
        """Hand the message over; its reference is the call's own key, for Kannel gives no id."""
        headers = {"X-Kannel-To": message.recipient, "X-Kannel-Coding": _CODING[segments_of(message.text).encoding]}
        if message.sender:
            headers["X-Kannel-From"] = message.sender
        if self._config.smsc:
            headers["X-Kannel-SMSC"] = self._config.smsc
        if (url := receipt_url(call, self._config.callback_secret)) is not None:
            headers |= {"X-Kannel-DLR-Url": url + receipts.ESCAPES, "X-Kannel-DLR-Mask": str(receipts.MASK)}
        reply = self._ask(call, headers, message.text)
        if reply.status_code == 202 and (taken := _TAKEN.match(reply.text)) is not None:
            waits = "; no network is there at the moment, it waits" if taken[1] == "3" else ""
            return Report.done(call.key, detail=f"taken by Kannel{waits}")
        raise _meaning(reply, call)

    def lookup(self, message: SmsMessage, call: Call) -> Finding:  # noqa: ARG002 - the signature of a verb
        """Nobody knows: Kannel has no list of what it took."""
        return CannotTell("Kannel cannot be asked what it took")

    def check(self, call: Call) -> Report:
        """Hand in a text for nobody: Kannel looks at the password first, and then refuses it."""
        reply = self._ask(call, {}, "")
        if reply.status_code == 400:
            return Report.done(detail="Kannel answers, and knows user and password")
        error = _meaning(reply, call)
        raise Unavailable(error.detail) if isinstance(error, OutcomeUnknown) else error

    def verify(self, request: InboundRequest) -> None:
        """Check what the address proves."""
        if request.purpose == INBOUND:
            verify_secret(request, self._config.callback_secret)
        else:
            verify_receipt(request, self._config.callback_secret)

    def read(self, request: InboundRequest) -> Received:
        """Read a delivery report, or a text."""
        return receipts.read(request, self._words)

    def _ask(self, call: Call, headers: dict[str, str], text: str) -> Reply:
        proof = {
            "X-Kannel-Username": self._config.user,
            "X-Kannel-Password": self._config.password.get_secret_value(),
            "Content-Type": "text/plain; charset=UTF-8",
        }
        return call.http.request("POST", str(self._config.url), headers=proof | headers, body=text)


def _meaning(reply: Reply, call: Call) -> Rejected | Unavailable | Misconfigured | OutcomeUnknown:
    """What an answer calls for that is not one of taking it. Its own words may name numbers, and are not shown."""
    status = reply.status_code
    if status in (401, 403):
        return Misconfigured("Kannel does not know user and password, or does not let this machine in")
    if status == 404:
        return Misconfigured("there is no sendsms at this url; is it the port of the smsbox, and its sendsms-url?")
    if status == 503:
        return Unavailable("Kannel takes nothing at the moment (503)", retry_after(reply, call.now()))
    if 400 <= status < 500:
        listed = " (its white- or blacklist)" if "list" in reply.text else ""
        return Rejected(f"Kannel refuses it with {status}{listed}")
    return OutcomeUnknown(f"Kannel answered {status} and nothing that says whether it took the text")
