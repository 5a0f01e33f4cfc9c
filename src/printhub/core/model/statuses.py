"""The 60 job statuses: their group, their stage in a job's life, and what each one means."""

from enum import IntEnum, StrEnum


class StatusGroup(StrEnum):
    """How the console files a status."""

    CREATION = "creation"
    OUTPUT = "output"
    PRODUCTION = "production"
    FULFILMENT = "fulfilment"
    APPROVAL = "approval and validation"
    COMMUNICATION = "communication"
    MIS = "MIS"
    WORKFLOW = "workflow"


class Stage(IntEnum):
    """How far along a job is; a report without a time of its own never moves a job back to an earlier stage."""

    CREATION = 1
    APPROVAL = 2
    OUTPUT = 3
    MIS = 4
    PRODUCTION = 5
    FULFILMENT = 6
    CLOSED = 7


class JobStatus(StrEnum):
    """One status of a job; the value is the name on the wire."""

    group: StatusGroup
    stage: Stage | None
    meaning: str

    def __new__(cls, value: str, group: StatusGroup, stage: Stage | None, meaning: str) -> "JobStatus":
        """Attach group, stage and meaning to the wire name; a stage of None is that of the entry before."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.group = group
        member.stage = stage
        member.meaning = meaning
        return member

    NOTHING = "Nothing", StatusGroup.CREATION, Stage.CREATION, "The job exists and nothing has happened to it yet."
    CREATING = "Creating", StatusGroup.CREATION, Stage.CREATION, "The storefront is still making the job."
    IN_BASKET = "InBasket", StatusGroup.CREATION, Stage.CREATION, "The job lies in a basket; it is not ordered."
    ORDERED = "Ordered", StatusGroup.CREATION, Stage.CREATION, "The job belongs to a placed order."
    FUTURE_ORDER = "FutureOrder", StatusGroup.CREATION, Stage.CREATION, "Its order is scheduled for a later date."
    UNAPPROVED_ORDER = (
        "UnapprovedOrder",
        StatusGroup.CREATION,
        Stage.CREATION,
        "Its order needs an approval that is not given yet.",
    )

    OUTPUT_CREATION_STARTED = (
        "OutputCreationStarted",
        StatusGroup.OUTPUT,
        Stage.OUTPUT,
        "The storefront has begun to make the print-ready output.",
    )
    OUTPUT_CREATED = "OutputCreated", StatusGroup.OUTPUT, Stage.OUTPUT, "The print-ready output is there."
    OUTPUT_CREATION_FAILED = (
        "OutputCreationFailed",
        StatusGroup.OUTPUT,
        Stage.OUTPUT,
        "The storefront could not make the output.",
    )
    EXTERNAL_OUTPUT_REQUESTED = (
        "ExternalOutputRequested",
        StatusGroup.OUTPUT,
        Stage.OUTPUT,
        "An outside system asked for this job's output.",
    )
    EXTERNAL_OUTPUT_JOB_CLOSED = (
        "ExternalOutputJobClosed",
        StatusGroup.OUTPUT,
        Stage.OUTPUT,
        "The outside system's request for output is finished.",
    )
    RECREATION_REQUESTED = (
        "RecreationRequested",
        StatusGroup.OUTPUT,
        Stage.OUTPUT,
        "The storefront is asked to make the output again.",
    )
    OUTPUT_DELETE = "OutputDelete", StatusGroup.OUTPUT, Stage.OUTPUT, "Output files were removed."

    IN_PRODUCTION = "InProduction", StatusGroup.PRODUCTION, Stage.PRODUCTION, "Production has begun."
    IN_ARTWORKING = "InArtworking", StatusGroup.PRODUCTION, Stage.PRODUCTION, "The artwork is being adjusted."
    IN_REPROGRAPHICS = (
        "InReprographics",
        StatusGroup.PRODUCTION,
        Stage.PRODUCTION,
        "Files are being prepared for the press.",
    )
    IN_FINISHING = "InFinishing", StatusGroup.PRODUCTION, Stage.PRODUCTION, "Folding, trimming, binding are under way."
    IN_PACKING = "InPacking", StatusGroup.PRODUCTION, Stage.PRODUCTION, "The printed goods are being packed."
    PRINTED = "Printed", StatusGroup.PRODUCTION, Stage.PRODUCTION, "Everything of this job is printed."
    IN_HOT_FOLDER = "InHotFolder", StatusGroup.PRODUCTION, Stage.PRODUCTION, "The file lies in the hot folder."
    COPY_TO_HOT_FOLDER_FAILED = (
        "CopyToHotFolderFailed",
        StatusGroup.PRODUCTION,
        Stage.PRODUCTION,
        "The file could not be placed in the hot folder.",
    )
    COPY_TO_HOT_FOLDER_SKIPPED = (
        "CopyToHotFolderSkipped",
        StatusGroup.PRODUCTION,
        Stage.PRODUCTION,
        "The storefront has hot folders, and this job's route leads to none.",
    )

    SHIPPED = "Shipped", StatusGroup.FULFILMENT, Stage.FULFILMENT, "The job has left for its recipient."
    READY_FOR_COLLECTION = (
        "ReadyForCollection",
        StatusGroup.FULFILMENT,
        Stage.FULFILMENT,
        "The job can be collected.",
    )

    AWAITING_APPROVAL = "AwaitingApproval", StatusGroup.APPROVAL, Stage.APPROVAL, "Someone has to approve the job."
    APPROVED = "Approved", StatusGroup.APPROVAL, Stage.APPROVAL, "The job, or its proof, was approved."
    PARTIALLY_APPROVED = (
        "PartiallyApproved",
        StatusGroup.APPROVAL,
        Stage.APPROVAL,
        "Some jobs of the order were approved; this lifts nothing by itself.",
    )
    REJECTED = "Rejected", StatusGroup.APPROVAL, Stage.APPROVAL, "Approval was refused."
    APPROVAL_JOB_UPDATED = (
        "ApprovalJobUpdated",
        StatusGroup.APPROVAL,
        Stage.APPROVAL,
        "Some approval state changed: look again.",
    )
    AWAITING_PROOF = "AwaitingProof", StatusGroup.APPROVAL, Stage.APPROVAL, "A proof waits for its approval."
    AWAITING_DATA = "AwaitingData", StatusGroup.APPROVAL, Stage.APPROVAL, "Artwork or information is missing."
    AWAITING_PARTS = "AwaitingParts", StatusGroup.APPROVAL, Stage.APPROVAL, "Physical components are missing."
    VERIFIED = "Verified", StatusGroup.APPROVAL, Stage.APPROVAL, "Assets and data were checked."
    VALIDATION_FINISHED = "ValidationFinished", StatusGroup.APPROVAL, Stage.APPROVAL, "The validation passed."
    VALIDATION_FAILED = "ValidationFailed", StatusGroup.APPROVAL, Stage.APPROVAL, "The validation found faults."

    SENT_EMAIL = "SentEmail", StatusGroup.COMMUNICATION, None, "The mail server took a notification."
    SENT_EMAIL_FAILED = (
        "SentEmailFailed",
        StatusGroup.COMMUNICATION,
        None,
        "The notification could not be handed to the mail server.",
    )
    EMAIL_BOUNCED = (
        "EmailBounced",
        StatusGroup.COMMUNICATION,
        None,
        "The notification was refused for good for this recipient.",
    )
    EMAIL_BOUNCED_AND_PRINT_JOB_CREATED = (
        "EmailBouncedAndPrintJobCreated",
        StatusGroup.COMMUNICATION,
        None,
        "The bounced notification goes by post: a print job of the same content was made.",
    )
    NO_EMAIL_BOUNCE_ACTION_REQUIRED = (
        "NoEmailBounceActionRequired",
        StatusGroup.COMMUNICATION,
        None,
        "The bounced notification is not important enough to act on.",
    )
    SMS_DISPATCHING = "SmsDispatching", StatusGroup.COMMUNICATION, None, "A text message is being sent."
    SMS_DISPATCHED = "SmsDispatched", StatusGroup.COMMUNICATION, None, "The provider took the text message."

    MIS_NOTIFIED = "MisNotified", StatusGroup.MIS, Stage.MIS, "The MIS was told of the job and took it."
    MIS_FAILED = (
        "MisFailed",
        StatusGroup.MIS,
        Stage.MIS,
        "The MIS could not be told, after the retries that the policy allows.",
    )
    MIS_NOTIFICATION_RETRIGGER = (
        "MisNotificationRetrigger",
        StatusGroup.MIS,
        Stage.MIS,
        "A failed call to the MIS is being made again, by an operator or by the retry schedule.",
    )
    MIS_ADDITIONAL_ACTION_REQUIRED = (
        "MisAdditionalActionRequired",
        StatusGroup.MIS,
        Stage.MIS,
        "The MIS took the call but wants more before it goes on.",
    )
    MIS_MANIFESTED = (
        "MisManifested",
        StatusGroup.MIS,
        Stage.MIS,
        "The MIS has made its production ticket or put the job in a batch.",
    )
    MIS_ORDER_PROCESSED = "MisOrderProcessed", StatusGroup.MIS, Stage.MIS, "The MIS has scheduled the job."
    MIS_ASSETS_OK = "MisAssetsOk", StatusGroup.MIS, Stage.MIS, "All artwork and instructions arrived at the MIS."
    MIS_ASSETS_FAILED = "MisAssetsFailed", StatusGroup.MIS, Stage.MIS, "The artwork could not be delivered."
    MIS_PARTIALLY_FAILED = (
        "MisPartiallyFailed",
        StatusGroup.MIS,
        Stage.MIS,
        "Some MIS actions for this job succeeded and others failed.",
    )

    BLOCKED = "Blocked", StatusGroup.WORKFLOW, None, "The job must not leave the house until it is released."
    ARTWORK_UPLOADED = "ArtworkUploaded", StatusGroup.WORKFLOW, None, "New or replacement artwork was uploaded."
    ACTION_RUN = "ActionRun", StatusGroup.WORKFLOW, None, "An automatic or operator action ran."
    TEMPLATE_PRODUCT_CREATED = (
        "TemplateProductCreated",
        StatusGroup.WORKFLOW,
        None,
        "The storefront made a template product of the job.",
    )
    TEMPLATE_PRODUCT_CREATION_FAILED = (
        "TemplateProductCreationFailed",
        StatusGroup.WORKFLOW,
        None,
        "The storefront could not make a template product of the job.",
    )
    CUSTOM_STATUS = "CustomStatus", StatusGroup.WORKFLOW, None, "A status with a label of its own."
    CUSTOM_STATUS_HIDDEN = (
        "CustomStatusHidden",
        StatusGroup.WORKFLOW,
        None,
        "A labelled status that only platform administrators and integrators see.",
    )
    JOB_DATA_DELETED = (
        "JobDataDeleted",
        StatusGroup.WORKFLOW,
        Stage.CLOSED,
        "Personal or processing data was removed.",
    )
    CLEAN_UP = "CleanUp", StatusGroup.WORKFLOW, Stage.CLOSED, "The working folder was cleared."

    @property
    def can_be_current(self) -> bool:
        """Whether this status may be a job's current one while another entry exists."""
        return self.group is not StatusGroup.COMMUNICATION and self not in NEVER_CURRENT

    @property
    def stickiness(self) -> int:
        """0 for most; a sticky status is replaced only by one that is at least as sticky."""
        return STICKY.get(self, 0)


NEVER_CURRENT = frozenset({JobStatus.ACTION_RUN, JobStatus.CUSTOM_STATUS_HIDDEN, JobStatus.APPROVAL_JOB_UPDATED})
STICKY = {JobStatus.SHIPPED: 1, JobStatus.CLEAN_UP: 2, JobStatus.JOB_DATA_DELETED: 3}


class Label(StrEnum):
    """The labels that the hub itself gives to CustomStatus entries."""

    SMS_FAILED = "SmsFailed"
    MIS_CANCELLED = "MisCancelled"
    MIS_CANCEL_REFUSED = "MisCancelRefused"
    MIS_ON_HOLD = "MisOnHold"
    MIS_REPRINTED = "MisReprinted"
