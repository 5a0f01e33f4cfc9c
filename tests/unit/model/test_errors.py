"""The tree of errors: drawn as it is, each one a sentence, each with the facts that programs need."""

import inspect
from collections.abc import Iterator
from datetime import timedelta

import pytest

from printhub.core.model import errors
from printhub.core.model.errors import (
    AdapterError,
    ConfigInvalid,
    EventRefused,
    Misconfigured,
    OutcomeUnknown,
    PrintHubError,
    Rejected,
    Scope,
    Unavailable,
)


def below(root: type[PrintHubError] = PrintHubError) -> Iterator[type[PrintHubError]]:
    for error in root.__subclasses__():
        if error.__module__ == errors.__name__:
            yield error
            yield from below(error)


def test_the_drawing_shows_every_error_in_its_place() -> None:
    lines = [line for line in (inspect.getdoc(errors) or "").splitlines() if "── " in line]
    drawn = {line.split()[1]: line.startswith(" ") for line in lines}
    assert drawn == {error.__name__: AdapterError in error.__bases__ for error in below()}


@pytest.mark.parametrize("error", list(below()))
def test_every_error_says_what_it_means(error: type[PrintHubError]) -> None:
    meaning = vars(error).get("__doc__")
    assert meaning
    assert meaning.strip().endswith(".")


def test_a_refused_event_carries_code_place_and_reason() -> None:
    refused = EventRefused("invalid", "expected a string", field="order.id")
    assert (refused.code, refused.field, refused.detail, str(refused)) == (
        "invalid",
        "order.id",
        "expected a string",
        "expected a string",
    )
    assert EventRefused("not_json", "x").field is None


def test_a_wrong_configuration_tells_all_its_problems_at_once() -> None:
    wrong = ConfigInvalid(["printhub.toml: a", "printhub.toml: b"])
    assert wrong.problems == ["printhub.toml: a", "printhub.toml: b"]
    assert str(wrong).splitlines() == wrong.problems


@pytest.mark.parametrize("error", [Rejected, Unavailable, Misconfigured, OutcomeUnknown])
def test_what_an_adapter_raises_has_a_sentence_for_operators(error: type[AdapterError]) -> None:
    raised = error("the paper is out of stock")
    assert raised.detail == str(raised) == "the paper is out of stock"
    assert isinstance(raised, PrintHubError)


def test_an_unavailable_partner_may_say_when_to_come_back() -> None:
    assert Unavailable("busy").retry_after is None
    assert Unavailable("busy", retry_after=timedelta(minutes=5)).retry_after == timedelta(minutes=5)


def test_a_misconfiguration_reaches_the_whole_instance_unless_it_says_otherwise() -> None:
    assert Misconfigured("bad password").scope is Scope.INSTANCE
    assert Misconfigured("no account for acme", Scope.STOREFRONT).scope is Scope.STOREFRONT
