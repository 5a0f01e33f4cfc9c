"""What deliveries are, in words: `notify of J-1 at press`."""

from collections.abc import Collection
from uuid import UUID

from printhub.core.model.deliveries import Delivery
from printhub.core.notifications.subject import called
from printhub.core.store import search
from printhub.core.store.store import Tx


def places(tx: Tx, deliveries: Collection[Delivery]) -> dict[UUID, str]:
    """Name deliveries by verb, job and instance."""
    numbers = search.job_numbers(tx, {delivery.job_id for delivery in deliveries if delivery.job_id})
    return {
        delivery.id: f"{called(delivery)} of {_number(delivery, numbers)} at {delivery.instance}"
        for delivery in deliveries
    }


def _number(delivery: Delivery, numbers: dict[UUID, str]) -> str:
    return numbers.get(delivery.job_id, delivery.subject) if delivery.job_id else delivery.subject
