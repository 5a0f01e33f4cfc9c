"""Filters that write dates, amounts and numbers as the reader's language does (Babel, CLDR)."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from printhub.core.render.budget import NotOffered
from printhub.core.render.text_of import text_of

_BUTTON = re.compile(r"(\S[^:\n]{0,58}?[^\s:]) ?: (https?://\S+)")
"""What stands alone in its paragraph and is to be pressed."""


def filters() -> dict[str, Callable[..., Any]]:
    """The filters by name; each finds language and time zone among the facts of the message."""
    return {
        "date": _date,
        "body": _body,
        "datetime": _datetime,
        "first_word": lambda text: text_of(text).partition(" ")[0],
        "last_words": lambda text: text_of(text).partition(" ")[2],
        "lines": _lines,
        "money": _money,
        "number": _number,
        "plural": _plural,
        "time": _time,
    }


def locale_of(language: str) -> Locale:
    """The locale of a BCP 47 tag, or of its first part; English for one that nobody knows."""
    for tag in (language, language.partition("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


@pass_context
def _date(context: Context, value: object, length: str = "long") -> str:
    return format_date(_day(context, value), _length(length), locale=_locale(context))


@pass_context
def _datetime(context: Context, value: object, length: str = "medium") -> str:
    return format_datetime(_moment(context, value), _length(length), locale=_locale(context))


@pass_context
def _time(context: Context, value: object, length: str = "short") -> str:
    return format_time(_moment(context, value), _length(length), locale=_locale(context))


@pass_context
def _money(context: Context, value: object) -> str:
    if not isinstance(value, Mapping) or not {"amount", "currency"} <= value.keys():
        raise NotOffered("the filter `money` takes an amount with its currency")
    return format_currency(Decimal(str(value["amount"])), str(value["currency"]), locale=_locale(context))


@pass_context
def _number(context: Context, value: object) -> str:
    return format_decimal(Decimal(text_of(value)), locale=_locale(context))


@pass_context
def _plural(context: Context, count: int, **forms: str) -> str:
    """The form of a number by the plural rules of the language (`one`, `few`, `other` …); {n} is the number."""
    if "other" not in forms:
        raise NotOffered("the filter `plural` needs the form `other`")
    form = forms.get(_locale(context).plural_form(count), forms["other"])
    return form.replace("{n}", _number(context, count))


@pass_context
def _lines(context: Context, jobs: Any) -> str:  # noqa: ANN401 - a list of jobs
    """Order lines as a list, one a line: `- 500 × Flyer A5, 89,00 €`."""
    rows = [(_number(context, job["quantity"]), job["product"] or job["number"], _price(context, job)) for job in jobs]
    return "\n".join(f"- {quantity} × {product}{', ' + price if price else ''}" for quantity, product, price in rows)


def _body(text: object) -> Markup:
    """Plain text as HTML: paragraphs, lists of lines with `- `, and `Label: https://…` alone as a button."""
    pieces = re.split(r"\n[ \t]*\n", text_of(text).replace("\r\n", "\n"))
    return Markup("").join(_block(piece.strip()) for piece in pieces if piece.strip())


def _block(piece: str) -> Markup:
    lines = piece.split("\n")
    if all(line.startswith("- ") for line in lines):
        return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(line[2:]) for line in lines))
    button = _BUTTON.fullmatch(piece)
    if button is not None:
        return Markup('<p><a class="button" href="{}">{}</a></p>').format(button[2], button[1].rstrip())
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines))


def _price(context: Context, job: Mapping[str, Any]) -> str:
    return _money(context, job["price"]) if job.get("price") else ""


def _locale(context: Context) -> Locale:
    return locale_of(str(context.get("language", "en")))


def _moment(context: Context, value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(text_of(value))
    except ValueError as error:
        raise NotOffered("this is no moment, such as order.placed_on or now") from error
    return moment.astimezone(ZoneInfo(str(context.get("time_zone", "UTC"))))


def _day(context: Context, value: object) -> date:
    text = text_of(value)
    try:
        return date.fromisoformat(text) if len(text) == 10 else _moment(context, text).date()
    except ValueError as error:
        raise NotOffered("this is no date, such as order.placed_on or statement.due_on") from error


def _length(length: str) -> Any:  # noqa: ANN401 - the words that Babel takes
    if length not in ("short", "medium", "long", "full"):
        raise NotOffered("dates are short, medium, long or full")
    return length
