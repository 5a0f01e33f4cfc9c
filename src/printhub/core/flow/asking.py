"""Station: asks the storefront for something - recorded as an event, and planned onto whoever tells it of statuses."""

from uuid import UUID

from printhub.core.channels.channel import Occasion
from printhub.core.flow import notices, planning
from printhub.core.flow.rules import Rules
from printhub.core.model.dossier import Dossier
from printhub.core.model.envelope import Event
from printhub.core.model.events.request import RequestFact
from printhub.core.store.store import Tx


def ask(dossier: Dossier, rules: Rules, fact: RequestFact) -> bool:
    """Ask for something about a job or its order; False when no route leads to anybody who would tell the storefront.

    A request about a whole order is asked in the name of one of its jobs, whose lane it goes by.
    """
    id_ = rules.new_id()
    dossier.requests.append((id_, fact))
    return bool(planning.plan(dossier, rules, Occasion.REQUESTED, str(id_), event_id=id_))


def record(tx: Tx, rules: Rules, id_: UUID, fact: RequestFact, traceparent: str | None = None) -> None:
    """Record a request that was made; the delivery that carries it out finds it by its id."""
    event = Event(
        id=str(id_),
        source=f"urn:printhub:{fact.storefront}",
        specversion="1.0",
        type=fact.type,
        subject=getattr(fact, "job", None) or fact.order,
        time=rules.now(),
        datacontenttype="application/json",
        data=fact.model_dump(mode="json"),
        extensions=notices.traced(traceparent),
    )
    notices.keep(tx, rules, id_, event, fact.storefront)
