"""Addresses of files for those without a token: promised to partners, lent to people, and of no use once changed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from printhub.core.channels.mis.messages import JobTicket
from printhub.core.model.access import Role
from printhub.core.model.call import Call
from printhub.core.model.errors import Unavailable
from printhub.core.model.reports import Report
from printhub.core.model.verbs import Verb
from printhub.testing import Script
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.pdf import tiny_pdf
from tests.integration.web.door import Caller, answering, give_token
from tests.invariants.shop import KEYED, mis, order, settings

PUBLIC = "https://hub.example"
CONTENT = tiny_pdf("what is printed")


class Partner:
    """A MIS that is given addresses, and keeps them."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.script = Script()
        self.answers: list[Any] = []
        self.script.default("notify", self._notify)

    def _notify(self, ticket: JobTicket, _call: Call) -> Report:
        self.given.append(ticket.files[0].url(timedelta(hours=48)))
        answer = self.answers.pop(0) if self.answers else Report.done("R")
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def partner() -> Partner:
    """What the hub makes its calls to."""
    return Partner()


@pytest.fixture
def hub(partner: Partner, tmp_path: Path) -> Iterator[MemoryHub]:
    """A hub that has an address, and a job whose output lies in its folder."""
    (tmp_path / "J1.pdf").write_bytes(CONTENT)
    written = settings() | {"files": {"roots": (tmp_path,)}, "web": {"public_url": PUBLIC}}
    with MemoryHub(written, [mis(partner.script, effects=KEYED)]) as made:
        yield made


@pytest.fixture
def base(hub: MemoryHub) -> Iterator[str]:
    """Where the hub answers, which the world knows as PUBLIC."""
    with answering(hub.hub) as address:
        yield address


def placed(hub: MemoryHub, tmp_path: Path) -> None:
    output = {"name": "J1 – final.pdf", "url": (tmp_path / "J1.pdf").as_uri()}
    hub.emit("printhub.order.placed", order(jobs=[{"id": "J1", "product_type": "Static", "output": [output]}]))
    hub.run()


def here(base: str, url: str) -> str:
    """The same address at the hub of the test."""
    assert url.startswith(PUBLIC)
    return base + url.removeprefix(PUBLIC)


def test_a_partner_fetches_the_file_at_the_address_that_it_was_given(
    hub: MemoryHub, base: str, partner: Partner, tmp_path: Path
) -> None:
    placed(hub, tmp_path)
    [url] = partner.given

    whole = requests.get(here(base, url), timeout=30)
    part = requests.get(here(base, url), headers={"Range": "bytes=0-3"}, timeout=30)
    head = requests.head(here(base, url), timeout=30)

    assert whole.content == CONTENT
    assert (part.status_code, part.content) == (206, CONTENT[:4])
    assert part.headers["Content-Range"] == f"bytes 0-3/{len(CONTENT)}"
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(CONTENT)))
    assert head.headers["Accept-Ranges"] == "bytes"
    assert urlsplit(url).path.endswith("/J1%20%E2%80%93%20final.pdf")


def test_it_is_good_for_its_time_and_no_longer(hub: MemoryHub, base: str, partner: Partner, tmp_path: Path) -> None:
    placed(hub, tmp_path)

    hub.clock.advance(timedelta(hours=47))
    assert requests.get(here(base, partner.given[0]), timeout=30).status_code == 200
    hub.clock.advance(timedelta(hours=2))
    answer = requests.get(here(base, partner.given[0]), timeout=30)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:printhub:problem:not_found")


def test_a_call_that_is_made_again_says_the_same_and_prolongs_it(
    hub: MemoryHub, base: str, partner: Partner, tmp_path: Path
) -> None:
    partner.answers = [Unavailable("later", retry_after=timedelta(hours=10))]
    placed(hub, tmp_path)
    hub.advance(timedelta(hours=11))

    first, second = partner.given
    assert first == second
    hub.clock.advance(timedelta(hours=47))
    assert requests.get(here(base, second), timeout=30).status_code == 200


def test_the_file_stays_for_as_long_as_it_is_promised(
    hub: MemoryHub, base: str, partner: Partner, tmp_path: Path
) -> None:
    partner.answers = [Report.accepted("R")]
    placed(hub, tmp_path)
    hub.settle(hub.deliveries("J1")[0].id)  # not done: nothing says that the partner has it
    hub.emit("printhub.order.status_changed", {"order": "O1", "status": "Complete"})
    hub.run()
    assert requests.get(here(base, partner.given[0]), timeout=30).content == CONTENT

    hub.advance(timedelta(hours=49))

    assert [str(file.state) for file in hub.files("J1")] == ["cleared"]
    assert requests.get(here(base, partner.given[0]), timeout=30).status_code == 404


@pytest.mark.parametrize("change", ["sig=x", "sig=", ""])
def test_a_changed_address_leads_nowhere(
    hub: MemoryHub, base: str, partner: Partner, tmp_path: Path, change: str
) -> None:
    placed(hub, tmp_path)
    plain = here(base, partner.given[0]).partition("?")[0]

    answer = requests.get(f"{plain}?{change}", timeout=30)

    assert answer.status_code == 403
    assert CONTENT not in answer.content


def test_a_signature_is_for_one_promise_alone(hub: MemoryHub, base: str, partner: Partner, tmp_path: Path) -> None:
    placed(hub, tmp_path)
    [file] = hub.files("J1")
    url = here(base, partner.given[0])
    sig = url.rpartition("sig=")[2]

    for other in (
        f"{base}/files/promised/{file.id}/x?sig={sig}",
        f"{base}/files/lent/{file.id}/x?until=9999999999&sig={sig}",
    ):
        assert requests.get(other, timeout=30).status_code == 403


def test_an_address_is_not_kept_with_what_was_sent(hub: MemoryHub, partner: Partner, tmp_path: Path) -> None:
    placed(hub, tmp_path)
    sig = partner.given[0].rpartition("sig=")[2]

    tables = hub.hub.store.read(
        lambda tx: [
            str(tuple(row))
            for table in ("attempt", "delivery", "payload")
            for row in tx.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 - our own table names
        ]
    )
    assert [row for row in tables if sig in row] == []


def test_a_file_is_lent_for_minutes(hub: MemoryHub, base: str, tmp_path: Path) -> None:
    placed(hub, tmp_path)
    [file] = hub.files("J1")
    operator = Caller(base, give_token(hub.hub, Role.PRINT_OPERATOR))

    lent = operator.post(f"/v1/files/{file.id}/link", {"minutes": 5}).json()

    url = here(base, lent["url"])
    assert requests.get(url, timeout=30).content == CONTENT
    longer = url.replace("until=", "until=1")
    assert requests.get(longer, timeout=30).status_code == 403
    hub.clock.advance(timedelta(minutes=5))
    assert requests.get(url, timeout=30).status_code == 404
    assert operator.post(f"/v1/files/{file.id}/link", {"minutes": 61}).status_code == 422


def test_without_an_address_of_the_hub_the_delivery_says_what_is_missing(partner: Partner, tmp_path: Path) -> None:
    (tmp_path / "J1.pdf").write_bytes(CONTENT)
    with MemoryHub(settings() | {"files": {"roots": (tmp_path,)}}, [mis(partner.script)]) as hub:
        placed(hub, tmp_path)
        [notify] = hub.deliveries("J1")

        assert (notify.verb, str(notify.state)) == (Verb.NOTIFY, "failed")
        assert "public_url" in notify.reason
