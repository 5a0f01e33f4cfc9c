"""When a job is closed, and nobody needs its files any more; pure, and asked after everything that changes a job."""

from collections.abc import Iterable
from datetime import datetime

from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier, TimerKind
from printhub.core.model.errors import ActRefused
from printhub.core.model.history import StatusChange
from printhub.core.model.known import FileRecord, FileState
from printhub.core.model.orders import OrderStatus
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Verb
from printhub.core.store.promises import Promise

_CLOSED = (OrderStatus.SHIPPED, OrderStatus.COMPLETE, OrderStatus.CANCELLED)


def note_due(dossier: Dossier, rules: Rules) -> None:
    """Have the working folder cleared if nothing needs it any more; called for all that a transaction saves."""
    if kept(dossier) and closed(dossier) and not open_deliveries(dossier, rules):
        dossier.timers[(TimerKind.CLEAN, str(dossier.job.id))] = rules.now()


def closed(dossier: Dossier) -> bool:
    """Whether the job is over: cancelled, shipped, or its order shipped, complete or cancelled.

    After a reopening or a reprint only what was said since counts: the order is shipped still, and that is old news.
    """
    return dossier.job.cancelled or shipped(dossier) or _order_closed(dossier)


def shipped(dossier: Dossier) -> bool:
    """Whether the job itself is shipped in its present life: since it was last reopened or reprinted."""
    return any(entry.status is JobStatus.SHIPPED for entry in _present_life(dossier))


def over(dossier: Dossier) -> bool:
    """Whether a sticky status was reached in the job's present life: what only a reopening or a reprint leaves."""
    return any(entry.status.stickiness for entry in _present_life(dossier))


def data_deleted(dossier: Dossier) -> bool:
    """Whether the data of the job were erased: nothing can be sent of it any more."""
    return any(entry.status is JobStatus.JOB_DATA_DELETED for entry in dossier.history)


def require_data(dossier: Dossier) -> None:
    """Raise ActRefused for a job whose data were erased."""
    if data_deleted(dossier):
        raise ActRefused(f"the data of job {dossier.job.number} were deleted; it has to be ordered again")


def kept(dossier: Dossier) -> list[FileRecord]:
    """The files of which the hub keeps the bytes, or means to; those that stay put at the storefront are not its own.

    Beside one of those a file that stays put is let go of as well: half of a job's files is of no use.
    """
    left = [file for file in dossier.files.values() if file.state is not FileState.CLEARED]
    return left if any(file.state is not FileState.HANDED_ON for file in left) else []


def open_deliveries(dossier: Dossier, rules: Rules) -> list[Delivery]:
    """The deliveries that have not ended and may need files: all that go into production, in whatever run."""
    return [delivery for delivery in dossier.deliveries.values() if _needs_files(delivery, rules)]


def promised_until(dossier: Dossier, promises: Iterable[Promise]) -> datetime | None:
    """Until when an address that a partner was promised keeps the files; None when none does.

    A promise counts until its time, or until its delivery is done, or the job is shipped or cancelled.
    """
    if dossier.job.cancelled or shipped(dossier):
        return None
    return max((promise.until for promise in promises if not _kept_word(dossier, promise)), default=None)


def _order_closed(dossier: Dossier) -> bool:
    order, opening = dossier.order, _opening(dossier)
    if order is None or order.status not in _CLOSED:
        return False
    said = order.stamps.get("status")
    if opening is None or said is None:
        return opening is None
    # Both, because a storefront's clock may run ahead of ours, and its word may come late.
    return said != dossier.job.stamps.get("closed") and said[0] > opening.time


def _present_life(dossier: Dossier) -> list[StatusChange]:
    opening = _opening(dossier)
    since = opening.epoch if opening else 1
    return [entry for entry in dossier.history if entry.epoch >= since]


def _opening(dossier: Dossier) -> StatusChange | None:
    found = [entry for entry in dossier.history if entry.opens is not None and entry.opens.leaves_sticky]
    return max(found, key=lambda entry: entry.epoch, default=None)


def _needs_files(delivery: Delivery, rules: Rules) -> bool:
    held = rules.channel(delivery.kind).held
    return not delivery.state.is_end and (delivery.verb in held or (bool(held) and delivery.verb is Verb.UPDATE))


def _kept_word(dossier: Dossier, promise: Promise) -> bool:
    delivery = dossier.deliveries.get(promise.delivery_id) if promise.delivery_id else None
    return delivery is not None and delivery.state is DeliveryState.DONE
