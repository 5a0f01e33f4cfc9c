"""The rules of the payment kind, as the engine is handed them."""

from collections.abc import Sequence

from printhub.core.channels.channel import Declared, Material, Occasion, Planned, Told, Turn
from printhub.core.channels.payment.messages import RefundRequest
from printhub.core.model.known import JobRecord
from printhub.core.model.record import Message
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Verb


class PaymentChannel:
    """Money back to the customer, one ledger entry at a time."""

    kind = Kind.PAYMENT
    verbs = (
        Verb.REFUND,
        Verb.VOID,
    )
    held: frozenset[Verb] = frozenset()
    once = frozenset({Verb.REFUND, Verb.VOID})
    ordered_lane = False
    partial: JobStatus | None = None
    reportable: frozenset[JobStatus] = frozenset()
    message: type[Message] = RefundRequest

    def plan(self, occasion: Occasion, job: JobRecord, cause: str, declared: Declared) -> Sequence[Planned]:
        """Nothing: money moves only for a ledger entry, never because a job changed."""
        return []

    def compose(self, verb: Verb, material: Material) -> Message:
        """Refuse: a request is the ledger entry that asked for it."""
        raise ValueError(f"payment.{verb} sends the request of a ledger entry")

    def statuses(self, verb: Verb, turn: Turn, detail: str) -> Sequence[Told]:
        """Look the turn up in the kind's outcome table."""
        match turn:
            case Turn.DONE:
                return [Told(JobStatus.ACTION_RUN, detail=f"{verb} made: {detail}" if detail else f"{verb} made")]
            case Turn.FAILED | Turn.BOUNCED:
                return [Told(JobStatus.ACTION_RUN, detail=f"{verb} failed: {detail}", staff=True)]
            case Turn.RETRIGGERED:
                return [Told(JobStatus.ACTION_RUN, detail=f"{verb} retriggered")]
            case _:
                return []
