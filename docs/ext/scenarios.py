"""The page of the scenario table: the rules of the hub, each of them run as a test."""

from collections import Counter

from tests.scenarios.render import render_markdown
from tests.scenarios.row import read_rows


def scenarios() -> str:
    """Write all rows, a section for each rule."""
    return render_markdown(read_rows()).partition("\n\n")[2].partition("\n\n")[2]


def overview() -> str:
    """Count the rows of each rule."""
    rules = Counter(row.rule for row in read_rows())
    counted = [f"[{rule}](#{rule.replace(' ', '-')}) {count}" for rule, count in rules.items()]
    return f"{rules.total()} scenarios: {' · '.join(counted)}.\n"
