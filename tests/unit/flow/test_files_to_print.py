"""Which files production is given after artwork was replaced: never what was made of the old."""

from typing import Any

import pytest

from printhub.core.channels.mis.messages import JobTicket
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import job, mis, order, settings
from tests.unit.flow.events import asset


def printed(jobs: list[dict[str, Any]], uploaded: dict[str, Any], created: list[Any]) -> list[str]:
    """The files in the ticket, when artwork is replaced and the output announced before the order is paid."""
    script, written = Script(), settings()
    written["storefronts"]["shop"]["files_stay_put"] = True
    with MemoryHub(written, [mis(script)]) as hub:
        hub.emit("printhub.order.placed", order(payment_status="Pending", jobs=jobs))
        hub.emit("printhub.job.artwork_uploaded", {"job": "J1", "artwork": uploaded})
        hub.emit("printhub.job.output_created", {"job": "J1", "output": created})
        hub.emit("printhub.order.payment_changed", {"order": "O1", "payment_status": "Paid"})
        hub.run()
        [call] = script.asked("notify")
        assert isinstance(call.message, JobTicket)
        return sorted(file.name for file in call.message.files)


@pytest.mark.parametrize(
    ("created", "expected"), [([], ["new-artwork.pdf"]), ([asset("new-output.pdf")], ["new-output.pdf"])]
)
def test_the_output_of_replaced_artwork_is_not_printed(created: list[Any], expected: list[str]) -> None:
    whole = [job(product_type="Static", output=[asset("old-output.pdf")])]

    assert printed(whole, asset("new-artwork.pdf"), created) == expected


def test_replacing_the_artwork_of_one_part_leaves_the_others_as_they_are() -> None:
    parts = [{"id": "p1"}, {"id": "p2"}]
    output = [asset("p1-old.pdf") | {"part": "p1"}, asset("p2.pdf") | {"part": "p2"}]
    jobs = [job(product_type="MultiPart", parts=parts, output=output)]

    assert printed(jobs, asset("p1-new.pdf") | {"part": "p1"}, []) == ["p1-new.pdf", "p2.pdf"]


def test_replacing_the_artwork_of_one_part_puts_the_output_of_all_parts_aside() -> None:
    parts = [{"id": name, "artwork": asset(f"{name}.pdf") | {"part": name}} for name in ("p1", "p2")]
    jobs = [job(product_type="MultiPart", parts=parts, output=[asset("both-old.pdf")])]

    assert printed(jobs, asset("p1-new.pdf") | {"part": "p1"}, []) == ["p1-new.pdf", "p2.pdf"]
