"""Events that the storefront, or an operator, states of a job."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from printhub.core.model.assets import Asset
from printhub.core.model.events.fact import Fact
from printhub.core.model.jobs import Job, ProductType
from printhub.core.model.orders import Shipment
from printhub.core.model.record import MAX_INTEGER, Identifier, Text
from printhub.core.model.statuses import JobStatus, StatusGroup


class JobAdded(Fact):
    """A job was added to an order that was placed before."""

    type = "printhub.job.added"
    order: Identifier
    job: Job


class JobCreated(Fact):
    """A job exists without an order: in a basket, or External and then ready for production by itself."""

    type = "printhub.job.created"
    job: Job
    test: bool = False

    @property
    def ordered(self) -> bool:
        """An External job is ordered from the start; any other lies in a basket."""
        return self.job.product_type is ProductType.EXTERNAL


class JobFact(Fact):
    """What all facts of a known job share."""

    job: Identifier
    """The storefront's job id."""


class JobChanged(JobFact):
    """Details of a job changed; a field that is left out stays as it is."""

    type = "printhub.job.changed"
    quantity: Annotated[int, Field(ge=1, le=MAX_INTEGER)] = 1
    attributes: dict[str, str] = {}
    product: Text = ""
    weight_grams: Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None = None


class JobCancelled(JobFact):
    """The job is cancelled; that is final."""

    type = "printhub.job.cancelled"
    why: Text = ""


class Matter(StrEnum):
    """What an approval is about."""

    ORDER = "order"
    PROOF = "proof"


class JobApproved(JobFact):
    """The job was approved, or with `matter = proof` its proof; each lifts only its own hold."""

    type = "printhub.job.approved"
    matter: Matter = Matter.ORDER


class JobRejected(JobFact):
    """Approval of the job was refused."""

    type = "printhub.job.rejected"
    why: Text = ""


class JobApprovalRequested(JobFact):
    """The job needs an approval from now on."""

    type = "printhub.job.approval_requested"


class JobAwaiting(JobFact):
    """The job waits for `matter`: proof, data, parts, or a word of the storefront's own."""

    type = "printhub.job.awaiting"
    matter: Identifier
    detail: Text = ""
    """What exactly is waited for, in words for the customer."""
    url: Text = Field(default="", repr=False)
    """Where the customer sees the proof, or supplies what is missing."""


class JobAwaited(JobFact):
    """What the job waited for has come."""

    type = "printhub.job.awaited"
    matter: Identifier


class JobVerified(JobFact):
    """Assets and data of the job were checked; nothing is missing any more."""

    type = "printhub.job.verified"


class JobValidationFailed(JobFact):
    """A validation found faults in the job."""

    type = "printhub.job.validation_failed"
    detail: Text = ""


class JobValidationFinished(JobFact):
    """The validation of the job passed."""

    type = "printhub.job.validation_finished"


class JobOutputStarted(JobFact):
    """The storefront has begun to make the output."""

    type = "printhub.job.output_started"


class JobOutputCreated(JobFact):
    """The output is there. Without files, the artwork of the parts is the output as it is."""

    type = "printhub.job.output_created"
    output: tuple[Asset, ...] = ()


class JobOutputFailed(JobFact):
    """The storefront could not make the output."""

    type = "printhub.job.output_failed"
    detail: Text = ""


class JobOutputDeleted(JobFact):
    """The output files were removed."""

    type = "printhub.job.output_deleted"


class JobRecreationRequested(JobFact):
    """The output is to be made again."""

    type = "printhub.job.recreation_requested"
    why: Text = ""


class JobArtworkUploaded(JobFact):
    """New or replacement artwork of the job, or of one of its parts; the output has to be made again."""

    type = "printhub.job.artwork_uploaded"
    artwork: Asset


class JobBlocked(JobFact):
    """The job must not leave the house until this is released."""

    type = "printhub.job.blocked"
    why: Text = ""


class JobReleased(JobFact):
    """All that blocks the job is removed."""

    type = "printhub.job.released"
    why: Text = ""


class JobShipped(JobFact):
    """The job left."""

    type = "printhub.job.shipped"
    shipment: Shipment | None = None


class JobProgressed(JobFact):
    """The job reached a status in production or fulfilment, or one of the storefront's own."""

    type = "printhub.job.progressed"
    status: JobStatus
    label: Text | None = None
    detail: Text = ""

    @model_validator(mode="after")
    def _may_be_told(self) -> Self:
        own = {
            JobStatus.CUSTOM_STATUS,
            JobStatus.CUSTOM_STATUS_HIDDEN,
            JobStatus.TEMPLATE_PRODUCT_CREATED,
            JobStatus.TEMPLATE_PRODUCT_CREATION_FAILED,
            JobStatus.EXTERNAL_OUTPUT_REQUESTED,
            JobStatus.EXTERNAL_OUTPUT_JOB_CLOSED,
            JobStatus.APPROVAL_JOB_UPDATED,
            JobStatus.CREATING,
            JobStatus.NOTHING,
        }
        if self.status.group not in (StatusGroup.PRODUCTION, StatusGroup.FULFILMENT) and self.status not in own:
            raise ValueError("this status has an event of its own or is the hub's to report")
        if self.status in (JobStatus.CUSTOM_STATUS, JobStatus.CUSTOM_STATUS_HIDDEN) and not self.label:
            raise ValueError("a custom status needs a label")
        return self


JOB_EVENTS: tuple[type[Fact], ...] = (
    JobAdded,
    JobCreated,
    JobChanged,
    JobCancelled,
    JobApproved,
    JobRejected,
    JobApprovalRequested,
    JobAwaiting,
    JobAwaited,
    JobVerified,
    JobValidationFailed,
    JobValidationFinished,
    JobOutputStarted,
    JobOutputCreated,
    JobOutputFailed,
    JobOutputDeleted,
    JobRecreationRequested,
    JobArtworkUploaded,
    JobBlocked,
    JobReleased,
    JobShipped,
    JobProgressed,
)
