"""Files stay small: one noun or one station each."""

from statistics import median

from tests.guards.tree import name, shipped, text

LARGEST = 400
MEDIAN = 120


def test_no_file_has_more_than_400_lines() -> None:
    sizes = {name(path): len(text(path).splitlines()) for path in shipped()}

    assert {path: lines for path, lines in sizes.items() if lines > LARGEST} == {}


def test_the_median_file_has_at_most_120_lines() -> None:
    # An empty __init__.py is no file that anybody reads.
    sizes = [lines for path in shipped() if (lines := len(text(path).splitlines())) > 1]

    assert median(sizes) <= MEDIAN
