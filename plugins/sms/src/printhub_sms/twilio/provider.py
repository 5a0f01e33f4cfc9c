"""Sends through Twilio's REST interface of 2010-04-01, and asks it what it has sent."""

import base64
import unicodedata
from collections.abc import Iterator
from datetime import UTC
from urllib.parse import urlencode

from printhub import (
    Absent,
    Call,
    CannotTell,
    Effect,
    Finding,
    Found,
    InboundRequest,
    Received,
    Rejected,
    Reply,
    Report,
    SmsMessage,
)
from printhub_sms.provider import RECEIPT
from printhub_sms.twilio import receipts, signature
from printhub_sms.twilio.answers import AccountObject, Message, Page, meaning, read, report_of
from printhub_sms.twilio.config import TwilioConfig
from printhub_sms.words import Words

_VERSION = "2010-04-01"
_PAGE = "100"
_PAGES = 10
"""Pages that a look-up reads at the most: nobody is sent a thousand texts in a day."""


class TwilioProvider:
    """An account at Twilio.

    Twilio takes no idempotency key; what became of a request is found in its list of messages. A text of these words
    that Twilio has for the number counts as the one that is asked about: were it another delivery's, the recipient
    would have the same words all the same.
    """

    effect = Effect.LOOKUP

    def __init__(self, config: TwilioConfig, words: Words) -> None:
        """Keep the configuration."""
        self._config = config
        self._words = words

    def send(self, message: SmsMessage, call: Call) -> Report:
        """Create a message."""
        form = {"To": message.recipient, "Body": message.text}
        if message.sender:
            form["From"] = message.sender
        if self._config.messaging_service:
            form["MessagingServiceSid"] = self._config.messaging_service
        if self._config.valid_for is not None:
            form["ValidityPeriod"] = str(int(self._config.valid_for.total_seconds()))
        if call.callback_url is not None:
            form["StatusCallback"] = f"{call.callback_url}/{RECEIPT}?{urlencode({'key': call.key})}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = self._ask(call, "POST", self._of_account("/Messages.json"), headers=headers, body=urlencode(form))
        if reply.status_code != 201:
            raise meaning(reply, call, "message", changes=True)
        report = report_of(read(Message, reply, "message", changes=True))
        if isinstance(report, Rejected):
            raise report
        return report

    def lookup(self, message: SmsMessage, call: Call) -> Finding:
        """Look for the message among those to its number: what was sent lately, then what still waits to be sent."""
        since = (call.now().astimezone(UTC) - self._config.look_back).date().isoformat()
        for filters in ({"DateSent>": since}, {}):
            for pages, page in enumerate(self._pages(call, {"To": message.recipient, **filters})):
                found = next((one for one in page.messages if _is(one, message.text)), None)
                if found is not None:
                    return Found(report_of(found))
                if not filters:
                    break  # what has no date yet is among the newest
                if pages + 1 == _PAGES and page.next_page_uri:
                    return CannotTell(f"Twilio has more than {_PAGES * int(_PAGE)} texts to this number since {since}")
        return Absent()

    def check(self, call: Call) -> Report:
        """Read the account."""
        reply = self._ask(call, "GET", self._of_account(".json"))
        if reply.status_code != 200:
            raise meaning(reply, call, "read the account", changes=False)
        status = read(AccountObject, reply, "read the account").status
        return Report.done(detail=f"Twilio knows the account, which is {status}")

    def verify(self, request: InboundRequest) -> None:
        """Check X-Twilio-Signature."""
        signature.verify(request, self._config.auth_tokens)

    def read(self, request: InboundRequest) -> Received:
        """Read a status, or a text."""
        return receipts.read(request, self._words)

    def _pages(self, call: Call, filters: dict[str, str]) -> Iterator[Page]:
        path: str | None = f"{self._of_account('/Messages.json')}?{urlencode({**filters, 'PageSize': _PAGE})}"
        while path is not None:
            reply = self._ask(call, "GET", path)
            if reply.status_code != 200:
                raise meaning(reply, call, "list the messages", changes=False)
            page = read(Page, reply, "list the messages")
            yield page
            # Only a page of the same list: the credentials go along.
            following = page.next_page_uri
            path = following if following and following.startswith(self._of_account("/Messages.json?")) else None

    def _of_account(self, rest: str) -> str:
        return f"/{_VERSION}/Accounts/{self._config.account}{rest}"

    def _ask(
        self, call: Call, method: str, path: str, *, headers: dict[str, str] | None = None, body: str | None = None
    ) -> Reply:
        user, secret = self._config.credentials
        proof = base64.b64encode(f"{user}:{secret}".encode()).decode()
        url = f"{str(self._config.url).rstrip('/')}{path}"
        sent = {"Authorization": f"Basic {proof}", "Accept": "application/json", **(headers or {})}
        return call.http.request(method, url, headers=sent, body=body)


def _is(one: Message, text: str) -> bool:
    return one.direction.startswith("outbound") and (one.body == text or _letters(text) in _letters(one.body or ""))


def _letters(text: str) -> str:
    """Letters and digits alone, or all of a text without any.

    Twilio may put plain quotes for curly ones (Smart Encoding), and words of its own before or after a text.
    """
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if sign.isalnum()) or text
