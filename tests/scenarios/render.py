"""The scenario table as a page for people, grouped by rule."""

from collections.abc import Iterable, Iterator
from itertools import chain

from tests.scenarios.row import Row, Setup

_HEAD = """\
# Scenarios

The rules of the hub, one by one: what is given, what happens, and what then holds. Every one of them is run as a test.
"""


def render_markdown(rows: Iterable[Row]) -> str:
    """Write all rows as one Markdown page, a section for each rule in the order in which the rules first occur."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.rule, []).append(row)
    sections = ([f"\n## {rule[:1].upper()}{rule[1:]}\n", *map(_row, group)] for rule, group in groups.items())
    return "\n".join([_HEAD, *chain.from_iterable(sections)])


def _row(row: Row) -> str:
    return "\n".join([f"### {row.name}\n", *_facts(row), *_aside(row), *([f"\n{row.note}"] if row.note else []), ""])


def _facts(row: Row) -> Iterator[str]:
    if setup := _setup(row.setup):
        yield f"- Set up: {setup}"
    if row.given:
        yield f"- Given: {_codes(row.given)}"
    yield f"- When: {_codes(row.when)}"
    yield from _what_goes(row)
    if row.published is not None:
        yield f"- Told to the storefront: {', '.join(map(_state, row.published))}"
    if row.statuses is not None:
        yield f"- Written: {_codes(row.statuses) or 'nothing'}"
    if row.current is not None:
        yield f"- Current status: {_code(row.current)}"
    if row.asks is not None:
        yield f"- Partners are asked: {_codes(row.asks) or 'nothing'}"
    if row.files:
        yield f"- Files: {'; '.join(f'{_code(name)} {state}' for name, state in row.files.items())}"
    for verb, keys in row.keys.items():
        yield f"- Keys of {_code(verb)}: {'one for all calls' if keys == 'same' else 'another one for each call'}"


def _what_goes(row: Row) -> Iterator[str]:
    if row.deliveries or row.messages is None:
        places = (f"{_code(place)} {_state(state)}" for place, state in row.deliveries.items())
        yield f"- Deliveries: {'; '.join(places) or 'none'}"
    if row.messages is not None:
        yield "- Messages: " + ("; ".join(f"{_code(name)} {state}" for name, state in row.messages.items()) or "none")


def _aside(row: Row) -> Iterator[str]:
    if row.notice is not None:
        yield f"- Staff: {'told' if row.notice else 'not told'}"
    for name, count in (("early", row.early), ("refused", row.refused), ("unattributed", row.unattributed)):
        if count is not None:
            yield f"- Kept as {name}: {count or 'nothing'}"


def _setup(setup: Setup) -> str:
    changed = setup.model_dump(mode="json", exclude_unset=True)
    return ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in sorted(changed.items()))


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return " ".join(sorted(map(str, value)))
        case _:
            return str(value)


def _state(state: str) -> str:
    return " or ".join(state.split(" | "))


def _codes(texts: Iterable[str]) -> str:
    return ", ".join(map(_code, texts))


def _code(text: str) -> str:
    return f"`{text}`"
