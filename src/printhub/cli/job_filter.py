"""The options that say which jobs are wanted, and what each of them hides."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
from pydantic import TypeAdapter

from printhub.cli.names import Words
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.duration import Duration
from printhub.core.model.jobs import ProductType
from printhub.core.model.known import Blocker
from printhub.core.model.orders import OrderStatus, PaymentStatus
from printhub.core.model.record import Timestamp
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.core.settings import Settings
from printhub.core.store.finding import MANY
from printhub.core.store.wanted import JobFilter

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS = {
    "text": "--text",
    "order": "--order",
    "storefronts": "--storefront",
    "product_types": "--type",
    "statuses": "--status",
    "ever": "--ever",
    "blocker": "--blocker",
    "order_statuses": "--order-status",
    "payment_statuses": "--payment",
    "unapproved": "--unapproved",
    "mode": "--mode",
    "known_since": "--since",
    "known_until": "--until",
    "instances": "--instance",
    "states": "--state",
    "overdue": "--overdue",
    "unplanned": "--unplanned",
    "cancelled": "--show-cancelled",
    "deleted": "--show-deleted",
}
"""The option of each filter."""

STATUSES = {str(status): status for status in JobStatus}
"""The statuses by the words that stand for them."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_duration: TypeAdapter[timedelta] = TypeAdapter(Duration)
_moment: TypeAdapter[datetime] = TypeAdapter(Timestamp)


def job_filter(command: F) -> F:
    """Add every option that says which jobs are wanted; `wanted_jobs` makes a filter of them."""
    options = [
        click.option(
            "--text",
            metavar="TEXT",
            help="Those with TEXT in a number, a reference, or a customer's name, "
            "e-mail, phone or company; a whole number or reference comes first.",
        ),
        click.option("--order", metavar="NUMBER", help="Those of one order."),
        click.option("--storefront", "storefronts", multiple=True, help="Those of this storefront."),
        click.option(
            "--type",
            "product_types",
            type=Words(ProductType, "product type"),
            multiple=True,
            help="Those of this product type.",
        ),
        click.option(
            "--status",
            "statuses",
            metavar="STATUS",
            type=Words(JobStatus, "status"),
            multiple=True,
            help="Those whose current status this is, such as MisFailed.",
        ),
        click.option(
            "--ever",
            metavar="STATUS",
            type=Words(JobStatus, "status"),
            multiple=True,
            help="Those that ever had this status.",
        ),
        click.option(
            "--blocker",
            type=Words(Blocker, "blocker state"),
            help="Those that are blocked, were released, or never were blocked.",
        ),
        click.option("--blocked", is_flag=True, help="Those that are blocked: the same as --blocker blocked."),
        click.option(
            "--order-status",
            "order_statuses",
            type=Words(OrderStatus, "order status"),
            multiple=True,
            help="Those whose order has this status.",
        ),
        click.option(
            "--payment",
            "payment_statuses",
            type=Words(PaymentStatus, "payment status"),
            multiple=True,
            help="Those whose order is paid so; without it the payment does not matter.",
        ),
        click.option("--unapproved", is_flag=True, help="Those that lack an approval, rejected ones included."),
        click.option("--mode", type=Words(Mode, "mode"), help="Test jobs, or live ones."),
        click.option(
            "--since",
            metavar="WHEN",
            help="Those known since then: 2026-11-02, 2026-11-02T08:30:00Z, or 7d for the last seven days.",
        ),
        click.option("--until", metavar="WHEN", help="Those known before then; of a date the whole day."),
        click.option("--instance", "instances", multiple=True, help="Those with a delivery at this adapter instance."),
        click.option(
            "--state",
            "states",
            type=Words(DeliveryState, "state"),
            multiple=True,
            help="Those with a delivery in this state; with --instance there.",
        ),
        click.option("--failed", is_flag=True, help="Those with a failed delivery: the same as --state failed."),
        click.option("--overdue", is_flag=True, help="Those with a delivery whose next sign of life is overdue."),
        click.option(
            "--unplanned",
            is_flag=True,
            help="Those that were ordered and that no route leads into production.",
        ),
        click.option("--show-cancelled", is_flag=True, help="Cancelled jobs too."),
        click.option("--show-deleted", is_flag=True, help="Jobs of orders too that the storefront deleted."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def wanted_jobs(settings: Settings, now: datetime, options: Mapping[str, Any]) -> JobFilter:
    """Make a filter of what the options of `job_filter` said; raises click.UsageError."""
    blocker, states = options["blocker"], options["states"]
    if options["blocked"] and blocker not in (None, "blocked"):
        raise click.UsageError("--blocked is --blocker blocked; give one of them")
    if options["failed"] and states not in ((), ("failed",)):
        raise click.UsageError("--failed is --state failed; give one of them")
    zone = _zone(settings, options["storefronts"])
    order_statuses = tuple(map(OrderStatus, options["order_statuses"]))
    return JobFilter(
        text=options["text"] or None,
        order=options["order"],
        storefronts=options["storefronts"],
        product_types=tuple(map(ProductType, options["product_types"])),
        statuses=tuple(STATUSES[word] for word in options["statuses"]),
        ever=tuple(STATUSES[word] for word in options["ever"]),
        blocker=Blocker.BLOCKED if options["blocked"] else Blocker(blocker) if blocker else None,
        order_statuses=order_statuses,
        payment_statuses=tuple(map(PaymentStatus, options["payment_statuses"])),
        unapproved=options["unapproved"],
        mode=Mode(options["mode"]) if options["mode"] else None,
        known_since=_when("--since", options["since"], zone, now, whole_day=False),
        known_until=_when("--until", options["until"], zone, now, whole_day=True),
        cancelled=options["show_cancelled"] or OrderStatus.CANCELLED in order_statuses,
        deleted=options["show_deleted"],
        instances=options["instances"],
        states=("failed",) if options["failed"] else states,
        overdue=options["overdue"],
        unplanned=options["unplanned"],
    )


def hints(hidden: Mapping[str, int], *, empty: bool) -> list[str]:
    """What the filters hide, in words."""
    told = [f"{OPTIONS[name]} shows {_count(count)} more" for name, count in hidden.items() if name in _SHOW]
    found = [(name, count) for name, count in hidden.items() if name not in _SHOW] if empty else []
    return [
        f"without {OPTIONS[name]} there {'is' if count == 1 else 'are'} {_count(count)}" for name, count in found
    ] + told


_SHOW = {"cancelled", "deleted"}


def _count(count: int) -> str:
    return f"{MANY:_} or more".replace("_", " ") if count > MANY else str(count)


def _zone(settings: Settings, named: tuple[str, ...]) -> ZoneInfo:
    """The time zone of the storefronts that are meant; UTC where they have several."""
    meant = [settings.storefronts[name] for name in named or settings.storefronts if name in settings.storefronts]
    zones = {storefront.time_zone for storefront in meant}
    return ZoneInfo(zones.pop() if len(zones) == 1 else "UTC")


def _when(option: str, text: str | None, zone: ZoneInfo, now: datetime, *, whole_day: bool) -> datetime | None:
    if text is None:
        return None
    try:
        if _DATE.fullmatch(text):
            day = datetime.fromisoformat(text) + timedelta(days=whole_day)
            return day.replace(tzinfo=zone).astimezone(UTC)
        if text[:1].isdigit() and "T" not in text.upper() and "-" not in text:
            return now - _duration.validate_python(text)
        return _moment.validate_python(text)
    except (ValueError, OverflowError) as error:
        expected = "a date 2026-11-02, a time 2026-11-02T08:30:00Z, or how long ago, such as 7d or 12h"
        raise click.BadParameter(f"{text!r} is none of {expected}", param_hint=option) from error
