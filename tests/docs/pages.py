"""The documentation as a reader gets it: the pages with their generated places filled, and their code blocks."""

import re
from dataclasses import dataclass
from pathlib import Path

from docs.ext.generated import fill

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^(?P<ticks>```+)(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=ticks)$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its language, or its directive with what stands behind it."""

    page: str
    info: str
    code: str


def sources() -> dict[str, str]:
    """All pages as they are written, README first, by their path."""
    paths = [ROOT / "README.md", *sorted(DOCS.glob("*.md")), *sorted((DOCS / "decisions").glob("*.md"))]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def filled() -> dict[str, str]:
    """All pages with what the code says in the generated places."""
    return {path: fill(text) for path, text in sources().items()}


def blocks(page: str, info: str | None = None) -> list[Block]:
    """The fenced blocks of one page, of one language or directive."""
    found = (Block(page, match["info"].strip(), match["code"]) for match in _FENCE.finditer(sources()[page]))
    return [block for block in found if info in (None, block.info)]
