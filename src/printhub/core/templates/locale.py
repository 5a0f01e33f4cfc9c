"""Filters that write dates, amounts and numbers as the reader's language does (Babel, CLDR)."""

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

from printhub.core.render.budget import NotOffered
from printhub.core.render.text_of import text_of
from printhub.core.templates.languages import chain


def filters() -> dict[str, Callable[..., Any]]:
    """The filters by name; each finds language and time zone among the facts of the message."""
    return {
        "date": _date,
        "datetime": _datetime,
        "money": money,
        "number": number,
        "plural": _plural,
        "time": _time,
    }


def locale_of(language: str) -> Locale:
    """The locale of a BCP 47 tag, or of a wider one; English for one that nobody knows."""
    for tag in chain([language]):
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
def money(context: Context, value: object) -> str:
    """An amount with the decimals of its currency, as in `12,50 €`; takes Money as it is dumped."""
    if not isinstance(value, Mapping) or not {"amount", "currency"} <= value.keys():
        raise NotOffered("the filter `money` takes an amount with its currency")
    return format_currency(Decimal(str(value["amount"])), str(value["currency"]), locale=_locale(context))


@pass_context
def number(context: Context, value: object) -> str:
    """A number, as in `1.500`."""
    return format_decimal(Decimal(text_of(value)), locale=_locale(context))


@pass_context
def _plural(context: Context, count: int, **forms: str) -> str:
    """The form of a number by the plural rules of the language (`one`, `few`, `other` …); {n} is the number."""
    if "other" not in forms:
        raise NotOffered("the filter `plural` needs the form `other`")
    form = forms.get(_locale(context).plural_form(count), forms["other"])
    return form.replace("{n}", number(context, count))


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
