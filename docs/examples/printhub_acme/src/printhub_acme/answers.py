"""What Acme's answers mean: each gets the one name that the hub acts on."""

from typing import Any

from printhub import Call, Misconfigured, OutcomeUnknown, Rejected, Reply, Report, Unavailable, retry_after


def facts(reply: Reply, call: Call) -> dict[str, Any]:
    """Read what a successful answer says; raises the error that any other one amounts to."""
    said = _said(reply)
    match reply.status_code:
        case 200 | 201 | 202 if "error" not in said:
            return said
        case 401 | 403:
            raise Misconfigured("Acme does not accept the token")
        case 429 | 503:
            raise Unavailable("Acme wants fewer calls", retry_after(reply, call.now()))
        case status if 400 <= status < 500 and status != 408:
            raise Rejected(f"Acme refused it: {_reason(said)}")
        case status:
            # A 500 says that something broke, not when: the job may be in production.
            raise OutcomeUnknown(f"Acme answered {status}")


def report(reply: Reply, call: Call) -> Report:
    """Read the answer to a call that is about a job."""
    said = _said(reply)
    if said.get("state") == "action_required":
        return Report.action_required(str(said.get("message", "Acme wants something first")))
    said = facts(reply, call)
    if "id" not in said:
        raise OutcomeUnknown("Acme's answer names no job")
    return entry(said)


def entry(said: dict[str, Any]) -> Report:
    """Read what Acme shows of one job."""
    reference = str(said["id"])
    return Report.accepted(reference) if said.get("state") == "pending" else Report.done(reference)


def _said(reply: Reply) -> dict[str, Any]:
    try:
        said = reply.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _reason(said: dict[str, Any]) -> str:
    error = said.get("error")
    return str(error.get("message", "")) if isinstance(error, dict) else "no reason given"
