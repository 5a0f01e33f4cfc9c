"""Sends through a gateway whose requests and answers are described in the configuration."""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from printhub import (
    Absent,
    Call,
    CannotTell,
    Effect,
    Finding,
    Found,
    InboundRequest,
    Misconfigured,
    OutcomeUnknown,
    Received,
    Rejected,
    Renderer,
    Reply,
    Report,
    Scope,
    SmsMessage,
    TemplateInvalid,
    Unavailable,
    retry_after,
    segments_of,
)
from printhub_sms.http import callbacks
from printhub_sms.http.config import HttpConfig, Meaning, RequestConfig, RuleConfig
from printhub_sms.http.places import at, text_at
from printhub_sms.proof import receipt_url
from printhub_sms.words import Words

_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


class HttpProvider:
    """A gateway. What makes a repeated call safe there is what the configuration says."""

    def __init__(self, config: HttpConfig, words: Words) -> None:
        """Keep the configuration, and open a sandbox for its templates."""
        self._config = config
        self._words = words
        self._renderer = Renderer()

    @property
    def effect(self) -> Effect:
        """What makes a repeated `send` safe there."""
        keyed = Effect.KEYED if self._config.keyed else Effect.BLIND
        return keyed | Effect.LOOKUP if self._config.lookup is not None else keyed

    def send(self, message: SmsMessage, call: Call) -> Report:
        """Hand the message over."""
        reply = self._ask(self._config.send, self._facts(message, call), call, repeatable=False)
        rule = next((one for one in self._config.failures if _fits(one, reply)), None)
        if rule is not None:
            raise _error(rule, reply, call)
        success = self._config.success
        if reply.status_code not in success.statuses:
            raise _usual(reply, call)
        if success.matches is not None and re.search(success.matches, reply.text) is None:
            raise OutcomeUnknown(
                f"the gateway answered {reply.status_code}, and its body is neither success nor failure"
            )
        id_ = text_at(success.id, _json(reply)) if success.id is not None else ""
        if not id_ and success.id_pattern is not None and (found := re.search(success.id_pattern, reply.text)):
            id_ = found[1][:256]
        if not id_ and (success.id or success.id_pattern):
            raise OutcomeUnknown(f"the gateway answered {reply.status_code} without an id where `success` looks for it")
        return Report.done(id_ or call.key, detail=f"taken by the gateway{f' as {id_}' if id_ else ''}")

    def lookup(self, message: SmsMessage, call: Call) -> Finding:
        """Ask as configured."""
        lookup = self._config.lookup
        if lookup is None:
            return CannotTell("no lookup is configured for this gateway")
        reply = self._ask(lookup.request, self._facts(message, call), call, repeatable=True)
        if reply.status_code != 200:
            error = _usual(reply, call)
            raise Unavailable(error.detail) if isinstance(error, Rejected | OutcomeUnknown) else error
        document = _json(reply)
        if document is None:
            raise Unavailable("the gateway's answer to the lookup cannot be read")
        found = at(lookup.found, document)
        if found is None or found is False or found in ("", [], {}):
            return Absent()
        id_ = text_at(lookup.id, document)
        return Found(Report.done(id_ or call.key, detail="found at the gateway"))

    def check(self, call: Call) -> Report:
        """Make the harmless request, if there is one."""
        if self._config.check is None:
            return Report.skipped("no harmless request is configured (check)")
        facts = {"secrets": {name: secret.get_secret_value() for name, secret in self._config.secrets.items()}}
        reply = self._ask(self._config.check, facts, call, repeatable=True)
        if 200 <= reply.status_code < 300:
            return Report.done(detail=f"the gateway answers with {reply.status_code}")
        error = _usual(reply, call)
        raise Unavailable(error.detail) if isinstance(error, OutcomeUnknown) else error

    def verify(self, request: InboundRequest) -> None:
        """Check what the callback proves itself with."""
        callbacks.verify(request, self._config)

    def read(self, request: InboundRequest) -> Received:
        """Read receipts, or a text."""
        return callbacks.read(request, self._config, self._words)

    def _facts(self, message: SmsMessage, call: Call) -> dict[str, Any]:
        segments = segments_of(message.text)
        return {
            "to": message.recipient,
            "to_digits": message.recipient.removeprefix("+"),
            "sender": message.sender,
            "text": message.text,
            "segments": segments.count,
            "encoding": str(segments.encoding),
            "key": call.key,
            "storefront": message.storefront,
            "mode": str(message.mode),
            "receipt_url": receipt_url(call, self._config.callback_secret) or "",
            "secrets": {name: secret.get_secret_value() for name, secret in self._config.secrets.items()},
        }

    def _ask(self, request: RequestConfig, facts: Mapping[str, Any], call: Call, *, repeatable: bool) -> Reply:
        try:
            params = {name: self._renderer.text(f"params.{name}", it, facts) for name, it in request.params.items()}
            headers = {name: self._renderer.text(f"headers.{name}", it, facts) for name, it in request.headers.items()}
            body = None if request.body is None else self._renderer.json("body", request.body, facts)
        except TemplateInvalid as error:
            raise Misconfigured(str(error), Scope.DELIVERY) from None
        if self._config.user and self._config.password is not None:
            proof = f"{self._config.user}:{self._config.password.get_secret_value()}".encode()
            headers = {"Authorization": f"Basic {base64.b64encode(proof).decode()}", **headers}
        written: str | None = None
        if body is not None:
            headers = {"Content-Type": _TYPES[request.format], **headers}
            written = json.dumps(body) if request.format == "json" else urlencode(body)
        return call.http.request(
            request.method,
            str(request.url),
            headers=headers,
            params={name: value for name, value in params.items() if value},
            body=written,
            repeatable=repeatable,
        )


def _fits(rule: RuleConfig, reply: Reply) -> bool:
    if rule.statuses and reply.status_code not in rule.statuses:
        return False
    return rule.matches is None or re.search(rule.matches, reply.text) is not None


def _error(rule: RuleConfig, reply: Reply, call: Call) -> Rejected | Unavailable | Misconfigured:
    said = rule.words or f"the gateway answered {reply.status_code}, which the configuration calls {rule.means}"
    match rule.means:
        case Meaning.REJECTED:
            return Rejected(said)
        case Meaning.OPTED_OUT:
            return Rejected(said, bounced=True, opted_out=True)
        case Meaning.NUMBER_REFUSED:
            return Rejected(said, bounced=True)
        case Meaning.UNAVAILABLE:
            return Unavailable(said, retry_after(reply, call.now()))
        case Meaning.MISCONFIGURED:
            return Misconfigured(said)
        case Meaning.MISCONFIGURED_FOR_ONE:
            return Misconfigured(said, Scope.DELIVERY)


def _usual(reply: Reply, call: Call) -> Rejected | Unavailable | Misconfigured | OutcomeUnknown:
    status = reply.status_code
    if status in (401, 403, 404):
        return Misconfigured(f"the gateway answered {status}: its address or credentials are wrong")
    if status in (429, 503):
        return Unavailable(f"the gateway answered {status}: later", retry_after(reply, call.now()))
    if 400 <= status < 500 and status != 408:
        return Rejected(f"the gateway refused it with {status}")
    return OutcomeUnknown(f"the gateway answered {status}, and may have sent the text")


def _json(reply: Reply) -> Any:  # noqa: ANN401 - JSON can be anything
    try:
        return reply.json()
    except (ValueError, RecursionError):
        return None
