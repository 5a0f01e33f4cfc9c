"""A payment adapter that keeps the contract in every point, for the Stripe simulator's interface, without an SDK."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from printhub import (
    Absent,
    AdapterConfig,
    Call,
    Effect,
    Finding,
    Found,
    Misconfigured,
    Mode,
    OutcomeUnknown,
    PaymentAdapter,
    RefundRequest,
    Rejected,
    Reply,
    Report,
    Unavailable,
    Verb,
)

BOTH = Effect.KEYED | Effect.LOOKUP
_UNITS = {"JPY": 0, "KWD": 3}


class HonestConfig(AdapterConfig):
    url: str
    token: SecretStr
    mode: Mode = Mode.TEST


class HonestPayment(PaymentAdapter[HonestConfig]):
    """Takes the simulator's word, and names its troubles as the contract says."""

    name = "honest-payment"
    Config: type[HonestConfig] = HonestConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.REFUND: BOTH, Verb.VOID: BOTH}

    def refund(self, request: RefundRequest, call: Call) -> Report:
        self._compare(request)
        payment = self._payment(request, call)
        if payment["currency"] != request.amount.currency.lower():
            raise Rejected("the payment was made in another currency")
        if payment["status"] != "succeeded":
            raise Rejected("the payment was not captured")
        form = {"payment_intent": request.payment, "amount": self._units(request), "metadata[entry]": request.entry}
        return self._report(self._post("/v1/refunds", form, call))

    def void(self, request: RefundRequest, call: Call) -> Report:
        self._compare(request)
        if self._payment(request, call)["status"] == "canceled":
            return Report.done(request.payment)
        return self._report(self._post(f"/v1/payment_intents/{quote(request.payment, safe='')}/cancel", {}, call))

    def lookup(self, request: RefundRequest, call: Call) -> Finding:
        if call.verb is Verb.VOID:
            status = self._payment(request, call)["status"]
            return Absent() if status == "requires_capture" else Found(Report.done(request.payment))
        listed = self._get("/v1/refunds", call, payment_intent=request.payment)["data"]
        own = [refund for refund in listed if self._is_own(refund, request)]
        return Found(Report.done(own[0]["id"])) if own else Absent()

    def check(self, call: Call) -> Report:
        self._get("/v1/balance", call)
        return Report.done()

    def _compare(self, request: RefundRequest) -> None:
        if request.mode is not self.config.mode:
            raise Misconfigured("the payment is of another mode than the credentials")
        if request.amount.amount <= 0:
            raise Rejected("nothing cannot be given back")

    def _units(self, request: RefundRequest) -> int:
        return int(request.amount.amount.scaleb(_UNITS.get(request.amount.currency, 2)))

    def _is_own(self, refund: dict[str, Any], request: RefundRequest) -> bool:
        return bool(refund["metadata"].get("entry") == request.entry)

    def _key(self, call: Call) -> str:
        return call.key

    def _payment(self, request: RefundRequest, call: Call) -> dict[str, Any]:
        return self._get(f"/v1/payment_intents/{quote(request.payment, safe='')}", call)

    def _post(self, path: str, form: dict[str, Any], call: Call) -> Reply:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": self._key(call)}
        return self._request("POST", path, call, headers=headers, body=urlencode(form).encode())

    def _get(self, path: str, call: Call, **params: str) -> dict[str, Any]:
        reply = self._request("GET", path, call, headers={}, params=params)
        try:
            return self._read(reply)
        except OutcomeUnknown as error:
            raise Unavailable(error.detail) from None  # what only reads has no effect

    def _request(self, method: str, path: str, call: Call, *, headers: dict[str, str], **facts: Any) -> Reply:
        proof = {"Authorization": f"Bearer {self.config.token.get_secret_value()}"}
        return call.http.request(method, f"{self.config.url}{path}", headers={**proof, **headers}, **facts)

    def _report(self, reply: Reply) -> Report:
        said = self._read(reply)
        if "id" not in said:
            raise OutcomeUnknown("the gateway answered success without a reference")
        return Report.done(said["id"])

    def _read(self, reply: Reply) -> dict[str, Any]:
        status = reply.status_code
        if status == 401:
            raise Misconfigured("the gateway does not know the token")
        if status == 429:
            raise Unavailable("the gateway wants fewer calls", timedelta(seconds=int(reply.headers["Retry-After"])))
        if status >= 500:
            raise OutcomeUnknown(f"the gateway answered {status}")
        if status >= 400:
            raise Rejected(f"the gateway refused with {status}")
        try:
            said: dict[str, Any] = reply.json()
        except ValueError:
            raise OutcomeUnknown("the gateway answered with something that is no JSON") from None
        return said
