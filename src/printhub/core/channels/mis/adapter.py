"""The class that MIS adapters subclass."""

from abc import abstractmethod
from typing import ClassVar

from printhub.core.channels.mis.messages import JobTicket
from printhub.core.model.adapter import Adapter, ConfigT
from printhub.core.model.call import Call
from printhub.core.model.reports import Report
from printhub.core.model.verbs import Kind


class MisAdapter(Adapter[ConfigT]):
    """Brings jobs to a production system.

    `notify` is the one verb that every MIS has. Add those that yours has, with the same signature:

    - `manifest(ticket, call)` asks for the production ticket; `assets(ticket, call)` delivers the files;
    - `update(ticket, call)` tells of changed data; `cancel(ticket, call)` withdraws the job;
    - `lookup(ticket, call) -> Found | Absent | CannotTell` tells whether the call `call.verb` with `call.key`
      arrived, for every verb whose effect has LOOKUP; it must change nothing at the partner;
    - `check(call) -> Report` makes a harmless request that proves address and credentials.

    A class without one of them has no such method: nothing is declared twice.
    """

    kind: ClassVar[Kind] = Kind.MIS

    @abstractmethod
    def notify(self, ticket: JobTicket, call: Call) -> Report:
        """Tell the MIS of the job.

        Called once the job is free to be produced, and again with the same `call.key` after a failure. Return
        `Report.done(reference=…)` with the partner's id, `accepted` when it judges later, `action_required` when it
        wants something first; name in `covers` the verbs that this one call settled too.
        """
