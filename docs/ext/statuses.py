"""The page of the 60 job statuses."""

from itertools import groupby

from docs.ext.markdown import code, table
from printhub.core.model.statuses import STICKY, JobStatus, Label, Stage


def statuses() -> str:
    """Write one table for each group, in the order of the enum."""
    return "\n".join(
        f"## {group[:1].upper()}{group[1:]}\n\n"
        + table(["status", "stage", "meaning"], [_row(status) for status in members])
        for group, members in groupby(JobStatus, key=lambda status: status.group.value)
    )


def stages() -> str:
    """Write the stages in their order."""
    return ", ".join(_stage(stage) for stage in Stage) + "."


def labels() -> str:
    """Write the labels that the hub itself uses."""
    return ", ".join(code(label) for label in Label)


def _row(status: JobStatus) -> list[str]:
    notes = [status.meaning]
    if not status.can_be_current:
        notes.append("*Never current while another entry exists.*")
    if status in STICKY:
        notes.append("*Sticky.*")
    return [code(status), _stage(status.stage) if status.stage else "that of the entry before", " ".join(notes)]


def _stage(stage: Stage) -> str:
    return "MIS" if stage is Stage.MIS else stage.name.lower()
