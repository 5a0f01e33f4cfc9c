"""The rules of the status kind, as the engine is handed them."""

from collections.abc import Sequence

from printhub.core.channels.channel import Declared, Material, Occasion, Planned, Told, Turn
from printhub.core.channels.lanes import job_lane
from printhub.core.channels.status.messages import StatusMessage, status_message
from printhub.core.model.known import JobRecord
from printhub.core.model.record import Message
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Verb


class StatusChannel:
    """Every entry of a job's history, and every request to the storefront, in order, to whoever is to know."""

    kind = Kind.STATUS
    verbs = (Verb.PUBLISH,)
    held: frozenset[Verb] = frozenset()
    once: frozenset[Verb] = frozenset()
    ordered_lane = True
    partial: JobStatus | None = None
    reportable: frozenset[JobStatus] = frozenset()
    message: type[Message] = StatusMessage

    def plan(self, occasion: Occasion, job: JobRecord, cause: str, declared: Declared) -> Sequence[Planned]:
        """Publish each entry and each request once, in the job's lane."""
        if occasion not in (Occasion.STATUS_WRITTEN, Occasion.REQUESTED):
            return []
        return [Planned(Verb.PUBLISH, cause, job_lane(declared.instance, job.storefront, job.number))]

    def compose(self, verb: Verb, material: Material) -> Message:
        """Compose the event that the status change or the request is."""
        return status_message(material)

    def statuses(self, verb: Verb, turn: Turn, detail: str) -> Sequence[Told]:
        """None: a publish never writes a status, or the hub would feed itself."""
        return []
