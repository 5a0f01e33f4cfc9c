"""The list of suppressed addresses over HTTP: each storefront's own, for those who may see whom they are of."""

from printhub.core.model.access import Role
from tests.integration.web.conftest import As
from tests.integration.web.door import Caller

WHO = "jane@example.org"


def put(caller: Caller, storefront: str = "shop", **words: object) -> str:
    answer = caller.post("/v1/suppressions", {"storefront": storefront, "address": WHO, "why": "she asked", **words})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def test_an_address_is_put_on_the_list_and_taken_off(root: Caller) -> None:
    entry = put(root)

    found = root.get("/v1/suppressions", address=WHO.upper()).json()["items"]
    assert [(one["id"], one["storefront"]) for one in found] == [(entry, "shop")]

    assert root.post(f"/v1/suppressions/{entry}/remove", {"why": "a mistake"}).status_code == 200
    assert root.get("/v1/suppressions").json()["items"] == []
    assert root.post(f"/v1/suppressions/{entry}/remove", {"why": "again"}).status_code == 404


def test_nobody_sees_or_changes_those_of_another_storefront(as_: As, root: Caller) -> None:
    entry = put(root, "other")
    mine = as_(Role.STOREFRONT_ADMINISTRATOR, "shop")

    assert mine.get("/v1/suppressions").json()["items"] == []
    assert mine.post(f"/v1/suppressions/{entry}/remove", {"why": "x"}).status_code == 404
    there = mine.post("/v1/suppressions", {"storefront": "other", "address": WHO, "why": "x"})
    assert there.status_code == 404
    assert WHO not in there.text
    assert len(root.get("/v1/suppressions").json()["items"]) == 1


def test_a_page_names_the_next(root: Caller) -> None:
    for number in range(3):
        put(root, address=f"kim{number}@example.org")

    first = root.get("/v1/suppressions", limit=2).json()
    rest = root.get("/v1/suppressions", limit=2, after=first["next"]).json()

    addresses = [one["address"] for one in first["items"] + rest["items"]]
    assert addresses == [f"kim{number}@example.org" for number in (2, 1, 0)]
    assert rest["next"] is None
