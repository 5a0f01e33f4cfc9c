"""What to do next about things of one sort: the last line of every list."""

from collections.abc import Mapping
from types import MappingProxyType

from printhub.core.model.deliveries import DeliveryState

OVERDUE = "overdue"
REFUSED = "refused"

DELIVERIES: Mapping[str, str] = MappingProxyType(
    {
        DeliveryState.HELD: "`printhub jobs explain JOB` tells who can lift what holds it",
        DeliveryState.RETRYING: "nothing to do: each is tried again at the time that is shown",
        DeliveryState.ACCEPTED: "nothing to do while the partner is at it",
        DeliveryState.WAITING_ACTION: (
            "give the partner what it asks for, then `printhub retrigger --delivery ID --why TEXT`"
        ),
        DeliveryState.UNKNOWN: (
            "those with a time are asked after; for the others look in the partner's system, then "
            "`printhub settle ID --done REF --why TEXT`, or with `--not-done`"
        ),
        DeliveryState.FAILED: "`printhub failures list` groups them; mend the cause, then `printhub retrigger`",
        OVERDUE: (
            "ask the partner; if it does not say it to the hub, `printhub settle ID --done REF --why TEXT`, or with "
            "`--not-done`"
        ),
    }
)
"""For deliveries, by their state."""

EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "early": "ask the storefront to state the order or job; they apply by themselves when it does",
        "unattributed": "ask the partner what they are about; they apply by themselves once a reference leads there",
        "unknown": "upgrade the hub if it should know them, then `printhub events retry ID --why TEXT`; else nothing",
        REFUSED: (
            "correct the sender, and have it state them again; `printhub events show ID` tells more of one, "
            "and `--body` writes it out for `printhub emit -`"
        ),
    }
)
"""For events, by what became of them."""
