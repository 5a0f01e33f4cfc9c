"""The rules of the MIS kind, as the engine is handed them."""

from collections.abc import Sequence

from printhub.core.channels.channel import Declared, Material, Occasion, Planned, Told, Turn
from printhub.core.channels.files import described
from printhub.core.channels.mis import outcomes, planning
from printhub.core.channels.mis.messages import JobTicket, ticket_job, ticket_order
from printhub.core.model.known import JobRecord
from printhub.core.model.record import Message
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Verb


class MisChannel:
    """Jobs into production: notify, manifest, assets, and what follows from changes and cancellations."""

    kind = Kind.MIS
    verbs = (*planning.CHAIN, Verb.UPDATE, Verb.CANCEL)
    held = frozenset(planning.CHAIN)
    once = frozenset(planning.CHAIN)
    ordered_lane = False
    partial: JobStatus | None = JobStatus.MIS_PARTIALLY_FAILED
    reportable = outcomes.REPORTABLE
    message: type[Message] = JobTicket

    def plan(self, occasion: Occasion, job: JobRecord, cause: str, declared: Declared) -> Sequence[Planned]:
        """Plan the calls that `occasion` gives rise to."""
        return planning.plan(occasion, job, cause, declared)

    def compose(self, verb: Verb, material: Material) -> Message:
        """Compose the job's ticket; all verbs get the same."""
        if material.job is None:
            raise ValueError(f"mis.{verb} is about a job")
        return JobTicket(
            storefront=material.storefront,
            mode=material.mode,
            job=ticket_job(material.job),
            order=ticket_order(material.order, material.personal) if material.order else None,
            files=described(material.files) if material.job.product_type.prints else (),
        )

    def statuses(self, verb: Verb, turn: Turn, detail: str) -> Sequence[Told]:
        """Look the turn up in the outcome table."""
        return outcomes.statuses(verb, turn, detail)
