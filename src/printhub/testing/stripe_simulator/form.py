"""Form bodies and queries with nested keys, as Stripe's API takes them: `metadata[order]=7`, `expand[]=charge`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from printhub.testing.stripe_simulator.refusal import Refusal

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_INNER = re.compile(r"\[([^\[\]]*)\]")

Form = Mapping[str, Any]
"""Text, or forms again; what was a list has its places as keys: `{"0": …}`."""


def read_form(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Put the pairs of a form together; raises Refusal for a key that is none, or that is both a text and a form."""
    form: dict[str, Any] = {}
    for key, value in pairs:
        matched = _KEY.fullmatch(key)
        if matched is None:
            raise _malformed(key)
        *outer, last = [matched[1], *_INNER.findall(matched[2])]
        place = form
        for name in outer:
            place = place.setdefault(name or str(len(place)), {})
            if not isinstance(place, dict):
                raise _malformed(key)
        place[last or str(len(place))] = value
    return form


def integer(form: Form, name: str) -> int | None:
    """A whole number of the form, None where it has none; raises Refusal for anything else."""
    value = form.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,12}", value):
        raise Refusal(400, f"Invalid integer: {name}", code="parameter_invalid_integer", param=name, saved=False)
    return int(value)


def only(form: Form, *known: str) -> None:
    """Raise Refusal for a parameter that is not among those known."""
    for name in form:
        if name not in {*known, "expand"}:
            raise Refusal(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name, saved=False)


def _malformed(key: str) -> Refusal:
    return Refusal(400, f"Invalid parameter: {key}", param=key, saved=False)
