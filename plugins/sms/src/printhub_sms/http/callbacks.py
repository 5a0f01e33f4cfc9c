"""Receipts and texts of a gateway, read as the configuration says."""

import hmac
import json
from typing import Any
from urllib.parse import parse_qsl

from pydantic import JsonValue

from printhub import InboundRequest, NotANumber, OptOut, Receipt, Received, Refused, Verb, e164
from printhub_sms.http.config import HttpConfig, InboundConfig, Proof, ReceiptsConfig
from printhub_sms.http.places import at, text_at
from printhub_sms.proof import verify_receipt, verify_secret
from printhub_sms.provider import INBOUND
from printhub_sms.words import Words

_MOST = 1000
"""Receipts in one callback."""


def verify(request: InboundRequest, config: HttpConfig) -> None:
    """Raise Refused unless the callback proves itself."""
    wanted = config.inbound if request.purpose == INBOUND else config.receipts
    if wanted is None or config.callback_secret is None:
        raise Refused("this instance takes no such callbacks")
    if config.proof is Proof.HEADER:
        given = request.headers.get(config.proof_header.lower(), "").encode()
        if not hmac.compare_digest(config.callback_secret.get_secret_value().encode(), given):
            raise Refused(f"the header {config.proof_header} is missing, or is another callback_secret")
    elif config.proof is Proof.QUERY or request.purpose == INBOUND:
        verify_secret(request, config.callback_secret)
    else:
        verify_receipt(request, config.callback_secret)


def read(request: InboundRequest, config: HttpConfig, words: Words) -> Received:
    """Read a verified callback; raises ValueError for one that does not read as configured."""
    if request.purpose == INBOUND and config.inbound is not None:
        said = _text(_document(request, config.inbound.read), config.inbound, words)
        return Received([said] if said else [])
    if config.receipts is None:
        raise ValueError("no receipts are configured")
    document = _document(request, config.receipts.read)
    listed = at(config.receipts.each, document) if config.receipts.each is not None else [document]
    if not isinstance(listed, list) or len(listed) > _MOST:
        raise ValueError(f"expected a list of at most {_MOST} receipts")
    # Only an address that proves its own key may name it.
    proven = request.query.get("key") if config.proof is Proof.ADDRESS else None
    receipts = (_receipt(one, config.receipts, proven) for one in listed)
    return Received([receipt for receipt in receipts if receipt is not None])


def _receipt(document: JsonValue, config: ReceiptsConfig, proven: str | None) -> Receipt | None:
    state, id_ = text_at(config.state, document), text_at(config.id, document)
    key = proven or text_at(config.key, document)
    if not state or not (key or id_):
        raise ValueError("a receipt has a state, and a key or an id")
    fate = config.states.get(state)
    if fate is None:
        return None
    code = text_at(config.code, document)[:40] if fate.is_lost else ""
    return Receipt(
        key=key or None,
        reference=id_ or None,
        verb=Verb.SEND,
        dedupe=f"{key or id_}:{state}",
        state=fate,
        failed=fate.is_lost,
        code=code,
    )


def _text(document: JsonValue, config: InboundConfig, words: Words) -> OptOut | None:
    sender, text = text_at(config.sender, document).strip(), at(config.text, document)
    if not sender or not isinstance(text, str):
        raise ValueError("a text has a sender and words")
    try:
        number = e164(sender if sender.startswith("+") else f"+{sender}", None)
    except NotANumber:
        number = sender  # a short code, say
    return words.read(number, text, dedupe=text_at(config.id, document) or None)


def _document(request: InboundRequest, read: str) -> Any:  # noqa: ANN401 - JSON can be anything
    match read:
        case "query":
            return dict(request.query)
        case "form":
            return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        case _:
            try:
                return json.loads(request.body)
            except RecursionError:
                raise ValueError("the body is nested too deeply") from None
