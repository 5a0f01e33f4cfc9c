"""The rules of the hot folder kind, as the engine is handed them."""

from collections.abc import Sequence

from printhub.core.channels.channel import Declared, Material, Occasion, Planned, Told, Turn
from printhub.core.channels.file.messages import FilePlacement
from printhub.core.channels.files import described
from printhub.core.channels.lanes import job_lane
from printhub.core.model.known import JobRecord
from printhub.core.model.record import Message
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Kind, Verb


class FileChannel:
    """A job's files into a watched folder."""

    kind = Kind.FILE
    verbs = (Verb.PLACE,)
    held = frozenset({Verb.PLACE})
    once = frozenset({Verb.PLACE})
    ordered_lane = False
    partial: JobStatus | None = None
    reportable: frozenset[JobStatus] = frozenset()
    message: type[Message] = FilePlacement

    def plan(self, occasion: Occasion, job: JobRecord, cause: str, declared: Declared) -> Sequence[Planned]:
        """Place the files of an ordered job that has any."""
        if occasion is not Occasion.ORDERED or not job.product_type.prints:
            return []
        return [Planned(Verb.PLACE, job.number, job_lane(declared.instance, job.storefront, job.number))]

    def compose(self, verb: Verb, material: Material) -> Message:
        """Name the job and its files."""
        if material.job is None:
            raise ValueError(f"file.{verb} is about a job")
        return FilePlacement(
            storefront=material.storefront,
            mode=material.mode,
            job=material.job.number,
            order=material.order.number if material.order else None,
            product_type=material.job.product_type,
            product=material.job.product,
            quantity=material.job.quantity,
            attributes=dict(material.job.attributes),
            files=described(material.files),
        )

    def statuses(self, verb: Verb, turn: Turn, detail: str) -> Sequence[Told]:
        """Look the turn up in the kind's outcome table."""
        match turn:
            case Turn.ACCEPTED | Turn.DONE:
                return [Told(JobStatus.IN_HOT_FOLDER, detail=detail)]
            case Turn.SKIPPED:
                return [Told(JobStatus.COPY_TO_HOT_FOLDER_SKIPPED, detail=detail)]
            case Turn.FAILED | Turn.BOUNCED:
                return [Told(JobStatus.COPY_TO_HOT_FOLDER_FAILED, detail=detail, staff=True)]
            case _:
                return []
