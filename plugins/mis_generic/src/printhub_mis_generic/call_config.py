"""What the configuration says of one verb: its request, and what its answer means."""

from printhub import Verb
from printhub_mis_generic.answer_config import AcceptedConfig, AnswerConfig, ProgressConfig
from printhub_mis_generic.query import Queries
from printhub_mis_generic.request_config import Method, RequestConfig


class CheckConfig(RequestConfig, AnswerConfig):
    """A harmless request that proves address and credentials."""

    method: Method = "GET"
    """The HTTP method."""


class CallConfig(RequestConfig, AnswerConfig):
    """One verb."""

    reference: Queries = ()
    """Where the MIS's id of the job stands. Where it is named, an answer without it settles nothing."""
    accepted: AcceptedConfig = AcceptedConfig()
    """When the MIS judges later."""
    progress: tuple[ProgressConfig, ...] = ()
    """Further statuses that the answer can tell of."""
    covers: frozenset[Verb] = frozenset()
    """The other verbs of the job that this one call settles too."""
