"""Finds what an address names, among what the asker may see; what they may not see is not there for them."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Path, Query

from printhub.core.flow.acts.desk import find_delivery
from printhub.core.flow.acts.files import find_file
from printhub.core.model.access import Asker
from printhub.core.model.deliveries import Delivery
from printhub.core.model.errors import NotFound
from printhub.core.model.known import FileRecord, JobRecord, OrderRecord
from printhub.core.store import dossiers, files
from printhub.core.store.store import Tx

Known = TypeVar("Known", JobRecord, OrderRecord)

JobName = Annotated[
    str, Path(description="The storefront's number of the job, or the hub's id of it.", min_length=1, max_length=128)
]
OrderName = Annotated[
    str, Path(description="The storefront's number of the order, or the hub's id of it.", min_length=1, max_length=128)
]
DeliveryName = Annotated[str, Path(description="The id of a delivery.", min_length=6, max_length=36)]
FileName = Annotated[str, Path(description="The id of a file.", min_length=6, max_length=36)]
InStorefront = Annotated[
    str | None, Query(description="The storefront, where two that you see use the same number.", max_length=64)
]
After = Annotated[UUID | None, Query(description="The `next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=500, description="How many at the most.")]


def job_for(tx: Tx, asker: Asker, name: str, storefront: str | None = None) -> JobRecord:
    """The job of this name; raises NotFound, also for one that the asker does not see."""
    return _one(tx, asker, name, storefront, dossiers.find_jobs, dossiers.find_job, "job")


def order_for(tx: Tx, asker: Asker, name: str, storefront: str | None = None) -> OrderRecord:
    """The order of this name; raises NotFound, also for one that the asker does not see."""
    return _one(tx, asker, name, storefront, dossiers.find_orders, dossiers.find_order, "order")


def delivery_for(tx: Tx, asker: Asker, name: str) -> Delivery:
    """The delivery with this id, or the beginning of it; raises NotFound."""
    found = find_delivery(tx, name)
    if not asker.sees(found.storefront):
        raise NotFound(f"there is no delivery {name}")
    return found


def file_for(tx: Tx, asker: Asker, name: str) -> tuple[FileRecord, JobRecord]:
    """The file with this id and its job; raises NotFound."""
    found = find_file(tx, name)
    job = files.job_of(tx, found.id)
    if job is None or not asker.sees(job.storefront):
        raise NotFound(f"there is no file {name}")
    return found, job


def _one(
    tx: Tx,
    asker: Asker,
    name: str,
    storefront: str | None,
    numbered: Callable[[Tx, str], Sequence[Known]],
    by_id: Callable[[Tx, UUID], Known | None],
    noun: str,
) -> Known:
    found = [one for one in numbered(tx, name) if asker.sees(one.storefront) and storefront in (None, one.storefront)]
    if not found and (id_ := _uuid(name)) is not None:
        one = by_id(tx, id_)
        found = [one] if one is not None and asker.sees(one.storefront) else []
    if not found:
        raise NotFound(f"there is no such {noun} among those that you see")
    if len(found) > 1:
        where = ", ".join(sorted(one.storefront for one in found))
        raise NotFound(f"several storefronts use this number: say ?storefront=…, one of {where}")
    return found[0]


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
