"""The contract's versions: what was handed over under version N or N-1 is still what today's models mean."""

from typing import Any

import pytest

from printhub import API_VERSION
from printhub.core.model.record import Message
from printhub.core.model.signals import Signal
from tests.golden.examples import EXAMPLES
from tests.golden.files import VERSIONS, folder, read, written

REGENERATE = "if the contract gained an optional field: python -m tests.golden"
GOLDEN = [(version, name) for version in VERSIONS for name in EXAMPLES]


@pytest.mark.parametrize("name", EXAMPLES)
def test_todays_example_is_what_the_golden_file_says(name: str) -> None:
    assert written(EXAMPLES[name]) == read(API_VERSION, name), REGENERATE


@pytest.mark.parametrize(("version", "name"), GOLDEN)
def test_a_golden_file_still_means_the_same(version: int, name: str) -> None:
    golden = read(version, name)["full"]
    message = type(EXAMPLES[name]).model_validate(golden)
    assert contains(written(message)["full"], golden)
    if version == API_VERSION:
        assert message == EXAMPLES[name]


@pytest.mark.parametrize(("version", "name"), GOLDEN)
def test_no_field_became_required(version: int, name: str) -> None:
    least = read(version, name)["least"]
    assert contains(written(type(EXAMPLES[name]).model_validate(least))["full"], least)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_field_of_a_newer_version_is_ignored(name: str) -> None:
    newer = {**read(API_VERSION, name)["full"], "field_of_tomorrow": 1}
    assert type(EXAMPLES[name]).model_validate(newer) == EXAMPLES[name]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_sets_every_field(name: str) -> None:
    unset = [path for path in empty(written(EXAMPLES[name])["full"]) if path != "event.data_base64"]
    assert not unset, "a field that no example sets is a field that no golden file watches"


def test_every_message_and_signal_has_an_example() -> None:
    crossing = {model for model in subclasses(Message) if "version" in model.model_fields} | set(subclasses(Signal))
    ours = {model for model in crossing if model.__module__.startswith("printhub.")}
    assert ours <= {type(message) for message in EXAMPLES.values()}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_golden_folder_holds_nothing_else(version: int) -> None:
    assert {path.name for path in folder(version).iterdir()} == {f"{name}.json" for name in EXAMPLES}


def subclasses(root: type[Message]) -> list[type[Message]]:
    below = root.__subclasses__()
    return [*below, *(found for model in below for found in subclasses(model))]


def contains(whole: object, piece: object) -> bool:
    """Whether all of `piece` is in `whole`, which may have more fields."""
    match whole, piece:
        case dict(), dict():
            return all(name in whole and contains(whole[name], piece[name]) for name in piece)
        case list(), list():
            return len(whole) == len(piece) and all(map(contains, whole, piece))
        case _:
            return whole == piece


def empty(value: Any, path: str = "") -> list[str]:  # noqa: ANN401 - JSON
    """The paths of all that is null or empty."""
    if value is None or value in ("", [], {}):
        return [path.lstrip(".")]
    if isinstance(value, dict):
        return [found for name, held in value.items() for found in empty(held, f"{path}.{name}")]
    if isinstance(value, list):
        return [found for number, held in enumerate(value) for found in empty(held, f"{path}.{number}")]
    return []
