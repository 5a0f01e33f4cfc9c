"""All acts of operators, by what they act on."""

from dataclasses import dataclass
from typing import Self

from printhub.core.files.folders import WorkingFolders
from printhub.core.flow.acts.bulk import BulkActs
from printhub.core.flow.acts.deliveries import DeliveryActs
from printhub.core.flow.acts.desk import Desk
from printhub.core.flow.acts.erasure import ErasureActs
from printhub.core.flow.acts.events import EventActs
from printhub.core.flow.acts.files import FileActs
from printhub.core.flow.acts.instances import InstanceActs
from printhub.core.flow.acts.jobs import JobActs
from printhub.core.flow.acts.orders import OrderActs
from printhub.core.flow.acts.suppressions import SuppressionActs
from printhub.core.flow.acts.undo import Undo


@dataclass(frozen=True, slots=True)
class Acts:
    """What operators can do. Every act is recorded with who and why, in the transaction that carries it out."""

    jobs: JobActs
    orders: OrderActs
    files: FileActs
    deliveries: DeliveryActs
    events: EventActs
    instances: InstanceActs
    bulk: BulkActs
    erasure: ErasureActs
    suppressions: SuppressionActs
    undo: Undo

    @classmethod
    def through(cls, desk: Desk, folders: WorkingFolders) -> Self:
        """All acts, recorded at one desk; files lie in `folders`."""
        jobs, orders, deliveries, instances = JobActs(desk), OrderActs(desk), DeliveryActs(desk), InstanceActs(desk)
        ways = {
            "block": jobs.unblock,
            "release": jobs.block_again,
            "cancel": deliveries.reopen,
            "skip": deliveries.reopen,
            "pause": instances.unpause,
            "resume": instances.pause_again,
            "po-set": orders.po_as_before,
            "po-clear": orders.po_as_before,
        }
        return cls(
            jobs=jobs,
            orders=orders,
            files=FileActs(desk, folders),
            deliveries=deliveries,
            events=EventActs(desk),
            instances=instances,
            bulk=BulkActs(desk),
            erasure=ErasureActs(desk, folders),
            suppressions=SuppressionActs(desk),
            undo=Undo(desk, ways),
        )
