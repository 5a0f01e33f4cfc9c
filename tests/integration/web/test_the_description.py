"""What a machine makes of the API's description, tried against the API itself, as somebody who may everything."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from schemathesis import APIOperation, Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from printhub.core.model.access import Role
from printhub.testing import Script
from printhub.testing.memory_hub import MemoryHub
from printhub.web.app import plain_app
from tests.integration.web.door import answering, give_token
from tests.invariants.shop import mis, order, settings
from tests.services.stores import examples

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DESCRIBED = schemathesis.openapi.from_dict(plain_app().openapi()).get_all_operations()
OPERATIONS = [found.ok() for found in DESCRIBED if isinstance(found, Ok)]


def test_every_route_is_described() -> None:
    assert len(OPERATIONS) == sum(map(len, plain_app().openapi()["paths"].values()))


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[str, str]]:
    """Where a hub with an order answers, and the token of somebody who may everything."""
    with MemoryHub(settings(storefronts=("shop", "other")), [mis(Script())]) as hub, answering(hub.hub) as base:
        hub.emit("printhub.order.placed", order())
        yield base, give_token(hub.hub, Role.PLATFORM_ADMINISTRATOR)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_whatever_is_asked_is_answered_as_the_description_says(
    operation: APIOperation[Any, Any, Any, Any], asked: tuple[str, str]
) -> None:
    base, token = asked

    @given(case=operation.as_strategy())
    @hypothesis_settings(max_examples=examples(8), deadline=None)
    def each(case: Case[Any]) -> None:
        if "wait" in (case.query or {}):
            case.query["wait"] = 0  # a machine has no patience
        case.call_and_validate(base_url=base, headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    each()
