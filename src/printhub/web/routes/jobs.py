"""Jobs: found, shown, explained, and acted on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field, StringConstraints

from printhub.core.flow.explain.explanation import explain_report
from printhub.core.flow.explain.obstacles import in_the_way
from printhub.core.flow.explain.report import read_report
from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Right
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.jobs import ProductType
from printhub.core.model.known import Blocker, JobRecord
from printhub.core.model.orders import OrderStatus, PaymentStatus
from printhub.core.model.people import Address
from printhub.core.model.record import Record, Timestamp
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.core.store import finding, people
from printhub.core.store.store import Tx
from printhub.core.store.wanted import JobFilter
from printhub.shapes.bulk import JobRetriggered
from printhub.shapes.delivery import DeliveryLine
from printhub.shapes.explanation import ExplanationShown
from printhub.shapes.job import JobAsked, JobFoundLine, JobLine, JobShown, StatusEntry
from printhub.shapes.page import Page
from printhub.web import seen
from printhub.web.asked import Reason
from printhub.web.finding import After, InStorefront, JobName, Limit, job_for
from printhub.web.gate import TheHub, needs
from printhub.web.idempotency import OnceRoute

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=OnceRoute)

Reader = Annotated[Asker, Depends(needs(Right.READ_JOBS))]
Actor = Annotated[Asker, Depends(needs(Right.READ_JOBS, Right.ACT_ON_JOBS))]


class JobsWanted(Record):
    """Which jobs are wanted: all that is given has to hold; of several values one is enough."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    """In a number, a reference, or a customer's name, e-mail, phone or company, as far as the asker may see those."""
    order: Annotated[str, StringConstraints(max_length=128)] | None = None
    storefront: list[str] = Field(default=[])
    product_type: list[ProductType] = Field(default=[])
    status: list[JobStatus] = Field(default=[])
    """The current status."""
    ever: list[JobStatus] = Field(default=[])
    """A status that the job ever had."""
    blocker: Blocker | None = None
    order_status: list[OrderStatus] = Field(default=[])
    payment_status: list[PaymentStatus] = Field(default=[])
    unapproved: bool = False
    mode: Mode | None = None
    since: Timestamp | None = None
    """Known since then."""
    until: Timestamp | None = None
    """Known before then."""
    show_cancelled: bool = False
    show_deleted: bool = False
    instance: list[str] = Field(default=[])
    state: list[DeliveryState] = Field(default=[])
    """Of the newest run of a delivery; with `instance` there."""
    overdue: bool = False
    unplanned: bool = False
    after: After = None
    limit: Limit = 50


class JobsFound(Page[JobFoundLine]):
    """A page of jobs, and how many more each filter hides."""

    hidden: dict[str, int]
    """By the filter's name: of cancelled and deleted ones always, of every filter where nothing was found. 1001 means
    more than 1000."""


class StatusSet(Reason):
    """A status of production or fulfilment, or one of the print shop's own."""

    status: JobStatus
    label: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    """For CustomStatus and CustomStatusHidden."""


class Again(Reason):
    """Produce a job again."""

    instance: str | None = None
    """Where; it may be left out where only one instance has it."""


@router.get("")
def find_jobs(hub: TheHub, asker: Reader, wanted: Annotated[JobsWanted, Query()]) -> JobsFound:
    """Find jobs, the newest first; a whole number or reference comes before all others."""
    asked = JobFilter(
        text=wanted.text,
        ids_only=not asker.may(Right.READ_PERSONAL),
        order=wanted.order,
        storefronts=tuple(wanted.storefront),
        product_types=tuple(wanted.product_type),
        statuses=tuple(wanted.status),
        ever=tuple(wanted.ever),
        blocker=wanted.blocker,
        order_statuses=tuple(wanted.order_status),
        payment_statuses=tuple(wanted.payment_status),
        unapproved=wanted.unapproved,
        mode=wanted.mode,
        known_since=wanted.since,
        known_until=wanted.until,
        cancelled=wanted.show_cancelled or OrderStatus.CANCELLED in wanted.order_status,
        deleted=wanted.show_deleted,
        instances=tuple(wanted.instance),
        states=tuple(wanted.state),
        overdue=wanted.overdue,
        unplanned=wanted.unplanned,
        seen_by=asker.storefronts,
    )

    def read(tx: Tx) -> JobsFound:
        page = finding.jobs(tx, asked, after=wanted.after, limit=wanted.limit)
        hidden = finding.hidden(tx, asked, empty=not page.items) if wanted.after is None else {}
        items = [JobFoundLine.of_found(found) for found in page.items]
        return JobsFound(items=items, next=page.after, hidden={_NAMES.get(n, n): many for n, many in hidden.items()})

    return hub.store.read(read)


_NAMES = {
    "storefronts": "storefront",
    "product_types": "product_type",
    "statuses": "status",
    "order_statuses": "order_status",
    "payment_statuses": "payment_status",
    "known_since": "since",
    "known_until": "until",
    "cancelled": "show_cancelled",
    "deleted": "show_deleted",
    "instances": "instance",
    "states": "state",
}
"""The names of filters in an address, where they are others than the store's."""


@router.get("/{job}")
def show_job(hub: TheHub, asker: Reader, job: JobName, storefront: InStorefront = None) -> JobShown:
    """All about a job: where it stands, what is in its way, its deliveries, history and files."""

    def read(tx: Tx) -> JobShown:
        report = seen.report_for(asker, read_report(tx, hub.rules, job_for(tx, asker, job, storefront).id))
        return JobShown.of_report(report, in_the_way(report))

    return seen.job_for(asker, hub.store.read(read))


@router.get("/{job}/history")
def show_history(hub: TheHub, asker: Reader, job: JobName, storefront: InStorefront = None) -> list[StatusEntry]:
    """The history of a job in the order in which it was written."""
    return show_job(hub, asker, job, storefront).history


@router.get("/{job}/explain")
def explain_job(hub: TheHub, asker: Reader, job: JobName, storefront: InStorefront = None) -> ExplanationShown:
    """Why a job stands where it stands, what happens next, and what can be done."""

    def read(tx: Tx) -> ExplanationShown:
        report = read_report(tx, hub.rules, job_for(tx, asker, job, storefront).id)
        return ExplanationShown.of(explain_report(seen.report_for(asker, report)))

    return seen.explanation_for(asker, hub.store.read(read))


@router.get("/{job}/delivery-address")
def show_address(hub: TheHub, asker: Reader, job: JobName, storefront: InStorefront = None) -> Address:
    """Where the goods go: the only personal data that all see who see jobs."""

    def read(tx: Tx) -> Address:
        report = read_report(tx, hub.rules, job_for(tx, asker, job, storefront).id)
        order = report.dossier.order
        return people.personal(tx, order.person_id if order else None).delivery_address

    return hub.store.read(read)


@router.post("/{job}/block")
def block_job(hub: TheHub, asker: Actor, job: JobName, asked: Reason, storefront: InStorefront = None) -> JobLine:
    """Keep a job from going into production until it is released."""
    found = _found(hub, asker, job, storefront)
    hub.acts.jobs.block(found.full_number, by=asker.name, why=asked.why)
    return _line(hub, found)


@router.post("/{job}/release")
def release_job(hub: TheHub, asker: Actor, job: JobName, asked: Reason, storefront: InStorefront = None) -> JobLine:
    """Remove all that blocks a job."""
    found = _found(hub, asker, job, storefront)
    hub.acts.jobs.release(found.full_number, by=asker.name, why=asked.why)
    return _line(hub, found)


@router.post("/{job}/status")
def set_status(hub: TheHub, asker: Actor, job: JobName, asked: StatusSet, storefront: InStorefront = None) -> JobLine:
    """Set a status of production or fulfilment that a person saw."""
    found = _found(hub, asker, job, storefront)
    hub.acts.jobs.set_status(found.full_number, asked.status, asked.label, by=asker.name, why=asked.why)
    return _line(hub, found)


@router.post("/{job}/reprint")
def reprint_job(
    hub: TheHub, asker: Actor, job: JobName, asked: Again, storefront: InStorefront = None
) -> list[DeliveryLine]:
    """Produce a job again at its MIS: every call once more."""
    found = _found(hub, asker, job, storefront)
    runs = hub.acts.jobs.reprint(found.full_number, asked.instance, by=asker.name, why=asked.why)
    return [DeliveryLine.of(run, found.number) for run in runs]


@router.post("/{job}/plan")
def plan_job(
    hub: TheHub, asker: Actor, job: JobName, asked: Reason, storefront: InStorefront = None
) -> list[DeliveryLine]:
    """Plan production of a job that no route had led anywhere, as the routes are now."""
    found = _found(hub, asker, job, storefront)
    planned = hub.acts.jobs.plan(found.full_number, by=asker.name, why=asked.why)
    return [DeliveryLine.of(delivery, found.number) for delivery in planned]


@router.post("/{job}/reopen")
def reopen_job(
    hub: TheHub,
    asker: Annotated[Asker, Depends(needs(Right.READ_JOBS, Right.WRITE_FILES))],
    job: JobName,
    asked: Reason,
    storefront: InStorefront = None,
) -> JobAsked:
    """Open a job again whose folder was cleared; the storefront is asked for its files."""
    found = _found(hub, asker, job, storefront)
    told = hub.acts.jobs.reopen(found.full_number, by=asker.name, why=asked.why)
    return JobAsked(**dict(_line(hub, found)), storefront_asked=told)


@router.post("/{job}/recreate")
def recreate_job(
    hub: TheHub,
    asker: Annotated[Asker, Depends(needs(Right.READ_JOBS, Right.WRITE_FILES))],
    job: JobName,
    asked: Reason,
    storefront: InStorefront = None,
) -> JobAsked:
    """Ask the storefront to make a job's output again."""
    found = _found(hub, asker, job, storefront)
    told = hub.acts.jobs.recreate(found.full_number, by=asker.name, why=asked.why)
    return JobAsked(**dict(_line(hub, found)), storefront_asked=told)


@router.post("/{job}/retrigger")
def retrigger_job(
    hub: TheHub,
    asker: Annotated[Asker, Depends(needs(Right.READ_JOBS, Right.ACT_ON_DELIVERIES))],
    job: JobName,
    asked: Reason,
    storefront: InStorefront = None,
) -> JobRetriggered:
    """Retrigger all of a job's deliveries that failed, wait for action, or are being retried."""
    found = _found(hub, asker, job, storefront)
    return JobRetriggered.of(hub.acts.deliveries.retrigger_job(found.full_number, by=asker.name, why=asked.why))


def _found(hub: Hub, asker: Asker, job: str, storefront: str | None) -> JobRecord:
    return hub.store.read(lambda tx: job_for(tx, asker, job, storefront))


def _line(hub: Hub, job: JobRecord) -> JobLine:
    def read(tx: Tx) -> JobLine:
        report = read_report(tx, hub.rules, job.id)
        order = report.dossier.order
        return JobLine.of(report.dossier.job, order.number if order else None)

    return hub.store.read(read)
