"""Says in words what is wrong with a configuration: place, key path and what was expected, never a secret."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from printhub.core.settings.fields import Path
from printhub.core.settings.overrides import PREFIX, Known, key_of

_TABLES = {"model_type", "dict_type", "model_attributes_type", "dataclass_type"}
_LISTS = {"tuple_type", "list_type", "set_type", "frozen_set_type"}
_SHORTEST_SECRET = 3
"""A shorter text is not looked for: it occurs in any sentence."""


class Wording:
    """Turns pydantic's errors into problems of the file."""

    def __init__(self, file: str, known: Known, origins: Mapping[Path, str], secrets: Iterable[str]) -> None:
        """`file` and `origins` tell where a value came from; `secrets` may occur in no problem."""
        self._file = file
        self._known = known
        self._origins = origins
        self._secrets = sorted({text for text in secrets if len(text) >= _SHORTEST_SECRET}, key=len, reverse=True)

    def problems(self, error: ValidationError, under: Path = ()) -> Iterator[str]:
        """Yield one text per problem; `under` is the path at which the model that failed stands in the file."""
        for details in error.errors(include_url=False, include_input=False):
            path = self._in_file((*under, *details["loc"]), len(under))
            if not path:
                # What contradicts between sections: each line names its key path itself.
                text = str(details.get("ctx", {}).get("error", details["msg"]))
                yield from (f"{self._file}: {line}" for line in text.splitlines())
            else:
                expected = self._expected(path, details)
                # A validator of a plugin may have put the value into its message.
                yield self.at(path, self._without_secrets(expected) if under else expected)

    def at(self, path: Path, text: str) -> str:
        """Say `text` of a place in the file."""
        return f"{self._origin(path)}: {dotted(path)}: {text}"

    def _in_file(self, path: Path, start: int) -> Path:
        """Leave out what does not stand in the file: where a table has several forms, pydantic names the form too."""
        if not start:
            return path
        found = path[:start]
        for part in path[start:-1]:
            if found not in self._known.tables or (*found, part) in {*self._known.tables, *self._known.by_path}:
                found = (*found, part)
        return (*found, *path[max(start, len(path) - 1) :])

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "(secret)")
        return text

    def _origin(self, path: Path) -> str:
        lengths = range(len(path), 0, -1)
        return next((self._origins[path[:n]] for n in lengths if path[:n] in self._origins), self._file)

    def _expected(self, path: Path, details: Mapping[str, Any]) -> str:
        kind, message = str(details["type"]), str(details["msg"])
        if kind == "missing":
            if path in self._known.by_path and self._known.by_path[path].secret:
                key = key_of(path)
                return f"missing; expected it here, as {PREFIX}{key} or as the secret file {key.lower()}"
            return "missing; expected a value"
        if kind == "extra_forbidden":
            return f"unknown key{self._meant(path)}"
        if kind == "value_error":
            return str(details.get("ctx", {}).get("error", message))
        if kind in _TABLES:
            return "expected a table"
        if kind in _LISTS:
            return "expected a list"
        return message.replace("Input should be", "expected", 1)

    def _meant(self, path: Path) -> str:
        depth = len(path) - 1
        siblings = {str(p[depth]) for p in self._known.by_path if p[:depth] == path[:depth] and len(p) > depth}
        if depth == 0:
            siblings = {"hub", "files", "storefronts", "instances", "routes"}
        if path[:1] == ("instances",) and depth == 2:
            siblings |= {"adapter", "config"}
        close = difflib.get_close_matches(str(path[-1]), siblings, n=1)
        if close:
            return f'; did you mean "{close[0]}"?'
        return f"; expected one of: {', '.join(sorted(siblings))}" if siblings else ""


def dotted(path: Path) -> str:
    """Write a path as people do: `instances.acme.config.token`, `routes[0].instances`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part != "[key]":
            text += f".{part}" if text else part
    return text
