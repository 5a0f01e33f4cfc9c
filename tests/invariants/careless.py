"""A hub that was told of a customer, and whose partners repeat carelessly what they were told."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from printhub.core.hub import Hub
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, Unavailable
from printhub.core.model.reports import CannotTell, Found, Progress, Report
from printhub.core.model.signals import Settled
from printhub.core.model.statuses import JobStatus
from printhub.core.store.schema import metadata
from printhub.core.store.store import Store, Tx
from printhub.testing.script import Answer, Script, after_sending
from tests.invariants.shop import LOOKUP, emit, job, mis, order, real_hub, settings

NAME, MAIL, PHONE, STREET, NOTE = (
    "Marker Mustermann",
    "marker@customer.example",
    "+49 30 5554443332",
    "17 Marker Street",
    "the marker of the note",
)
MARKERS = (NAME, MAIL, "5554443332", STREET, NOTE)
ERASABLE = {"person", "payload", "job_words"}


def personal_order(number: str, jobs: list[dict[str, Any]]) -> dict[str, Any]:
    address = {"name": NAME, "address1": STREET, "town": "Berlin", "phone": PHONE, "email": MAIL}
    return order(
        number,
        jobs,
        customer={"user_name": MAIL, "name": NAME, "email": MAIL, "phone": PHONE},
        billing_address=address,
        delivery_address=address,
        notes=[{"id": "N1", "text": NOTE}],
    )


CARELESS = f"{MAIL} cannot be reached under {PHONE}"
ANSWERS: dict[str, Answer] = {
    "J0": Report.done("R0", detail=CARELESS),
    "J1": Rejected(CARELESS),
    "J2": Unavailable(CARELESS),
    "J3": after_sending(OutcomeUnknown(CARELESS)),
    "J4": RuntimeError(CARELESS),
    "J5": Report.accepted("R5", detail=CARELESS),
    "J6": Report.action_required(CARELESS),
    "J7": Report.partial(frozenset({"p1"}), CARELESS),
    "J8": Report.done("R8", progress=(Progress(status=JobStatus.MIS_ORDER_PROCESSED, detail=CARELESS),)),
    "J9": Misconfigured(CARELESS),
}


@contextmanager
def careless_hub(folder: Path) -> Iterator[Hub]:
    """A hub that was told of a customer, and whose partners repeated what they were told."""
    script = Script()
    for number, answer in ANSWERS.items():
        script.answer("notify", answer, job=number)
    script.answer("lookup", CannotTell(CARELESS), Found(Rejected(CARELESS)))
    with real_hub(folder, settings(breaker_after=100), [mis(script, effects=LOOKUP)]) as hub:
        emit(hub, "printhub.order.placed", personal_order("O1", [job(number) for number in ANSWERS]))
        emit(hub, "printhub.order.changed", {"order": "O1", "customer": {"name": NAME, "email": MAIL}})
        emit(hub, "printhub.order.note_added", {"order": "O1", "note": {"id": "N2", "text": NOTE}})
        emit(hub, "printhub.order.placed", {"order": {"id": MAIL, "jobs": NAME}})  # refused
        emit(hub, "printhub.order.enchanted", {"customer": NAME, "email": MAIL})  # of unknown type
        emit(hub, "printhub.order.note_added", {"order": "O-early", "note": {"id": "N3", "text": NOTE}})
        [bench] = hub.benches
        caller = bench.caller()
        for _ in range(len(ANSWERS)):
            for work in bench.take(1):
                attempted = bench.work(work, caller)
                if attempted is not None:
                    bench.conclude(attempted)
        caller.close()
        hub.intake.take_signals("mis", [Settled(reference="R5", refused=CARELESS)])
        yield hub


def tables_with(store: Store, markers: tuple[str, ...]) -> set[str]:
    """The tables of which any row holds a marker, whatever its column."""

    def read(tx: Tx) -> set[str]:
        return {
            table
            for table in (*metadata.tables, "job_words")
            for row in tx.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - our own table names
            if any(marker in _text(value) for value in row for marker in markers)
        }

    return store.read(read)


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
