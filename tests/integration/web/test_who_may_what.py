"""What each role sees of what there is, beside the routes that let it in (see test_role_matrix.py)."""

from printhub.core.model.access import Right, Role
from printhub.testing.memory_hub import MemoryHub
from tests.integration.web.conftest import As
from tests.integration.web.test_role_matrix import (
    FINANCE,
    INTEGRATOR,
    LETTERS,
    OPERATOR,
    PLATFORM,
    SOFTWARE,
    STOREFRONTS,
)
from tests.invariants.shop import job, order


def test_lists_hold_only_what_one_sees(hub: MemoryHub, as_: As) -> None:
    hub.emit("printhub.order.placed", order())
    hub.emit("printhub.order.placed", order("O2", [job("J2")]), source="https://other.example")

    def numbers(role: Role, *storefronts: str) -> list[str]:
        return sorted(one["number"] for one in as_(role, *storefronts).get("/v1/jobs").json()["items"])

    deliveries = as_(STOREFRONTS, "other").get("/v1/deliveries").json()["items"]

    assert numbers(PLATFORM) == numbers(OPERATOR) == ["J1", "J2"]
    assert numbers(STOREFRONTS, "shop") == numbers(OPERATOR, "shop") == ["J1"]
    assert numbers(SOFTWARE, "other") == ["J2"]
    assert {one["storefront"] for one in deliveries} == {"other"}


def test_who_may_not_see_money_and_persons_sees_none(hub: MemoryHub, as_: As) -> None:
    customer = {"name": "Jane Doe", "email": "jane@example.org"}
    priced = job(line_price={"amount": "12.50", "currency": "EUR"})
    hub.emit("printhub.order.placed", order(jobs=[priced], customer=customer))
    hub.run()

    for role in (OPERATOR, INTEGRATOR):
        shown = as_(role).get("/v1/jobs/J1")
        assert "12.50" not in shown.text
        assert "49.39" not in shown.text
        assert "Jane" not in shown.text + as_(role).get("/v1/jobs/J1/explain").text
        assert as_(role).get("/v1/jobs", text="jane").json()["items"] == []
    assert as_(FINANCE).get("/v1/orders/O1").json()["personal"]["customer"]["name"] == "Jane Doe"
    assert as_(PLATFORM).get("/v1/jobs/J1").json()["line_price"]["amount"] == "12.50"


def test_hidden_entries_are_shown_to_the_platform_and_to_integrators_alone(hub: MemoryHub, as_: As) -> None:
    hub.emit("printhub.order.placed", order())
    hub.emit("printhub.job.progressed", {"job": "J1", "status": "CustomStatusHidden", "label": "watch this one"})

    shown = {
        letter
        for letter, role in LETTERS.items()
        if Right.READ_JOBS in role.rights
        and "watch this one"
        in as_(role, *(() if role.everywhere else ("shop",))).get("/v1/jobs/J1").text
        + as_(role, *(() if role.everywhere else ("shop",))).get("/v1/jobs/J1/explain").text
    }

    assert shown == {"P", "I"}
