"""The table itself: every row can be read, every step exists, and no rule is missing."""

from collections import Counter
from collections.abc import Iterator

import pytest

from printhub.core.model.deliveries import DeliveryState, ObstacleKind
from tests.scenarios.partner import read_answers
from tests.scenarios.render import render_markdown
from tests.scenarios.row import Row, read_rows
from tests.scenarios.seen import meets
from tests.scenarios.steps import STEPS
from tests.scenarios.words import read_step

ROWS = read_rows()
RULES = frozenset(
    {
        "accepted",
        "action required",
        "bounces",
        "bulk",
        "callbacks",
        "cancel",
        "chain",
        "clean-up",
        "changed data",
        "covers",
        "early",
        "epochs",
        "erasure",
        "files",
        "holds",
        "hot folders",
        "lanes",
        "messages",
        "misconfigured",
        "next sign",
        "order of events",
        "pace",
        "partial failure",
        "pause",
        "reminders",
        "reopening",
        "replacement",
        "retrigger",
        "retry",
        "routes",
        "scheduling",
        "send again",
        "settle",
        "skip",
        "texting",
        "status lane",
        "test and live",
        "turned off",
        "undo",
        "unknown",
    }
)


def steps_of(text: str) -> Iterator[str]:
    yield text
    if text.startswith("answers "):
        for says in read_answers(text.removeprefix("answers ")).says:
            if says.meanwhile:
                yield from steps_of(says.meanwhile)


def test_every_rule_has_rows_and_no_row_stands_outside_the_rules() -> None:
    assert {row.rule for row in ROWS} == RULES


def test_no_two_rows_of_a_rule_have_the_same_name() -> None:
    names = Counter((row.rule, row.name) for row in ROWS)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_hold_is_seen_standing() -> None:
    named = " ".join(" ".join(row.deliveries.values()) for row in ROWS)
    assert [kind for kind in ObstacleKind if kind.is_hold and kind not in named] == []


def test_every_state_that_a_delivery_can_rest_in_is_seen() -> None:
    named = " ".join(" ".join(row.deliveries.values()) for row in ROWS)
    assert {state for state in DeliveryState if state not in named} == {DeliveryState.RUNNING}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule}: {row.name}")
def test_every_step_of_a_row_exists(row: Row) -> None:
    for text in (*row.given, *row.when):
        for step in steps_of(text):
            assert read_step(step, STEPS).act in STEPS


def test_a_step_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no step 'gilded'"):
        read_step("gilded", STEPS)


def test_an_answer_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no answer 'perhaps'"):
        read_answers("notify: perhaps")


@pytest.mark.parametrize(
    ("expected", "found", "verdict"),
    [
        ("done", "done", True),
        ("done", "failed", False),
        ("held: unpaid, blocked", "held: blocked, unpaid", True),
        ("held: unpaid", "held: blocked, unpaid", False),
        ("held: blocked, unpaid", "held: unpaid", False),
        ("held", "held: blocked", True),
        ("held", "ready", False),
        ("none | cancelled", "none", True),
        ("none | cancelled", "ready", False),
    ],
)
def test_a_state_is_met_exactly(expected: str, found: str, verdict: bool) -> None:
    assert meets(expected, found) is verdict


def test_the_page_shows_every_row_under_its_rule() -> None:
    page = render_markdown(ROWS)

    for row in ROWS:
        section = page.split(f"\n## {row.rule[:1].upper()}{row.rule[1:]}\n")[1].split("\n## ")[0]
        assert f"### {row.name}\n" in section
