"""Failures that say the same."""

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from printhub.core.model.known import FileRecord
from printhub.core.model.verbs import Verb
from printhub.shapes.shape import Shape

if TYPE_CHECKING:  # the store, which a client does without
    from printhub.core.store.failures import FailureGroup


class FailureShown(Shape):
    """Failures of one verb at one instance that say the same."""

    instance: str
    verb: Verb
    fingerprint: str
    count: int
    storefronts: list[str]
    first: datetime | None
    last: datetime | None
    reason: str
    """The reason of the one that was planned last."""
    job: str | None
    """The job of that one."""
    delivery: UUID
    next: str
    """The command that puts it right."""

    @classmethod
    def of(cls, group: "FailureGroup") -> Self:
        """A group as it was found."""
        own = ("instance", "verb", "fingerprint", "count", "first", "last", "job")
        return cls(
            **{name: getattr(group, name) for name in own},
            storefronts=list(group.storefronts),
            reason=group.sample.reason,
            delivery=group.sample.id,
            next=_next(group),
        )


class FileNotFetched(Shape):
    """A file that could not be fetched."""

    file: UUID
    job: str
    name: str
    part: str | None
    attempts: int
    reason: str

    @classmethod
    def of(cls, file: FileRecord, job: str) -> Self:
        """A file and the number of its job."""
        own = ("name", "part", "attempts", "reason")
        return cls(file=file.id, job=job, **{name: getattr(file, name) for name in own})


def _next(group: "FailureGroup") -> str:
    if group.count == 1:
        return f'printhub retrigger --delivery {group.sample.id} --why "…"'
    filters = f"--filter instance={group.instance} --filter verb={group.verb} --filter fingerprint={group.fingerprint}"
    return f'printhub retrigger {filters} --dry-run --why "…"'
