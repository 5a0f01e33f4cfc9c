"""Station: erases a job's personal data; pure. What it was, how it went and what became of it stay."""

from dataclasses import dataclass, field, replace

from printhub.core.channels.channel import Told
from printhub.core.flow import closing, history
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.known import FileState
from printhub.core.model.statuses import JobStatus

ERASED = "erased"
"""The name of a file whose name was erased."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What became of one order, or would: its jobs, and what is in the way if anything is."""

    order: str
    jobs: tuple[str, ...]
    in_the_way: tuple[str, ...] = ()


@dataclass(slots=True)
class Erasure:
    """What was erased of a customer, or would be; `mentions` are events and refused input that led to no order."""

    storefront: str
    orders: list[Erased] = field(default_factory=list)
    mentions: int = 0

    @property
    def left(self) -> list[Erased]:
        """The orders that were left as they are, because something is in the way."""
        return [one for one in self.orders if one.in_the_way]


def in_the_way(deliveries: list[Delivery]) -> tuple[str, ...]:
    """Deliveries that have not ended, which could not go on without what is to be erased."""
    return tuple(
        f"{one.verb} of {one.subject} at {one.instance} is {one.state} ({one.id})"
        for one in deliveries
        if not one.state.is_end
    )


def erase_job(dossier: Dossier, rules: Rules, *, by: str) -> None:
    """Let go of a job's attributes, the names and addresses of its parts and files, and write that in its history."""
    parts = tuple(part.model_copy(update={"name": "", "artwork": None}) for part in dossier.job.parts)
    dossier.job = replace(dossier.job, attributes={}, parts=parts)
    for file in list(dossier.files.values()):
        gone = replace(file, name=ERASED, url="", state=FileState.CLEARED, stored=None, reason="")
        dossier.put_file(gone)
        dossier.timers[(TimerKind.FETCH, str(file.id))] = None
    if not closing.data_deleted(dossier):
        told = Told(JobStatus.JOB_DATA_DELETED, detail="the customer's personal data were erased")
        history.append(dossier, rules, told, Origin(by=by))
