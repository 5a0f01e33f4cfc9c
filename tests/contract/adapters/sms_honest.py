"""An SMS adapter that keeps the contract in every point, for the simulated gateway's own interface."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import SecretStr

from printhub import (
    Absent,
    AdapterConfig,
    Call,
    Effect,
    Finding,
    Found,
    InboundRequest,
    Misconfigured,
    OutcomeUnknown,
    Receipt,
    Received,
    Refused,
    Rejected,
    Reply,
    Report,
    Scope,
    SmsAdapter,
    SmsMessage,
    Unavailable,
    Verb,
    retry_after,
)

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


class HonestConfig(AdapterConfig):
    url: str
    token: SecretStr


class HonestSms(SmsAdapter[HonestConfig]):
    """Hands over what it is given, and names what goes wrong as the contract says."""

    name: ClassVar[str] = "honest-sms"
    Config: type[HonestConfig] = HonestConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.SEND: Effect.KEYED | Effect.LOOKUP}

    def send(self, message: SmsMessage, call: Call) -> Report:
        self.require_fit(message)
        reply = self.posted(self.body(message, call), call)
        if reply.status_code != 201:
            raise self.refusal(message, reply, call)
        return self.taken(message, self.read_id(reply))

    def lookup(self, message: SmsMessage, call: Call) -> Finding:
        del message
        reply = self.listed({"key": call.key}, call)
        if reply.status_code != 200:
            return self.cannot_be_asked(reply)
        found = reply.json()["messages"]
        return Found(self.found(found[0])) if found else Absent()

    def check(self, call: Call) -> Report:
        reply = call.http.request("GET", f"{self.config.url}/ping", headers=self.headers())
        if reply.status_code != 200:
            raise Misconfigured("the token is wrong")
        return Report.done()

    def verify(self, request: InboundRequest) -> None:
        if not self.is_proved(request):
            raise Refused("the address proves nothing")

    def read(self, request: InboundRequest) -> Received:
        said = json.loads(request.body)
        return Received([self.receipt(request, said["id"], said["state"])])

    # --- what liars do in another way -------------------------------------------------------------------------

    def require_fit(self, message: SmsMessage) -> None:
        self.require_number(message.recipient)
        self.require_text(message.text)

    def require_number(self, number: str) -> None:
        if _NUMBER.fullmatch(number) is None:
            raise Rejected("this is not one number in E.164")

    def require_text(self, text: str) -> None:
        if not text.strip():
            raise Rejected("there is no text")

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.config.token.get_secret_value()}", "Content-Type": "application/json"}

    def body(self, message: SmsMessage, call: Call) -> dict[str, Any]:
        return {
            "to": message.recipient,
            "from": message.sender,
            "text": message.text,
            "key": self.key(call),
            "receipt_url": f"{call.callback_url}/receipt?key={call.key}&proof={self.proof(call.key)}",
        }

    def key(self, call: Call) -> str:
        return call.key

    def posted(self, body: dict[str, Any], call: Call) -> Reply:
        return call.http.request("POST", f"{self.config.url}/messages", headers=self.headers(), body=json.dumps(body))

    def listed(self, filters: Mapping[str, str], call: Call) -> Reply:
        return call.http.request("GET", f"{self.config.url}/messages", headers=self.headers(), params=filters)

    def read_id(self, reply: Reply) -> str:
        try:
            return str(reply.json()["id"])
        except ValueError:
            raise OutcomeUnknown("the answer cannot be read") from None

    def taken(self, message: SmsMessage, id_: str) -> Report:
        del message
        return Report.done(id_)

    def found(self, one: dict[str, Any]) -> Report:
        return Report.done(one["id"])

    def cannot_be_asked(self, reply: Reply) -> Finding:
        raise Unavailable(f"the gateway answered {reply.status_code}")

    def refusal(self, message: SmsMessage, reply: Reply, call: Call) -> Exception:
        del message
        status = reply.status_code
        if status == 401:
            return Misconfigured("the token is wrong")
        if status == 429:
            return Unavailable("too many calls", self.wish(reply, call))
        if status != 422:
            return OutcomeUnknown(f"the gateway answered {status}")
        code = reply.json()["error"]["code"]
        if code == "SENDER":
            return Misconfigured("the sender may not be used", Scope.DELIVERY)
        return Rejected(f"refused: {code}", opted_out=code == "STOPPED")

    def wish(self, reply: Reply, call: Call) -> timedelta | None:
        return retry_after(reply, call.now())

    def proof(self, key: str) -> str:
        return hmac.new(self.config.token.get_secret_value().encode(), key.encode(), hashlib.sha256).hexdigest()

    def is_proved(self, request: InboundRequest) -> bool:
        return hmac.compare_digest(request.query.get("proof", ""), self.proof(request.query.get("key", "")))

    def receipt(self, request: InboundRequest, id_: str, state: str) -> Receipt:
        return Receipt(key=request.query["key"], state=state, dedupe=f"{id_}:{state}")
