"""What a campaign came to, for people and as JSON."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from chaos.checks import CHECKS, Violation
from chaos.evidence import Evidence

EVERY_FAILPOINT = "every failpoint"
"""The check that the campaign itself did what it was for."""
SHOWN = 40
"""How many violations are listed for people; JSON has all."""


def as_json(name: str, evidence: Evidence, found: list[Violation], troubles: Mapping[str, int]) -> dict[str, Any]:
    """Everything as plain data."""
    checks = [*CHECKS, EVERY_FAILPOINT]
    return {
        "deployment": name,
        "faults": dict(sorted(_faults(evidence).items())),
        "troubles": dict(sorted(troubles.items())),
        "events": len(evidence.told),
        "jobs": len(evidence.tables["job"]),
        "deliveries": dict(sorted(Counter(d["state"] for d in evidence.tables["delivery"]).items())),
        "requests": {name: len(journal) for name, journal in evidence.journals.items()},
        "checks": {check: sum(violation.check == check for violation in found) for check in checks},
        "violations": [{"check": v.check, "subject": v.subject, "detail": v.detail} for v in found],
    }


def as_text(said: Mapping[str, Any]) -> str:
    """The same in lines."""
    kills = sum(count for fault, count in said["faults"].items() if fault.startswith("kill"))
    restarts = sum(said["faults"].values()) - kills
    lines = [f"{said['deployment']}: {kills} kills, {restarts} restarts of services"]
    lines += [f"  {count:5}  {fault}" for fault, count in said["faults"].items()]
    lines += ["calls that the MISs saw: " + ", ".join(f"{count} {name}" for name, count in said["troubles"].items())]
    states = ", ".join(f"{count} {state}" for state, count in said["deliveries"].items())
    lines += [f"{said['events']} events, {said['jobs']} jobs, deliveries: {states}"]
    lines += [
        f"  {'ok' if not count else f'{count} violations':>14}  {check}" for check, count in said["checks"].items()
    ]
    shown = said["violations"][:SHOWN]
    lines += [f"VIOLATION {v['check']}: {v['subject']}: {v['detail']}" for v in shown]
    if len(said["violations"]) > SHOWN:
        lines += [f"and {len(said['violations']) - SHOWN} more; --json has all"]
    return "\n".join(lines)


def dumped(reports: list[dict[str, Any]]) -> str:
    """All reports as JSON."""
    return json.dumps(reports, indent=2)


def _faults(evidence: Evidence) -> Counter[str]:
    return Counter(fault["fault"] for fault in evidence.faults if fault["counts"])
