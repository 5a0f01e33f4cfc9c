"""Values to rows and back: the one place that knows which field is which column."""

from dataclasses import fields
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row

from printhub.core.model.deliveries import Delivery
from printhub.core.model.history import StatusChange
from printhub.core.model.known import FileRecord, JobRecord, OrderRecord
from printhub.core.model.money import Money

_DELIVERY = tuple(field.name for field in fields(Delivery))
_FILE = tuple(field.name for field in fields(FileRecord))
_CHANGE = tuple(field.name for field in fields(StatusChange) if not field.name.startswith("removed_"))
_ORDER = tuple(field.name for field in fields(OrderRecord) if field.name != "total")
_JOB = tuple(field.name for field in fields(JobRecord) if field.name != "line_price")
# Getters made once, and values by their place: very many rows are read.
_of_delivery = attrgetter(*_DELIVERY)
_of_file = attrgetter(*_FILE)
_of_change = attrgetter(*(field.name for field in fields(StatusChange)))


DELIVERY_COLUMNS, FILE_COLUMNS, CHANGE_COLUMNS = _DELIVERY, _FILE, _CHANGE
"""The columns of rows that are values as they stand: Delivery(*row), FileRecord(*row), and StatusChange(*row) with its
removal."""


def begins(id_: ColumnElement[UUID], digits: str) -> ColumnElement[bool]:
    """Whether an id begins with these hexadecimal digits, with or without the dashes between them."""
    plain = digits.replace("-", "").lower()
    return id_.between(UUID(hex=plain.ljust(32, "0")), UUID(hex=plain.ljust(32, "f")))


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """All columns but the sequence number, which the database gives."""
    row = {name: getattr(delivery, name) for name in _DELIVERY}
    del row["seq"]
    return row


def delivery(row: Row[Any]) -> Delivery:
    """Read a delivery."""
    return Delivery(*_of_delivery(row))


def file_row(file: FileRecord) -> dict[str, Any]:
    """All columns of a file."""
    return {name: getattr(file, name) for name in _FILE}


def file(row: Row[Any]) -> FileRecord:
    """Read a file."""
    return FileRecord(*_of_file(row))


def change_row(change: StatusChange) -> dict[str, Any]:
    """All columns of a status change."""
    return {name: getattr(change, name) for name in _CHANGE}


def change(row: Row[Any]) -> StatusChange:
    """Read a status change with its removal, if it has one (columns removed_at, removed_by, removed_why)."""
    return StatusChange(*_of_change(row))


def order_row(order: OrderRecord) -> dict[str, Any]:
    """All columns of an order."""
    row = {name: getattr(order, name) for name in _ORDER}
    return row | {"total_minor": order.total.minor, "currency": order.total.currency}


def order(row: Row[Any]) -> OrderRecord:
    """Read an order."""
    return OrderRecord(
        **{name: getattr(row, name) for name in _ORDER},
        total=Money.from_minor(row.total_minor, row.currency),
    )


def job_row(job: JobRecord) -> dict[str, Any]:
    """All columns of a job."""
    row = {name: getattr(job, name) for name in _JOB}
    price = job.line_price
    return row | {
        "line_price_minor": price.minor if price else None,
        "line_price_currency": price.currency if price else None,
    }


def job(row: Row[Any]) -> JobRecord:
    """Read a job."""
    priced = row.line_price_minor is not None
    return JobRecord(
        **{name: getattr(row, name) for name in _JOB},
        line_price=Money.from_minor(row.line_price_minor, row.line_price_currency) if priced else None,
    )
