"""Blackens an instance's own secrets in whatever text comes back, in case the partner repeats them."""

from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel, SecretBytes, SecretStr

_SHORTEST = 4
"""A secret shorter than this would blacken half of every text."""


class Blackener:
    """Replaces secrets by asterisks."""

    def __init__(self, config: object) -> None:
        """Know every SecretStr and SecretBytes in a configuration, however deep."""
        self._secrets = sorted({s for s in _secrets(config) if len(s) >= _SHORTEST}, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text without any of the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def _secrets(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, SecretBytes):
        yield value.get_secret_value().decode(errors="replace")
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name))
    elif isinstance(value, Mapping):
        yield from _secrets(list(value.values()))
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for item in value:
            yield from _secrets(item)
