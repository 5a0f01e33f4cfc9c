"""Station: a person says what became of a call that nothing else can settle."""

from pydantic import ValidationError

from printhub.core.flow import outcome
from printhub.core.flow.decision import judge
from printhub.core.flow.history import Origin
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused, Rejected
from printhub.core.model.reports import Report

SETTLEABLE = (DeliveryState.UNKNOWN, DeliveryState.ACCEPTED, DeliveryState.WAITING_ACTION)
"""The states in which a person's word counts."""


def settle(dossier: Dossier, delivery: Delivery, rules: Rules, *, done: str | None, by: str, why: str) -> None:
    """Settle a delivery as done with the partner's reference, or (`done` None) as certainly not done.

    Raises ActRefused unless it is unknown, accepted or waiting for an action.
    """
    if delivery.state not in SETTLEABLE:
        raise ActRefused(
            f"delivery {delivery.id} is {delivery.state}: only what is "
            f"{', '.join(SETTLEABLE)} can be settled. "
            f"`printhub jobs explain {delivery.id}` tells what can be done"
        )
    if done is not None and not done.strip():
        raise ActRefused("name the partner's reference: what is settled as done cannot be settled again")
    instance = rules.instances.get(delivery.instance)
    if instance is None:
        raise ActRefused(f"delivery {delivery.id} cannot be settled while instance {delivery.instance} is set aside")
    detail = f"settled by {by}: {why}"
    result = _done(done, detail) if done is not None else Rejected(f"not done, {detail}")
    verdict = judge(delivery, result, instance.settings, rules.effect(delivery), rules.now())
    outcome.settle(dossier, verdict, rules, origin=Origin(by=by))


def _done(reference: str, detail: str) -> Report:
    try:
        return Report.done(reference or None, detail=detail)
    except ValidationError as error:
        raise ActRefused(f"this is no reference of a partner's: {error.errors()[0]['msg']}") from None
