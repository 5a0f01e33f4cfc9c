"""What the turns of a MIS delivery write into the job's history."""

from collections.abc import Sequence

from printhub.core.channels.channel import Told, Turn
from printhub.core.model.statuses import JobStatus, Label, StatusGroup
from printhub.core.model.verbs import Verb

_DONE = {
    Verb.NOTIFY: JobStatus.MIS_NOTIFIED,
    Verb.MANIFEST: JobStatus.MIS_MANIFESTED,
    Verb.ASSETS: JobStatus.MIS_ASSETS_OK,
}

REPORTABLE = frozenset(
    {
        JobStatus.MIS_MANIFESTED,
        JobStatus.MIS_ORDER_PROCESSED,
        JobStatus.MIS_ADDITIONAL_ACTION_REQUIRED,
        JobStatus.MIS_ASSETS_OK,
        JobStatus.CUSTOM_STATUS,
        JobStatus.CUSTOM_STATUS_HIDDEN,
        *(status for status in JobStatus if status.group in (StatusGroup.PRODUCTION, StatusGroup.FULFILMENT)),
    }
    - {JobStatus.IN_HOT_FOLDER, JobStatus.COPY_TO_HOT_FOLDER_FAILED, JobStatus.COPY_TO_HOT_FOLDER_SKIPPED}
)


def statuses(verb: Verb, turn: Turn, detail: str) -> Sequence[Told]:
    """The outcome table of `mis.*`: verb and turn → statuses."""
    match turn:
        case Turn.RETRYING | Turn.RETRIGGERED:
            return [Told(JobStatus.MIS_NOTIFICATION_RETRIGGER, detail=verb)]
        case Turn.ACTION_REQUIRED:
            return [Told(JobStatus.MIS_ADDITIONAL_ACTION_REQUIRED, detail=detail)]
        case Turn.ACCEPTED if verb is Verb.NOTIFY:
            return [Told(JobStatus.MIS_NOTIFIED, detail=detail)]
        case Turn.DONE:
            return [_done(verb, detail)]
        case Turn.FAILED | Turn.BOUNCED:
            return [_failed(verb, detail)]
        case _:
            return []


def _done(verb: Verb, detail: str) -> Told:
    match verb:
        case Verb.UPDATE:
            return Told(JobStatus.ACTION_RUN, detail=f"MIS updated: {detail}" if detail else "MIS updated")
        case Verb.CANCEL:
            return Told(JobStatus.CUSTOM_STATUS, Label.MIS_CANCELLED, detail)
        case _:
            return Told(_DONE[verb], detail=detail)


def _failed(verb: Verb, detail: str) -> Told:
    match verb:
        case Verb.UPDATE:
            return Told(JobStatus.ACTION_RUN, detail=f"MIS update failed: {detail}", staff=True)
        case Verb.CANCEL:
            return Told(JobStatus.CUSTOM_STATUS, Label.MIS_CANCEL_REFUSED, detail, staff=True)
        case Verb.ASSETS:
            return Told(JobStatus.MIS_ASSETS_FAILED, detail=detail, staff=True)
        case _:
            return Told(JobStatus.MIS_FAILED, detail=detail, staff=True)
