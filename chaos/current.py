"""The current status of a job, worked out once more from its history by the rule as `docs/statuses.md` words it."""

from collections.abc import Collection, Iterable

from chaos.evidence import Row

STAGES = {"Ordered": 1, "MisNotified": 4, "MisManifested": 4, "MisAssetsOk": 4, "MisFailed": 4, "MisAssetsFailed": 4}
STAGES |= {"MisPartiallyFailed": 4, "MisNotificationRetrigger": 4, "CleanUp": 7}
"""The stages of what this shop's jobs can come to."""
FLOATING = {"CustomStatus", "Blocked", "ActionRun"}
"""Those that take the stage of the entry before."""
NEVER = {"ActionRun"}
"""Those that are never current while another entry exists."""
STICKY = {"CleanUp": 2}
"""Those that only one at least as sticky replaces."""


def current_status(history: Iterable[Row], removed: Collection[str]) -> str | None:
    """The status of the entry that is current; None for an empty history."""
    standing = sorted((e for e in history if e["status"] != "Blocked" or e["id"] not in removed), key=_order)
    holder: Row | None = None
    stage: int | None = None
    for entry in standing:
        if entry["status"] in NEVER:
            continue
        entered = STAGES.get(entry["status"], None if holder and entry["epoch"] > holder["epoch"] else stage)
        if holder is None or _replaces(entry, entered, holder, stage):
            holder, stage = entry, entered
    chosen = holder or (standing[-1] if standing else None)
    return str(chosen["status"]) if chosen else None


def _replaces(entry: Row, entered: int | None, holder: Row, stage: int | None) -> bool:
    if STICKY.get(entry["status"], 0) < STICKY.get(holder["status"], 0):
        return False
    if entry["epoch"] > holder["epoch"] or entry["at"] is not None:
        return True
    return entered is None or stage is None or entered >= stage


def _order(entry: Row) -> tuple[int, int, int, str, str]:
    at = entry["received_at"] if entry["at"] is None else min(entry["at"], entry["received_at"])
    return (entry["epoch"], at, STAGES.get(entry["status"], 8), entry["source"], entry["source_id"])
