"""All acts of operators, by what they act on."""

from dataclasses import dataclass
from typing import Self

from printhub.core.flow.acts.deliveries import DeliveryActs
from printhub.core.flow.acts.desk import Desk
from printhub.core.flow.acts.events import EventActs
from printhub.core.flow.acts.jobs import JobActs
from printhub.core.flow.acts.orders import OrderActs


@dataclass(frozen=True, slots=True)
class Acts:
    """What operators can do. Every act is recorded with who and why, in the transaction that carries it out."""

    jobs: JobActs
    deliveries: DeliveryActs
    events: EventActs
    orders: OrderActs

    @classmethod
    def through(cls, desk: Desk) -> Self:
        """All acts, recorded at one desk."""
        return cls(JobActs(desk), DeliveryActs(desk), EventActs(desk), OrderActs(desk))
