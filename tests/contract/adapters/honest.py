"""An adapter that keeps the contract in every point, for the MIS simulator's interface."""

import json
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
    JobTicket,
    MisAdapter,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    Reply,
    Report,
    Unavailable,
    Verb,
)

BOTH = Effect.KEYED | Effect.LOOKUP


class HonestConfig(AdapterConfig):
    url: str
    token: SecretStr


class HonestMis(MisAdapter[HonestConfig]):
    """Takes the simulator's word, and names its troubles as the contract says."""

    name = "honest"
    Config: type[HonestConfig] = HonestConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {
        Verb.NOTIFY: BOTH,
        Verb.MANIFEST: BOTH,
        Verb.ASSETS: BOTH,
        Verb.UPDATE: BOTH,
        Verb.CANCEL: BOTH,
    }

    def notify(self, ticket: JobTicket, call: Call) -> Report:
        self._look_for_files(ticket)
        artwork = [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in ticket.files]
        job = {"job": ticket.job.id, "product": ticket.job.product, "attributes": ticket.job.attributes}
        return self._report(self._post("/jobs", {**job, "artwork": artwork}, call))

    def manifest(self, ticket: JobTicket, call: Call) -> Report:  # noqa: ARG002 - the signature of a verb
        return self._report(self._post(f"/jobs/{self._reference(call)}/manifest", {}, call))

    def assets(self, ticket: JobTicket, call: Call) -> Report:
        slots = self._read(self._post(f"/jobs/{self._reference(call)}/slots", {}, call))["slots"]
        addresses = {slot["name"]: slot["url"] for slot in slots}
        for file in ticket.files:
            with file.open() as content:
                self._read(self._request("PUT", addresses[file.name], call, body=content.read()))
        parts = frozenset(file.part for file in ticket.files if file.part)
        return Report.done(call.before(Verb.NOTIFY).reference, parts=parts, memo={"slots": addresses})

    def update(self, ticket: JobTicket, call: Call) -> Report:
        url = f"{self.config.url}/jobs/{self._reference(call)}"
        return self._report(
            self._request("PUT", url, call, body=json.dumps({"quantity": ticket.job.quantity}).encode())
        )

    def cancel(self, ticket: JobTicket, call: Call) -> Report:  # noqa: ARG002 - the signature of a verb
        return self._report(self._post(f"/jobs/{self._reference(call)}/cancel", {}, call))

    def lookup(self, ticket: JobTicket, call: Call) -> Finding:  # noqa: ARG002 - the signature of a verb
        reply = self._request("GET", f"{self.config.url}/jobs", call, params={"key": self._key(call)})
        found = self._read(reply).get("jobs", [])
        if not found:
            return Absent()
        return Found(Report.done(found[0]["id"]))

    def check(self, call: Call) -> Report:
        self._read(self._request("GET", f"{self.config.url}/ping", call))
        return Report.done()

    def _look_for_files(self, ticket: JobTicket) -> None:
        with_files = {file.part for file in ticket.files}
        lacking = [part.id for part in ticket.job.parts if part.id not in with_files]
        if lacking:
            raise Rejected(f"the parts {', '.join(lacking)} have no file")

    def _key(self, call: Call) -> str:
        return call.key

    def _reference(self, call: Call) -> str:
        reference = call.before(Verb.NOTIFY).reference
        if reference is None:
            raise Rejected("the MIS was never told of this job")
        return reference

    def _post(self, path: str, content: dict[str, Any], call: Call) -> Reply:
        return self._request("POST", f"{self.config.url}{path}", call, body=json.dumps(content).encode())

    def _request(
        self, method: str, url: str, call: Call, body: bytes | None = None, params: dict[str, str] | None = None
    ) -> Reply:
        headers = {
            "Authorization": f"Bearer {self.config.token.get_secret_value()}",
            "Content-Type": "application/json",
            "Idempotency-Key": self._key(call),
        }
        return call.http.request(method, url, headers=headers, params=params, body=body)

    def _report(self, reply: Reply) -> Report:
        said = self._read(reply)
        if said.get("state") == "action_required":
            return Report.action_required(said["message"])
        if "id" not in said:
            raise OutcomeUnknown("the MIS answered success without a reference")
        return Report.done(said["id"])

    def _read(self, reply: Reply) -> dict[str, Any]:
        status = reply.status_code
        if status in (401, 403, 404):
            raise Misconfigured(f"the MIS answered {status}; check address and token")
        if status == 429:
            raise Unavailable("the MIS wants fewer calls", timedelta(seconds=int(reply.headers["Retry-After"])))
        if status >= 500:
            raise OutcomeUnknown(f"the MIS answered {status}")
        try:
            said: dict[str, Any] = reply.json()
        except ValueError:
            raise OutcomeUnknown(f"the MIS answered {status} with something that is no JSON") from None
        if status >= 400 and "error" in said:
            raise Rejected(f"the MIS refused: {said['error']['message']}")
        return said
