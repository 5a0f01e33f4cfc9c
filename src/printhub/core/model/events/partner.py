"""Events that the hub makes of what partners say, and of what it has to tell."""

from typing import Self

from pydantic import Field, JsonValue, model_validator

from printhub.core.model.events.fact import Fact
from printhub.core.model.record import Identifier, Text, Timestamp
from printhub.core.model.reports import Progress, Report
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Verb


class PartnerFact(Fact):
    """What all facts told by a partner share: which instance heard them, and how the subject is found."""

    instance: Identifier
    key: Text | None = None
    """The key of the call that it answers."""
    reference: Text | None = None
    """The partner's id for the job."""
    job: Text | None = None
    """The storefront's job id."""
    verb: Verb | None = None
    told_at: Timestamp | None = None
    """The partner's own time."""


class MisProgressed(PartnerFact):
    """The MIS reported statuses for a job."""

    type = "printhub.mis.progressed"
    progress: tuple[Progress, ...] = Field(min_length=1)


class MisSettled(PartnerFact):
    """The MIS gave its final word on a call: a report, or the reason of its refusal."""

    type = "printhub.mis.settled"
    report: Report | None = None
    refused: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.report is None and self.refused is None:
            raise ValueError("expected a report, or the reason of the refusal")
        return self


class MisChanged(PartnerFact):
    """The MIS said that something changed, not what: the hub looks it up."""

    type = "printhub.mis.changed"


class StatusChanged(Fact):
    """An entry was added to a job's history. This goes out; the hub takes none in."""

    type = "printhub.status.changed"
    storefront: Identifier
    order: Identifier | None
    job: Identifier
    status: JobStatus
    label: Text | None = None
    detail: Text = ""
    at: Timestamp
    by: Text
    epoch: int
    current: JobStatus | None
    """The job's current status when this event was composed: at the first attempt to tell it, not at the entry."""


class StaffNotice(Fact):
    """Something that people of the print shop should know."""

    type = "printhub.staff.notice"
    matter: Identifier
    """A word for programs, such as `mis_failed`."""
    text: Text
    job: Identifier | None = None
    instance: Identifier | None = None
    facts: dict[str, JsonValue] = {}


PARTNER_EVENTS: tuple[type[Fact], ...] = (MisProgressed, MisSettled, MisChanged, StatusChanged, StaffNotice)
