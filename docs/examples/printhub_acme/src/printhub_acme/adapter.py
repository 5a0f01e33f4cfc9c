"""Acme's production server: jobs in, artwork up, and questions after calls whose answer was lost."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from printhub import (
    Absent,
    Call,
    CannotTell,
    Effect,
    Found,
    JobTicket,
    MisAdapter,
    OutcomeUnknown,
    Rejected,
    Reply,
    Report,
    Verb,
)
from printhub_acme.answers import entry, facts, report
from printhub_acme.config import AcmeConfig


class AcmeMis(MisAdapter[AcmeConfig]):
    """Jobs into Acme."""

    name = "acme"
    Config = AcmeConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {
        Verb.NOTIFY: Effect.KEYED | Effect.LOOKUP,
        Verb.ASSETS: Effect.KEYED,
        Verb.CANCEL: Effect.KEYED,
    }

    def notify(self, ticket: JobTicket, call: Call) -> Report:
        """Tell Acme of the job."""
        lacking = {part.id for part in ticket.job.parts} - {file.part for file in ticket.files}
        if lacking:
            raise Rejected(f"the parts {', '.join(sorted(lacking))} have no file")
        job = {
            "job": ticket.job.id,
            "product": ticket.job.product,
            "quantity": ticket.job.quantity,
            "attributes": ticket.job.attributes,
        }
        return report(self._send(call, "POST", "/jobs", job), call)

    def assets(self, ticket: JobTicket, call: Call) -> Report:
        """Upload each file to a slot that Acme opens for it."""
        job = self._job(call)
        slots = self._slots(job, ticket, call)
        for file in ticket.files:
            with file.open() as content:
                # The same file into the same slot changes nothing: the hub may simply send it again.
                facts(call.http.request("PUT", slots[file.name], body=content, repeatable=True), call)
        return Report.done(job, parts=frozenset(file.part for file in ticket.files if file.part))

    def cancel(self, ticket: JobTicket, call: Call) -> Report:
        """Withdraw the job; Acme refuses what is printed already."""
        del ticket  # Acme knows the job by its own id
        return report(self._send(call, "POST", f"/jobs/{_quoted(self._job(call))}/cancel", {}), call)

    def lookup(self, ticket: JobTicket, call: Call) -> Found | Absent | CannotTell:
        """Ask whether the notification with this key arrived."""
        del ticket  # a reprint has the same job id and another key
        found = facts(self._send(call, "GET", f"/jobs?key={_quoted(call.key)}"), call).get("jobs")
        if not isinstance(found, list):
            return CannotTell("Acme's answer holds no list of jobs")
        if not found:
            return Absent()
        if found[0]["state"] == "refused":
            return Found(Rejected("Acme refused it"))
        return Found(entry(found[0]))

    def check(self, call: Call) -> Report:
        """Prove address and token without changing anything."""
        facts(self._send(call, "GET", "/ping"), call)
        return Report.done()

    def _job(self, call: Call) -> str:
        reference = call.before(Verb.NOTIFY).reference
        if reference is None:
            raise Rejected("Acme never gave this job an id")
        return reference

    def _slots(self, job: str, ticket: JobTicket, call: Call) -> dict[str, str]:
        names = {"artwork": [{"name": file.name} for file in ticket.files]}
        said = facts(self._send(call, "POST", f"/jobs/{_quoted(job)}/slots", names, repeatable=True), call)
        slots = {str(slot["name"]): str(slot["url"]) for slot in said.get("slots", [])}
        if any(file.name not in slots for file in ticket.files):
            raise OutcomeUnknown("Acme opened no slot for some of the files")
        return slots

    def _send(
        self,
        call: Call,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        repeatable: bool | None = None,
    ) -> Reply:
        headers = {
            "Authorization": f"Bearer {self.config.token.get_secret_value()}",
            "Content-Type": "application/json",
            "Idempotency-Key": call.key,
        }
        content = None if body is None else json.dumps(body).encode()
        return call.http.request(
            method, f"{self.config.url}{path}", headers=headers, body=content, repeatable=repeatable
        )


def _quoted(text: str) -> str:
    return quote(text, safe="")
