"""Every route, for every role, for one's own storefront and another: who is let in."""

import json
from collections.abc import Iterator

import pytest
from requests import Response

from printhub.core.model.access import Role
from printhub.testing import Script
from printhub.testing.memory_hub import MemoryHub
from printhub.web.app import plain_app
from tests.integration.web.door import Caller, answering, give_token
from tests.invariants.shop import mis, order, settings

LETTERS = {
    "P": Role.PLATFORM_ADMINISTRATOR,
    "S": Role.STOREFRONT_ADMINISTRATOR,
    "O": Role.PRINT_OPERATOR,
    "F": Role.FINANCE,
    "I": Role.INTEGRATOR,
    "X": Role.STOREFRONT,
}
PLATFORM, STOREFRONTS, OPERATOR, FINANCE, INTEGRATOR, SOFTWARE = LETTERS.values()
ALLOWED = {
    "POST /v1/events": "PSX",
    "GET /v1/events": "PI",
    "GET /v1/events/{event}": "PI",
    "POST /v1/events/{event}/retry": "PI",
    "GET /v1/quarantine": "PI",
    "GET /v1/quarantine/{refusal}": "PI",
    "GET /v1/callbacks": "PI",
    "GET /v1/callbacks/{callback}": "PI",
    "GET /v1/jobs": "PSOIX",
    "GET /v1/jobs/{job}": "PSOIX",
    "GET /v1/jobs/{job}/history": "PSOIX",
    "GET /v1/jobs/{job}/explain": "PSOIX",
    "GET /v1/jobs/{job}/delivery-address": "PSOIX",
    "POST /v1/jobs/{job}/block": "PSO",
    "POST /v1/jobs/{job}/release": "PSO",
    "POST /v1/jobs/{job}/status": "PSO",
    "POST /v1/jobs/{job}/reprint": "PSO",
    "POST /v1/jobs/{job}/plan": "PSO",
    "POST /v1/jobs/{job}/reopen": "PSOX",
    "POST /v1/jobs/{job}/recreate": "PSOX",
    "POST /v1/jobs/{job}/retrigger": "PSI",
    "GET /v1/jobs/{job}/files": "PSOX",
    "POST /v1/jobs/{job}/files": "PSOX",
    "GET /v1/files/{file}": "PSOX",
    "GET /v1/files/{file}/content": "PSOX",
    "POST /v1/files/{file}/link": "PSOX",
    "POST /v1/files/{file}/restore": "PSOX",
    "POST /v1/files/{file}/fetch": "PSOX",
    "GET /v1/orders/{order}": "PSFX",
    "GET /v1/orders/{order}/notes": "PSFX",
    "POST /v1/orders/{order}/notes": "PS",
    "PUT /v1/orders/{order}/po-number": "PS",
    "POST /v1/orders/{order}/po-number/clear": "PS",
    "POST /v1/orders/{order}/cancel": "PS",
    "POST /v1/erasures": "PS",
    "GET /v1/suppressions": "PSFX",
    "POST /v1/suppressions": "PS",
    "POST /v1/suppressions/{entry}/remove": "PS",
    "GET /v1/deliveries": "PSI",
    "GET /v1/deliveries/{delivery}": "PSI",
    "POST /v1/deliveries/{delivery}/retrigger": "PSI",
    "POST /v1/deliveries/{delivery}/send-again": "PSI",
    "POST /v1/deliveries/{delivery}/cancel": "PSI",
    "POST /v1/deliveries/{delivery}/skip": "PSI",
    "POST /v1/deliveries/{delivery}/settle": "PSI",
    "GET /v1/failures": "PSI",
    "GET /v1/failures/files": "PSI",
    "GET /v1/failures/{fingerprint}": "PSI",
    "POST /v1/bulk/preview": "PSI",
    "POST /v1/bulk": "PSI",
    "GET /v1/bulk": "PSI",
    "GET /v1/bulk/{bulk}": "PSI",
    "POST /v1/bulk/{bulk}/stop": "PSI",
    "GET /v1/changes": "PSX",
    "GET /v1/changes/end": "PSX",
    "GET /v1/overview": "PI",
    "GET /v1/instances": "PI",
    "GET /v1/instances/{instance}": "PI",
    "POST /v1/instances/{instance}/pause": "PI",
    "POST /v1/instances/{instance}/resume": "PI",
    "POST /v1/instances/{instance}/check": "PI",
    "GET /v1/plugins": "PI",
    "GET /v1/notices": "PI",
    "GET /v1/acts": "PI",
    "POST /v1/acts/{act}/undo": "PI",
    "GET /v1/me": "PSOFIX",
    "GET /v1/users": "PS",
    "POST /v1/users": "PS",
    "GET /v1/users/{user}": "PS",
    "PUT /v1/users/{user}/grant": "PS",
    "PUT /v1/users/{user}/password": "PS",
    "POST /v1/users/{user}/disable": "PS",
    "POST /v1/users/{user}/enable": "PS",
    "GET /v1/users/{user}/sessions": "PS",
    "POST /v1/users/{user}/logout": "PS",
    "GET /v1/tokens": "PS",
    "POST /v1/tokens": "PS",
    "POST /v1/tokens/{token}/revoke": "PS",
}
"""Who is let in, by the first letters above: Platform administrator, Storefront administrator, print Operator, Finance,
Integrator, and X for a storefront's own software."""
OPEN = {
    "POST /v1/sessions",
    "DELETE /v1/sessions/current",
    "PUT /v1/me/password",
    "POST /in/{instance}/{purpose}",
    "GET /in/{instance}/{purpose}",
    "GET /files/promised/{promise}/{name}",
    "GET /files/lent/{file}/{name}",
}
"""Routes that prove in their own way who asks: by a password, a session, the adapter's own means, a signature."""
PLACES = {"job": "J1", "order": "O1", "instance": "mis", "storefront": "shop"}
NOWHERE = "01a21770-f264-71b3-99b4-aa8315664703"
EVENT = {"id": "e", "source": "https://shop.example", "specversion": "1.0", "type": "printhub.job.verified"}


@pytest.fixture(scope="module")
def hub() -> Iterator[MemoryHub]:
    """One hub for all routes: who is let in depends on nothing that the routes do."""
    with MemoryHub(settings(storefronts=("shop", "other")), [mis(Script())]) as made:
        made.emit("printhub.order.placed", order())
        yield made


@pytest.fixture(scope="module")
def base(hub: MemoryHub) -> Iterator[str]:
    """Where it answers."""
    with answering(hub.hub) as address:
        yield address


@pytest.fixture(scope="module")
def callers(hub: MemoryHub, base: str) -> dict[tuple[Role, str], Caller]:
    """Somebody of each role, for `shop` and for `other`; of all storefronts where the role may be."""
    return {
        (role, storefront): Caller(base, give_token(hub.hub, role, *(() if role.everywhere else (storefront,))))
        for role in Role
        for storefront in ("shop", "other")
    }


def routes() -> Iterator[str]:
    for path, operations in plain_app().openapi()["paths"].items():
        for method in operations:
            yield f"{method.upper()} {path}"


def call(caller: Caller, name: str, **places: str) -> Response:
    method, _, path = name.partition(" ")
    for part in [one for one in path.split("/") if one.startswith("{")]:
        path = path.replace(part, (PLACES | places).get(part[1:-1], NOWHERE))
    if method == "GET":
        return caller("GET", path)
    if name == "POST /v1/events":
        headers = {"Content-Type": "application/cloudevents+json"}
        return caller(method, path, data=json.dumps(EVENT | {"data": {"job": "J1"}}), headers=headers)
    return caller(method, path, json={"why": "to see who may"})


def test_every_route_has_a_line_in_the_table() -> None:
    assert set(routes()) == ALLOWED.keys() | OPEN


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_each_role_is_let_in_where_the_table_says_so_and_nowhere_else(
    callers: dict[tuple[Role, str], Caller], name: str
) -> None:
    let_in = set()
    for letter, role in LETTERS.items():
        answer = call(callers[role, "shop"], name)
        assert answer.status_code not in (401, 500), answer.text
        if answer.status_code != 403:
            let_in.add(letter)

    assert let_in == set(ALLOWED[name])


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_nobody_is_let_in_without_proof(base: str, name: str) -> None:
    assert call(Caller(base, None), name).status_code == 401
    assert call(Caller(base, "phk_no_such_token"), name).status_code == 401


@pytest.mark.parametrize("name", [one for one in sorted(ALLOWED) if "{job}" in one or "{order}" in one])
@pytest.mark.parametrize("role", [STOREFRONTS, SOFTWARE])
def test_what_belongs_to_another_storefront_is_not_there(
    callers: dict[tuple[Role, str], Caller], name: str, role: Role
) -> None:
    answer = call(callers[role, "other"], name)

    if role not in {LETTERS[letter] for letter in ALLOWED[name]}:
        assert answer.status_code == 403
    elif answer.status_code != 422:  # what it would take is not even looked at
        assert answer.status_code == 404
