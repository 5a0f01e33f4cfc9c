"""Plain text taken apart into the paragraphs and lists that a reader sees in it."""

from itertools import groupby
from typing import Literal, TypedDict

_BULLET = "- "


class Block(TypedDict):
    """Lines of a paragraph, or items of a list, each of which may have several lines."""

    kind: Literal["paragraph", "list"]
    items: list[list[str]]


def blocks(text: str) -> list[Block]:
    """Paragraphs and lists of `text` in order; a paragraph has one item.

    Lines that begin with `- ` are items, indented lines after one belong to it. Other indentation is kept by spaces
    that do not collapse.
    """
    found: list[Block] = []
    for blank, lines in groupby(map(str.rstrip, text.split("\n")), key=lambda line: not line):
        if not blank:
            _take_apart(list(lines), found)
    return found


def _take_apart(lines: list[str], found: list[Block]) -> None:
    before: Block | None = None
    for line in lines:
        if line.startswith(_BULLET):
            if before is None or before["kind"] != "list":
                before = _begun("list", found)
            before["items"].append([line.removeprefix(_BULLET).strip()])
        elif before is not None and before["kind"] == "list" and line.startswith("  "):
            before["items"][-1].append(line.strip())
        else:
            if before is None or before["kind"] != "paragraph":
                before = _begun("paragraph", found)
                before["items"].append([])
            before["items"][0].append(_indented(line))


def _begun(kind: Literal["paragraph", "list"], found: list[Block]) -> Block:
    block = Block(kind=kind, items=[])
    found.append(block)
    return block


def _indented(line: str) -> str:
    words = line.lstrip(" ")
    return "\N{NO-BREAK SPACE}" * (len(line) - len(words)) + words
