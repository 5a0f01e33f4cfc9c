"""What the configuration says of looking a call up."""

from pydantic import field_validator

from printhub import AdapterConfig, Verb
from printhub_mis_generic.answer_config import AnswerConfig, Statuses
from printhub_mis_generic.query import Queries, Query
from printhub_mis_generic.request_config import Method, RequestConfig


class ArrivedConfig(AdapterConfig):
    """How the MIS's entry of a job shows what became of one verb. Tried in this order; all false: it never arrived."""

    refused: Query | None = None
    """What holds where it was refused for good."""
    accepted: Query | None = None
    """What holds where it is still being judged."""
    done: Query
    """What holds where it is done; a value that is missing (null) says nothing, false says that it is not done."""
    message: Queries = ()
    """Where the reason of a refusal stands."""


class LookupConfig(RequestConfig, AnswerConfig):
    """Asks the MIS what it has; it must change nothing there. A search by key tells runs of one job apart."""

    method: Method = "GET"
    """The HTTP method."""
    repeatable: bool = True
    """It changes nothing, so it may always be repeated."""
    found: Query
    """Where the entries of the job stand: a list, or one entry. An empty list means that the MIS never had it."""
    absent_statuses: Statuses = ()
    """HTTP statuses, such as 404, by which the MIS says that it never had the job."""
    reference: Queries = ()
    """Where the MIS's id stands in an entry."""
    verbs: dict[Verb, ArrivedConfig]
    """For each verb that can be looked up, how an entry shows it."""

    @field_validator("verbs")
    @classmethod
    def _asks_for_something(cls, verbs: dict[Verb, ArrivedConfig]) -> dict[Verb, ArrivedConfig]:
        if not verbs:
            raise ValueError("name at least one verb, such as [lookup.verbs.notify]")
        return verbs
