"""The rules of the text message kind, as the engine is handed them."""

from collections.abc import Sequence

from printhub.core.channels.channel import Declared, Material, Occasion, Planned, Told, Turn
from printhub.core.channels.sms.messages import SmsMessage, sms_message
from printhub.core.model.known import JobRecord
from printhub.core.model.record import Message
from printhub.core.model.statuses import JobStatus, Label
from printhub.core.model.verbs import Kind, Verb


class SmsChannel:
    """One text message to one number."""

    kind = Kind.SMS
    verbs = (Verb.SEND,)
    held: frozenset[Verb] = frozenset()
    once = frozenset({Verb.SEND})
    ordered_lane = False
    partial: JobStatus | None = None
    reportable: frozenset[JobStatus] = frozenset()
    message: type[Message] = SmsMessage

    def plan(self, occasion: Occasion, job: JobRecord, cause: str, declared: Declared) -> Sequence[Planned]:
        """Nothing: which message an occasion asks for is decided by notification rules, not by the kind."""
        return []

    def compose(self, verb: Verb, material: Material) -> Message:
        """Put the words of a message to its draft; raises ValueError without either."""
        return sms_message(material)

    def statuses(self, verb: Verb, turn: Turn, detail: str) -> Sequence[Told]:
        """Look the turn up in the kind's outcome table."""
        match turn:
            case Turn.STARTED:
                return [Told(JobStatus.SMS_DISPATCHING)]
            case Turn.DONE:
                return [Told(JobStatus.SMS_DISPATCHED, detail=detail)]
            case Turn.FAILED | Turn.BOUNCED:
                return [Told(JobStatus.CUSTOM_STATUS, Label.SMS_FAILED, detail, staff=True)]
            case Turn.RETRIGGERED:
                return [Told(JobStatus.ACTION_RUN, detail="text message retriggered")]
            case _:
                return []
