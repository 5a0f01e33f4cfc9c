"""Station: opens a job again that was closed, and asks the storefront for files and output."""

from dataclasses import replace

from printhub.core.flow import asking, closing, history, holds
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused
from printhub.core.model.events.request import FilesAsked, RecreationAsked
from printhub.core.model.history import EpochReason
from printhub.core.model.known import FileState, OutputState


def reopen(dossier: Dossier, rules: Rules, *, by: str, why: str) -> bool:
    """Begin a closed job's life anew and ask for its files; False when nobody would tell the storefront.

    Raises ActRefused for a job that is not closed, that is cancelled, or whose data were deleted. What closed it
    until now closes it no more. Files that the hub still has stand; those that were cleared are in the way no longer.
    """
    refuse_gone(dossier)
    job = dossier.job
    cleared = [file for file in dossier.standing_files() if file.state is FileState.CLEARED]
    if not cleared and not closing.over(dossier):
        raise ActRefused(f"job {job.number} is not closed: there is nothing to reopen")
    if job.product_type.prints:
        # Without a stamp: whatever the storefront says next is newer, also by a clock that runs behind.
        dossier.job = replace(job, output=OutputState.EXPECTED)
    for file in cleared:
        dossier.put_file(replace(file, superseded=True))
    history.open_epoch(dossier, rules, EpochReason.REOPEN, f"reopened: {why}", Origin(by=by))
    order = dossier.order.number if dossier.order else None
    asked = asking.ask(dossier, rules, FilesAsked(storefront=job.storefront, order=order, job=job.number, why=why))
    holds.recheck(dossier, rules)
    return asked


def recreate(dossier: Dossier, rules: Rules, *, why: str) -> bool:
    """Ask for the output to be made again; False when nobody would tell the storefront.

    It takes effect with the storefront's own word. Raises ActRefused for a job that prints nothing or is closed.
    """
    refuse_gone(dossier)
    job = dossier.job
    if not job.product_type.prints:
        raise ActRefused(f"job {job.number} is {job.product_type}: it has no output")
    if closing.over(dossier):
        raise ActRefused(f"job {job.number} is {job.status}; `printhub reopen {job.number} --why TEXT` comes first")
    return ask_recreation(dossier, rules, why)


def ask_recreation(dossier: Dossier, rules: Rules, why: str) -> bool:
    """Ask the storefront to make the output again; False when nobody would tell it."""
    job, order = dossier.job, dossier.order
    number = order.number if order else None
    return asking.ask(dossier, rules, RecreationAsked(storefront=job.storefront, order=number, job=job.number, why=why))


def refuse_gone(dossier: Dossier) -> None:
    """Raise ActRefused for a job that nothing can be done with any more: cancelled, or its data deleted."""
    job = dossier.job
    if job.cancelled:
        raise ActRefused(f"job {job.number} is cancelled; it has to be ordered again")
    closing.require_data(dossier)
