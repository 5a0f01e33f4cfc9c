"""What the configuration says of answers: what success is, and what each failure means."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from printhub import AdapterConfig, JobStatus
from printhub_mis_generic.query import Queries, Query

Status = Annotated[int, Field(ge=100, le=599)]
Statuses = tuple[Status, ...]


def _as_texts(codes: object) -> object:
    return tuple(str(code) for code in codes) if isinstance(codes, list | tuple) else codes


Codes = Annotated[tuple[str, ...], BeforeValidator(_as_texts)]
"""Error codes of the MIS, numbers or words."""


class SuccessConfig(AdapterConfig):
    """When an answer tells of success: the HTTP status and the body must both say so."""

    statuses: Statuses = (200, 201, 202, 204)
    """The HTTP statuses that can be a success."""
    body: Query | None = None
    """What must hold in the body as well."""


class AcceptedConfig(AdapterConfig):
    """When a successful answer only says that the MIS will judge later; either is enough."""

    statuses: Statuses = (202,)
    """The HTTP statuses that mean it."""
    body: Query | None = None
    """What holds in a body that means it."""


class ProgressConfig(AdapterConfig):
    """A further status that an answer can tell of."""

    when: Query
    """What holds in the body then."""
    status: JobStatus
    """The status, such as MisOrderProcessed; one that a MIS may not report is refused by the hub."""
    label: str | None = None
    """The label of a CustomStatus."""
    detail: Queries = ()
    """Where a sentence about it stands."""


class ErrorConfig(AdapterConfig):
    """How the MIS tells of failures. What is not recognised is never taken for a success."""

    message: Queries = ()
    """Where the text for people stands. Secrets and personal data are taken out of it before it is shown."""
    code: Queries = ()
    """Where the error code stands."""
    when: Query | None = None
    """What holds in the body of an answer that has a good HTTP status and is a failure all the same."""
    action_required: Query | None = None
    """What holds where the MIS wants data or a confirmation first, whatever the HTTP status below 500."""
    unavailable_statuses: Statuses = (425, 429, 503)
    """HTTP statuses that mean: nothing was done, come back later. Retry-After is honoured."""
    unavailable_codes: Codes = ()
    """Error codes that mean the same, such as "file not processed yet"."""
    rejected_codes: Codes = ()
    """Error codes that mean: this job is refused for good."""
    misconfigured_codes: Codes = ()
    """Error codes that mean: account, destination or device are wrong, so the operator must act."""
    duplicate_statuses: Statuses = ()
    """HTTP statuses that mean: the MIS has this already, such as 409."""
    duplicate_codes: Codes = ()
    """Error codes that mean the same."""
    ours: Queries = ()
    """Where a duplicate answer repeats our job id or key. It is done if it does, or if the reference is the stored one;
    else nobody knows."""


class AnswerConfig(AdapterConfig):
    """How any answer is read."""

    answer: Literal["json", "text", "none"] = "json"
    """What the body is: JSON; text, found by JMESPath under `text`; or nothing to be looked at."""
    success: SuccessConfig = SuccessConfig()
    """When it is a success."""
    errors: ErrorConfig | None = None
    """How failures are told, where this call does it otherwise than the instance's `errors` say."""
