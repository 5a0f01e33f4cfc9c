"""Filters as operators write them: KEY=VALUE, and moments as 2h or in RFC 3339."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import click
from pydantic import AwareDatetime, TypeAdapter, ValidationError

from printhub.cli.launch import Launch
from printhub.cli.names import instead_of
from printhub.core.flow import retrigger
from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.duration import Duration
from printhub.core.model.jobs import ProductType
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Verb
from printhub.core.store.matching import Wanted

_DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)
_MOMENT: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)


def read_moment(text: str, now: datetime) -> datetime:
    """`2h` is two hours ago, anything else a moment with its zone; raises ValueError."""
    try:
        return now - _DURATION.validate_python(text)
    except (ValidationError, OverflowError):
        pass
    try:
        return _MOMENT.validate_python(text).astimezone(UTC)
    except ValidationError:
        raise ValueError(f"{text!r} is no moment: write 2h or 3d for so long ago, or 2026-11-02T08:30:00Z") from None


class Moment(click.ParamType[datetime]):
    """An option's value that is a moment: how long ago it was, or when."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401 - click's own signature
        """Read it, by the clock of the command."""
        if isinstance(value, datetime):
            return value
        now = ctx.find_object(Launch).now() if ctx else datetime.now(UTC)  # type: ignore[union-attr] # main makes one
        try:
            return read_moment(value, now)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def read_filter(pairs: Sequence[str], now: datetime) -> Wanted:
    """Read the filter of a bulk retrigger; raises UsageError, which names the keys and what a value looks like."""
    given: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if key not in _KEYS or not equals or not text:
            raise click.UsageError(f"--filter {pair}: expected KEY=VALUE with one of these keys:\n{keys()}")
        name = key.replace("-", "_")
        if name in given:
            raise click.UsageError(f"--filter {key} is given twice; all filters have to hold, so nothing could match")
        example, _, read = _KEYS[key]
        try:
            given[name] = read(text, now)
        except ValueError as error:
            raise click.UsageError(f"--filter {pair}: {error}; for example {key}={example}") from None
    return Wanted(**given)


def keys() -> str:
    """The keys with an example of each."""
    return "\n".join(f"    {f'{key}={example}':<30} {meaning}" for key, (example, meaning, _) in _KEYS.items())


def _text(text: str, _now: datetime) -> str:
    return text


def _one_of(words: Sequence[Any], what: str) -> Callable[[str, datetime], Any]:
    known = {str(word).lower(): word for word in words}

    def read(text: str, _now: datetime) -> object:
        if text.lower() not in known:
            raise ValueError(f"{text!r} is no {what}; {instead_of(text, words)}")
        return known[text.lower()]

    return read


def _state(text: str, now: datetime) -> DeliveryState:
    state = DeliveryState(_any_state(text, now))
    if state not in retrigger.REOPENABLE:
        raise ValueError(f"it cannot be retriggered: {retrigger.why_not(state)}")
    return state


_any_state = _one_of(list(DeliveryState), "state")

_KEYS: Mapping[str, tuple[str, str, Callable[[str, datetime], Any]]] = MappingProxyType(
    {
        "state": ("waiting_action", "failed unless it is given; waiting_action or retrying", _state),
        "instance": ("press", "the deliveries to one instance", _text),
        "verb": ("notify", "what is asked of it", _one_of(list(Verb), "verb")),
        "storefront": ("shop", "those of one storefront", _text),
        "fingerprint": ("1f0c5a7d90be42c6", "those that failed of the same", _text),
        "order": ("O-1", "those of one order", _text),
        "product-type": ("MultiPart", "the product type of the job", _one_of(list(ProductType), "product type")),
        "status": ("MisFailed", "the current status of the job", _one_of(list(JobStatus), "status")),
        "since": ("2h", "last tried in the last two hours, or since a moment", read_moment),
        "until": ("2026-11-02T08:30:00Z", "last tried before that moment, or so long ago", read_moment),
    }
)
