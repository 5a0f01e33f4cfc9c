"""A customer is erased over HTTP: by those who may, of their own storefronts alone, with no echo of who it was."""

import pytest

from printhub.core.model.access import Role
from printhub.testing.memory_hub import MemoryHub
from tests.integration.web.conftest import As
from tests.integration.web.door import Caller
from tests.invariants.shop import order

WHO = "jane@example.org"


@pytest.fixture
def done(hub: MemoryHub) -> None:
    """The order of a customer that has gone its way."""
    hub.emit("printhub.order.placed", order(customer={"name": "Jane Doe", "email": WHO}))
    hub.run()


def asked(**words: object) -> dict[str, object]:
    return {"storefront": "shop", "why": "she asked for it", **words}


@pytest.mark.usefixtures("done")
def test_a_dry_run_tells_and_the_erasure_does(root: Caller) -> None:
    tried = root.post("/v1/erasures", asked(customer=WHO, dry_run=True)).json()
    assert root.get("/v1/orders/O1").json()["personal"]["customer"]["name"] == "Jane Doe"

    answer = root.post("/v1/erasures", asked(customer=WHO))

    assert answer.status_code == 200
    assert answer.json() == tried | {"dry_run": False}
    assert tried["orders"] == [{"order": "O1", "jobs": ["J1"], "in_the_way": []}]
    assert WHO not in answer.text
    assert "Jane" not in root.get("/v1/orders/O1").text
    assert root.get("/v1/jobs/J1").json()["status"] == "JobDataDeleted"


def test_an_order_that_is_under_way_is_named_and_left(hub: MemoryHub, root: Caller) -> None:
    hub.emit("printhub.order.placed", order(customer={"name": "Jane Doe", "email": WHO}))

    told = root.post("/v1/erasures", asked(order="O1")).json()

    assert told["complete"] is False
    assert "notify of J1 at mis is ready" in told["orders"][0]["in_the_way"][0]
    assert root.get("/v1/orders/O1").json()["personal"]["customer"]["name"] == "Jane Doe"


@pytest.mark.usefixtures("done")
def test_nobody_erases_in_a_storefront_that_they_do_not_see(as_: As, root: Caller) -> None:
    other = as_(Role.STOREFRONT_ADMINISTRATOR, "other")

    assert other.post("/v1/erasures", asked(customer=WHO)).status_code == 404
    assert other.post("/v1/erasures", asked(order="O1", storefront="other")).status_code == 404
    assert root.get("/v1/orders/O1").json()["personal"]["customer"]["name"] == "Jane Doe"


@pytest.mark.parametrize("words", [{}, {"customer": WHO, "order": "O1"}, {"customer": "ab"}])
def test_what_is_asked_for_has_to_be_plain(root: Caller, words: dict[str, object]) -> None:
    answer = root.post("/v1/erasures", asked(**words))

    assert answer.status_code == 422
    assert WHO not in answer.text
