"""Erasure: a customer's personal data go, in all orders or in one."""

from typing import Annotated, Self

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints, model_validator

from printhub.core.model.access import Asker, Right
from printhub.core.model.errors import NotFound
from printhub.shapes.erasure import ErasureShown
from printhub.web.asked import Reason
from printhub.web.finding import order_for
from printhub.web.gate import TheHub, needs
from printhub.web.idempotency import OnceRoute

router = APIRouter(prefix="/v1/erasures", tags=["erasure"], route_class=OnceRoute)


class ErasureAsked(Reason):
    """Whose data are to go: say either the customer or the order."""

    storefront: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    customer: Annotated[str, StringConstraints(min_length=3, max_length=320)] | None = Field(default=None, repr=False)
    """The customer's e-mail or user name, whole; capitals do not matter."""
    order: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    """The storefront's own number of an order."""
    dry_run: bool = False
    """Only tell what would be done."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.customer is None) == (self.order is None):
            raise ValueError("say either customer or order")
        return self


@router.post("")
def erase(hub: TheHub, asker: Annotated[Asker, Depends(needs(Right.ERASE))], asked: ErasureAsked) -> ErasureShown:
    """Erase personal data: events, messages, attempts, notes, files. Ids, statuses and outcomes stay.

    An order that is under way is left, and named with what is in the way; asking again takes what is left.
    """
    acts, by = hub.acts.erasure, asker.name
    if not asker.sees(asked.storefront):
        raise NotFound("there is no such storefront among those that you see")
    if asked.customer is not None:
        done = acts.customer(asked.storefront, asked.customer, by=by, why=asked.why, dry=asked.dry_run)
    else:
        name = asked.order or ""
        order = hub.store.read(lambda tx: order_for(tx, asker, name, asked.storefront)).full_number
        done = acts.order(order, by=by, why=asked.why, dry=asked.dry_run)
    return ErasureShown.of(done, dry_run=asked.dry_run)
