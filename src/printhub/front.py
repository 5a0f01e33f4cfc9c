"""Everything that an adapter needs, gathered for `printhub` to hand out."""

from printhub.core.bounces.told import bounce_signals
from printhub.core.channels.email.adapter import EmailAdapter
from printhub.core.channels.email.messages import EmailMessage, InlineImage
from printhub.core.channels.file.adapter import FileAdapter
from printhub.core.channels.file.messages import FilePlacement
from printhub.core.channels.files import TicketFile
from printhub.core.channels.mis.adapter import MisAdapter
from printhub.core.channels.mis.messages import JobTicket, TicketJob, TicketOrder
from printhub.core.channels.payment.adapter import PaymentAdapter, ReadsPayments
from printhub.core.channels.payment.messages import (
    PaymentBalance,
    PaymentState,
    RefundPage,
    RefundRequest,
    RefundState,
)
from printhub.core.channels.sms.adapter import SmsAdapter
from printhub.core.channels.sms.messages import SmsMessage
from printhub.core.channels.sms.numbers import NotANumber, e164
from printhub.core.channels.sms.segments import Segments, SmsEncoding, segments_of
from printhub.core.channels.status.adapter import StatusAdapter
from printhub.core.channels.status.messages import StatusMessage
from printhub.core.http.retry_after import retry_after
from printhub.core.model.adapter import API_VERSION, Adapter, AdapterConfig
from printhub.core.model.assets import Asset
from printhub.core.model.call import Call, Earlier, Http, Reply
from printhub.core.model.duration import Duration
from printhub.core.model.envelope import Event
from printhub.core.model.errors import (
    AdapterError,
    Misconfigured,
    OutcomeUnknown,
    PrintHubError,
    Refused,
    Rejected,
    Scope,
    TemplateInvalid,
    Unavailable,
)
from printhub.core.model.jobs import Part, ProductType
from printhub.core.model.known import FileRole
from printhub.core.model.money import Money
from printhub.core.model.people import Address, Person
from printhub.core.model.reports import Absent, CannotTell, Finding, Found, Outcome, Progress, Report
from printhub.core.model.signals import (
    Answer,
    Bounced,
    BounceKind,
    Certificates,
    InboundRequest,
    LookAgain,
    OptOut,
    Polls,
    Receipt,
    Received,
    ReceivesWebhooks,
    RefundSeen,
    Settled,
)
from printhub.core.model.signals import Progress as ProgressSignal
from printhub.core.model.statuses import JobStatus, StatusGroup
from printhub.core.model.verbs import Effect, Kind, Mode, Verb
from printhub.core.placing.config import Consumption, FolderConfig, SftpConfig
from printhub.core.placing.names import safe_name, safe_path, told_apart, without_slashes
from printhub.core.placing.placed import FileToPlace, Placed, Whereabouts
from printhub.core.placing.placing import SafePlacing
from printhub.core.plugin.specs import hookimpl
from printhub.core.render.sandbox import Renderer

__all__ = [
    "API_VERSION",
    "Absent",
    "Adapter",
    "AdapterConfig",
    "AdapterError",
    "Address",
    "Answer",
    "Asset",
    "BounceKind",
    "Bounced",
    "Call",
    "CannotTell",
    "Certificates",
    "Consumption",
    "Duration",
    "Earlier",
    "Effect",
    "EmailAdapter",
    "EmailMessage",
    "Event",
    "FileAdapter",
    "FilePlacement",
    "FileRole",
    "FileToPlace",
    "Finding",
    "FolderConfig",
    "Found",
    "Http",
    "InboundRequest",
    "InlineImage",
    "JobStatus",
    "JobTicket",
    "Kind",
    "LookAgain",
    "MisAdapter",
    "Misconfigured",
    "Mode",
    "Money",
    "NotANumber",
    "OptOut",
    "Outcome",
    "OutcomeUnknown",
    "Part",
    "PaymentAdapter",
    "PaymentBalance",
    "PaymentState",
    "Person",
    "Placed",
    "Polls",
    "PrintHubError",
    "ProductType",
    "Progress",
    "ProgressSignal",
    "ReadsPayments",
    "Receipt",
    "Received",
    "ReceivesWebhooks",
    "RefundPage",
    "RefundRequest",
    "RefundSeen",
    "RefundState",
    "Refused",
    "Rejected",
    "Renderer",
    "Reply",
    "Report",
    "SafePlacing",
    "Scope",
    "Segments",
    "Settled",
    "SftpConfig",
    "SmsAdapter",
    "SmsEncoding",
    "SmsMessage",
    "StatusAdapter",
    "StatusGroup",
    "StatusMessage",
    "TemplateInvalid",
    "TicketFile",
    "TicketJob",
    "TicketOrder",
    "Unavailable",
    "Verb",
    "Whereabouts",
    "bounce_signals",
    "e164",
    "hookimpl",
    "retry_after",
    "safe_name",
    "safe_path",
    "segments_of",
    "told_apart",
    "without_slashes",
]
