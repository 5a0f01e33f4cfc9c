"""Filters that give words a form: plain text as HTML, order lines as a list or a table."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from printhub.core.render.text_of import text_of
from printhub.core.templates.colours import legible
from printhub.core.templates.locale import money, number

_BUTTON = re.compile(r"(\S[^:\n]{0,58}?[^\s:]) ?: (https?://\S+)")
"""What stands alone in its paragraph and is to be pressed."""
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_LONGEST_GIST = 140
_BUTTON_HTML = Markup(
    '<table role="presentation" class="button" cellpadding="0" cellspacing="0" border="0">'
    '<tr><td><a href="{}">{}</a></td></tr></table>'
)
_TABLE = Markup(
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin: 0 0 16px">'
    "{}</table>"
)
_ROW = Markup(
    '<tr><td align="right" valign="top" style="padding: 6px 8px 6px 0; white-space: nowrap">{} ×</td>'
    '<td valign="top" style="padding: 6px 8px 6px 0" width="100%">{}</td>'
    '<td align="right" valign="top" style="padding: 6px 0; white-space: nowrap">{}</td></tr>'
)


def filters() -> dict[str, Callable[..., Any]]:
    """The filters by name."""
    return {
        "body": _body,
        "first_word": lambda text: text_of(text).partition(" ")[0],
        "gist": _gist,
        "last_words": lambda text: text_of(text).partition(" ")[2],
        "legible": legible,
        "lines": _lines,
    }


@pass_context
def _lines(context: Context, jobs: Any) -> str:  # noqa: ANN401 - a list of jobs
    """Order lines: a table in HTML files, elsewhere a list, one a line: `- 500 × Flyer A5, 89,00 €`."""
    rows = [(number(context, job["quantity"]), job["product"] or job["number"], _price(context, job)) for job in jobs]
    if context.eval_ctx.autoescape:
        return _TABLE.format(Markup("").join(_ROW.format(*row) for row in rows))
    return "\n".join(f"- {quantity} × {product}{', ' + price if price else ''}" for quantity, product, price in rows)


def _body(text: object) -> Markup:
    """Plain text as HTML: paragraphs, lists of lines with `- `, and `Label: https://…` alone as a button."""
    return Markup("").join(_block(piece) for piece in _paragraphs(text))


def _gist(text: object) -> str:
    """What a list of mails shows beside the subject: the first paragraph that is not the greeting, in one line."""
    pieces = [" ".join(piece.split()) for piece in _paragraphs(text)]
    gist = next((piece for piece in pieces if not piece.endswith(",")), "")
    return gist if len(gist) <= _LONGEST_GIST else f"{gist[: _LONGEST_GIST - 1].rpartition(' ')[0]}…"


def _paragraphs(text: object) -> list[str]:
    pieces = _PARAGRAPHS.split(text_of(text).replace("\r\n", "\n"))
    return [piece.strip() for piece in pieces if piece.strip()]


def _block(piece: str) -> Markup:
    lines = piece.split("\n")
    if all(line.startswith("- ") for line in lines):
        return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(line[2:]) for line in lines))
    button = _BUTTON.fullmatch(piece)
    if button is not None:
        return _BUTTON_HTML.format(button[2], button[1].rstrip())
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines))


def _price(context: Context, job: Mapping[str, Any]) -> str:
    return money(context, job["price"]) if job.get("price") else ""
