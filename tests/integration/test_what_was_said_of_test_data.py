"""With test data goes all that was said of it, by whom and under what name ever; what was said of others stays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from printhub.core.flow.testdata import Cleared
from printhub.core.model.reports import Progress as ProgressReport
from printhub.core.model.reports import Report
from printhub.core.model.signals import Bounced, LookAgain, Progress, Settled
from printhub.core.model.statuses import JobStatus
from printhub.core.store import dossiers
from printhub.core.store.schema import event, payload
from printhub.testing import MemoryHub, Script
from tests.invariants.shop import job, mis, order, settings


@pytest.fixture
def hub() -> Iterator[MemoryHub]:
    """A live storefront that takes test orders too, another storefront in test mode, and a press of each mode."""
    written = settings("test", "live", storefronts=("shop", "other"))
    written["storefronts"]["shop"]["mode"] = "live"
    written["instances"]["live"]["mode"] = "live"
    with MemoryHub(written, [mis(Script(), name) for name in ("test", "live")]) as made:
        yield made


def clear(hub: MemoryHub, folder: Path) -> Cleared:
    export = folder / "export.jsonl"
    return hub.hub.testdata.clear("shop", export, by="operator:test", why="so", progress=lambda *_: None)


def counted(hub: MemoryHub) -> dict[str, int]:
    def count(one: Table) -> int:
        return hub.hub.store.read(lambda tx: tx.execute(select(func.count()).select_from(one)).scalar_one())

    # A body that was refused is kept until it is old, whoever's it is.
    return {"event": count(event), "payload": count(payload) - len(hub.refused())}


def test_all_that_was_said_of_a_job_goes_with_it_and_what_was_said_of_others_stays(
    hub: MemoryHub, tmp_path: Path
) -> None:
    hub.emit("printhub.job.created", {"job": job("J1", product_type="External")}, storefront="other")
    all_is_said(hub, "1", test=False)
    before = counted(hub)
    all_is_said(hub, "2", test=True)
    assert len(hub.refused()) == 2
    assert {notice.job for notice in hub.notices() if notice.instance} == {"J1", "J2"}

    clear(hub, tmp_path)

    of_x2 = 1  # its job was to be that of the test order, and became that of a live one
    assert counted(hub) == {name: count + of_x2 for name, count in before.items()}


def test_a_word_that_may_be_about_another_storefronts_job_stays(hub: MemoryHub, tmp_path: Path) -> None:
    for storefront in ("shop", "other"):
        hub.emit(
            "printhub.job.created", {"job": job("J1", product_type="External"), "test": True}, storefront=storefront
        )
    hub.signals("live", [LookAgain(job="J1")])
    hub.signals("test", [LookAgain(job="J1")])

    assert clear(hub, tmp_path).events == 1

    assert len(hub.unattributed()) == 2


def all_is_said(hub: MemoryHub, of: str, *, test: bool) -> None:
    """Early, unknown and refused in the end; under subjects of the storefront's own; by partners, by any name."""
    mine, others = ("test", "live") if test else ("live", "test")

    def state(type_: str, data: dict[str, Any]) -> None:
        id_, time = str(hub.hub.rules.new_id()), hub.clock().isoformat()
        envelope = {"id": id_, "source": "https://shop.example", "specversion": "1.0", "type": type_, "time": time}
        taken = hub.hub.intake.take_raw({**envelope, "subject": "a subject of its own", "data": data})
        assert taken.accepted, taken.reason

    state("printhub.job.changed", {"job": f"J{of}", "product": "early"})
    state("printhub.order.scheduled", {"order": f"O{of}", "release_at": None})
    state("shop.of_an_order", {"order": {"id": f"O{of}"}})
    state("shop.of_a_job", {"instance": "test", "job": f"J{of}"})
    state("printhub.job.added", {"order": f"O{of}", "job": job(f"X{of}")})  # early, and refused in the end
    hub.emit("printhub.order.placed", order(f"X{of}", [job(f"X{of}")]))
    hub.signals(mine, [Bounced(reference=f"R{of}", recipient="jane@example.com")])  # before the reference is known
    state("printhub.order.placed", order(f"O{of}", [job(f"J{of}")], test=test))
    state("printhub.order.payment_changed", {"order": f"O{of}", "payment_status": "Paid"})
    found = hub.hub.store.read(lambda tx: dossiers.load_job(tx, "shop", f"J{of}"))
    assert found is not None
    [key] = map(str, found.deliveries)
    hub.signals(mine, [Settled(key=key, report=Report.done(f"R{of}"))])
    hub.signals(mine, [LookAgain(key=key), LookAgain(reference=f"R{of}"), LookAgain(job=f"J{of}")])
    hub.signals(mine, [Bounced(job=f"J{of}", recipient="jane@example.com")])
    hub.signals(mine, [Progress(reference=f"R{of}", progress=(ProgressReport(status=JobStatus.CLEAN_UP),))])
    if test:
        hub.signals(others, [LookAgain(job="J2"), Bounced(job="J2", recipient="jane@example.com")])
