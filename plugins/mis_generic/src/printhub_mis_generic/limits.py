"""The MIS's own limits, checked before anything is sent."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue

from printhub import AdapterConfig, Rejected, Verb
from printhub_mis_generic.query import Query
from printhub_mis_generic.templates import Facts, Pen, Template


def _pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


class Limit(AdapterConfig):
    """A limit on one field. A job that breaks it is refused, naming field and limit, never the value."""

    field: Query
    """Where it stands in the facts, such as `order.delivery_address.name`; of a list each entry is checked."""
    value: Template | None = None
    """What is checked instead, where the MIS gets something that is put together; `field` is its name then."""
    required: bool = False
    """Whether it must be there, and not be empty."""
    max_length: Annotated[int, Field(ge=1)] | None = None
    """How many characters it may have."""
    pattern: Annotated[str, AfterValidator(_pattern)] | None = None
    """A regular expression that all of it must match, where it is not empty."""
    verbs: frozenset[Verb] = frozenset({Verb.NOTIFY, Verb.UPDATE})
    """The verbs that it is checked before."""


def check(limits: tuple[Limit, ...], verb: Verb, facts: Facts, pen: Pen) -> None:
    """Raise Rejected naming all limits that the job breaks."""
    broken = [
        f"{limit.field} {breach}" for limit in limits if verb in limit.verbs for breach in _breaches(limit, facts, pen)
    ]
    if broken:
        raise Rejected(f"The MIS would not take this job: {'; '.join(dict.fromkeys(broken))}.")


def _breaches(limit: Limit, facts: Facts, pen: Pen) -> Iterator[str]:
    values = _values(limit, facts, pen)
    if limit.required and not (values and all(values)):
        yield "is missing"
    for value in filter(None, values):
        if limit.max_length is not None and len(value) > limit.max_length:
            yield f"has more than {limit.max_length} characters"
        elif limit.pattern is not None and not re.fullmatch(limit.pattern, value):
            yield f"does not match {limit.pattern}"


def _values(limit: Limit, facts: Facts, pen: Pen) -> list[str]:
    if limit.value is not None:
        return [pen.text(f"limits.{limit.field}", limit.value, facts)]
    found: JsonValue = limit.field(dict(facts))
    return ["" if value is None else str(value) for value in (found if isinstance(found, list) else [found])]
