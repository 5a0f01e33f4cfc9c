"""What the page about the bus says of its tests is true."""

import re

from tests.docs.pages import ROOT, sources

PAGE = sources()["docs/bus.md"]
ROWS = re.findall(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)


def test_everything_that_can_go_wrong_has_its_test_or_a_reason() -> None:
    assert [int(number) for number, *_ in ROWS] == list(range(1, 23))
    assert [number for number, *_, shown in ROWS if not re.search(r"`test_\w+`|^none: \w", shown)] == []


def test_every_test_that_is_named_is_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", PAGE))

    assert named
    assert [test for test in sorted(named) if f"def {test}(" not in code] == []
