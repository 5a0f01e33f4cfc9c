"""What a hub measures of itself, for monitoring: names, labels and meanings, as Prometheus takes them.

No label ever names an order, a job or a customer. `instance_name` is not called `instance`, because Prometheus gives
that label to the process that it asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from printhub.core.store.gauges import MOST

_INSTANCE = ("instance_name",)


@dataclass(frozen=True, slots=True)
class Meter:
    """One sort of figure. A counter only ever rises, but for a new beginning; any other tells how things stand."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()
    counter: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """What a meter shows: a number for each set of labels."""

    meter: Meter
    samples: Mapping[tuple[str, ...], float]


DELIVERIES = Meter(
    "printhub_deliveries",
    f"Deliveries in a state in which something is to come, or that have failed; {MOST} means that many or more.",
    ("instance_name", "state"),
)
LANES = Meter("printhub_lanes_occupied", "Lanes that a running call, or one of unknown outcome, occupies.", _INSTANCE)
OLDEST = Meter(
    "printhub_oldest_waiting_seconds",
    "How long the ready delivery that was planned first has been ready; 0 when none is.",
    _INSTANCE,
)
STOPPED = Meter(
    "printhub_instance_stopped",
    "1 for each cause that stops an instance; storefront is empty where it stops all of it.",
    ("instance_name", "storefront", "cause"),
)
JOBS_OVERDUE = Meter("printhub_jobs_overdue", "Jobs of which the partner's next word is overdue.", _INSTANCE)
JOBS_FAILED = Meter("printhub_jobs_failed", "Jobs of which the newest run of a delivery has failed.", _INSTANCE)
JOBS_UNPLANNED = Meter("printhub_jobs_unplanned", "Jobs that were ordered, and that no route leads into production.")
EVENTS_WAITING = Meter("printhub_events_waiting", "Events whose order, job or reference is not known yet.", ("state",))
FILES_FAILED = Meter("printhub_files_failed", "Files that could not be fetched, and were not replaced since.")
TIMERS_DUE = Meter("printhub_timers_due", "Timers whose time has come and that have not fired.", ("kind",))
TIMERS_LATE = Meter(
    "printhub_timers_overdue_seconds", "How long the first timer that is due has been; 0 when none is.", ("kind",)
)
WORKERS = Meter("printhub_workers", "Processes that make calls and have renewed their lease.")

EVENTS = Meter("printhub_store_events_total", "Events that the store ever recorded, the hub's own too.", counter=True)
REFUSALS = Meter("printhub_store_refusals_total", "Input that the store ever recorded as refused.", counter=True)
PLANNED = Meter("printhub_store_deliveries_total", "Deliveries that were ever planned.", counter=True)
STATUSES = Meter("printhub_store_statuses_total", "Entries that were ever written into a history.", counter=True)

ACCEPTED = Meter(
    "printhub_events_accepted_total",
    "Events that were recorded since this process began to count, but for the hub's own.",
    ("storefront",),
    counter=True,
)
REFUSED = Meter(
    "printhub_events_refused_total",
    "Input that was refused since this process began to count, by the code of the refusal.",
    ("code",),
    counter=True,
)
ATTEMPTS = Meter(
    "printhub_attempts_total",
    "Attempts that ended since this process began to count: calls, and lookups of what became of one.",
    ("instance_name", "outcome"),
    counter=True,
)
ATTEMPT_SECONDS = Meter(
    "printhub_attempt_seconds_total",
    "How long those attempts took together, in seconds.",
    _INSTANCE,
    counter=True,
)
SEGMENTS = Meter(
    "printhub_text_segments_total",
    "Segments of text messages that a provider took since this process began to count: what is billed.",
    _INSTANCE,
    counter=True,
)

STANDING = (
    DELIVERIES,
    LANES,
    OLDEST,
    STOPPED,
    JOBS_OVERDUE,
    JOBS_FAILED,
    JOBS_UNPLANNED,
    EVENTS_WAITING,
    FILES_FAILED,
    TIMERS_DUE,
    TIMERS_LATE,
    WORKERS,
)
"""How things stand now."""
EVER = (EVENTS, REFUSALS, PLANNED, STATUSES)
"""What the store knows of all its life."""
SINCE_START = (ACCEPTED, REFUSED, ATTEMPTS, ATTEMPT_SECONDS, SEGMENTS)
"""What a process counts from its start on, whoever did it."""
