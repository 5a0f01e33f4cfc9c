"""The pieces of Markdown that generated pages are made of."""

import json
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, drop_empty: bool = False) -> str:
    """Write a table; cells may hold Markdown, but no line breaks. `drop_empty` leaves out columns that say nothing."""
    body = [list(row) for row in rows]
    kept = [at for at in range(len(head)) if not drop_empty or any(row[at] for row in body)]
    lines = [[head[at] for at in kept], ["---"] * len(kept), *([row[at] for at in kept] for row in body)]
    return "\n".join(f"| {' | '.join(cell(text) for text in line)} |" for line in lines) + "\n"


def cell(text: str) -> str:
    """Make text fit into a table's cell."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: object) -> str:
    """Set text as code; empty text stays empty."""
    return f"`{text}`" if str(text) else ""


def json_block(value: object) -> str:
    """Show a value as JSON."""
    return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```\n"


def folded(summary: str, content: str) -> str:
    """Put content behind a line that opens it."""
    return f"<details><summary>{summary}</summary>\n\n{content}\n</details>\n"


def anchor(name: str) -> str:
    """Give what follows a name that other pages can link to."""
    return f"({name})=\n"


def prose(docstring: str | None) -> str:
    """Write a docstring as Markdown: without its indentation, headings left out."""
    lines = (docstring or "").strip().splitlines()
    rest = [line for line in lines[1:] if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in rest), default=0)
    return "\n".join([*lines[:1], *(line[margin:] if line.strip() else "" for line in lines[1:])])
