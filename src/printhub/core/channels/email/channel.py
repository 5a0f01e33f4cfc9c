"""The rules of the e-mail kind, as the engine is handed them."""

from collections.abc import Sequence

from printhub.core.channels.channel import Declared, Material, Occasion, Planned, Told, Turn
from printhub.core.channels.email.messages import EmailMessage, email_message
from printhub.core.model.known import JobRecord
from printhub.core.model.record import Message
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Verb


class EmailChannel:
    """One message to one recipient."""

    kind = Kind.EMAIL
    verbs = (Verb.SEND,)
    held: frozenset[Verb] = frozenset()
    once = frozenset({Verb.SEND})
    ordered_lane = False
    partial: JobStatus | None = None
    reportable: frozenset[JobStatus] = frozenset()
    message: type[Message] = EmailMessage

    def plan(self, occasion: Occasion, job: JobRecord, cause: str, declared: Declared) -> Sequence[Planned]:
        """Nothing: which message an occasion asks for is decided by notification rules, not by the kind."""
        return []

    def compose(self, verb: Verb, material: Material) -> Message:
        """Put the words of a message to its draft; raises ValueError without either."""
        return email_message(material)

    def statuses(self, verb: Verb, turn: Turn, detail: str) -> Sequence[Told]:
        """Look the turn up in the kind's outcome table."""
        match turn:
            case Turn.DONE:
                return [Told(JobStatus.SENT_EMAIL, detail=detail)]
            case Turn.FAILED:
                return [Told(JobStatus.SENT_EMAIL_FAILED, detail=detail, staff=True)]
            case Turn.BOUNCED:
                return [Told(JobStatus.EMAIL_BOUNCED, detail=detail)]
            case Turn.RETRIGGERED:
                return [Told(JobStatus.ACTION_RUN, detail="e-mail retriggered")]
            case _:
                return []
