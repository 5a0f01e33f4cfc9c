"""Structured logs on standard error: JSON lines for machines, readable on a terminal, without secrets in either.

The code logs by the standard library; what a line is about (`instance`, `delivery_id`, `event_id`, `trace_id`) is bound
where the work begins, or given as `extra`, and stands in fields of its own.
"""

import contextlib
import logging
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, TextIO
from urllib.parse import unquote, urlsplit

import structlog
from pydantic import BaseModel, SecretBytes, SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from printhub.core.http.redaction import MASK, masked_text
from printhub.core.settings import LogLevel, Settings

_TALKATIVE = ("kombu", "amqp", "urllib3")
_TOLD_ANYWAY = ("paramiko",)
"""Whose errors are raised as well, and logged by whoever made the call: no traceback for each broken connection."""
_OURS = frozenset({"level", "logger", "timestamp"})
_NAMED = re.compile(
    r"(?i)\b([\w-]*(?:token|secret|password|passwd|api[_-]?key|authorization|cookie)[\"']?\s{0,3}[=:]\s{0,3})"
    r"(?!\[masked)(\"[^\"]*\"|'[^']*'|[^\s,;)}\]]+)"
)
_QUOTED = re.compile(r"input_value=.*?(?=, input_type=\w+\])", re.DOTALL)
"""What pydantic repeats of the input in its errors: it may be anything."""
_SHORTEST = 6
"""A secret shorter than this would take too much else out of the logs."""


def log_to(stream: TextIO, level: LogLevel, *, secrets: Collection[str] = (), readable: bool | None = None) -> None:
    """Send all logs of this process to `stream`; call it before the first thread starts."""
    if readable is None:
        readable = stream.isatty()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Redaction(frozenset(secret for secret in secrets if len(secret) >= _SHORTEST)),
    ]
    last: Processor = structlog.processors.JSONRenderer()
    if readable:
        last = structlog.dev.ConsoleRenderer(colors=not os.environ.get("NO_COLOR"))
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    for name in _TOLD_ANYWAY:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def secrets_of(settings: Settings) -> Iterator[str]:
    """Every secret that the configuration holds; of an address its password too, as written and as drivers quote it."""
    for secret in _secrets(settings):
        yield secret
        with contextlib.suppress(ValueError):
            if password := urlsplit(secret).password:
                yield from {password, unquote(password)}


@dataclass(frozen=True, slots=True)
class Redaction:
    """Takes secrets and personal data out of everything that a log line says."""

    secrets: frozenset[str] = frozenset()

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:  # noqa: ARG002 - structlog's interface
        """Mask the values of one line."""
        return {key: value if key in _OURS else self.masked(value) for key, value in event.items()}

    def masked(self, value: Any) -> Any:  # noqa: ANN401 - whatever is logged
        """The value without what nobody may read in a log."""
        if isinstance(value, str):
            for secret in self.secrets:
                value = value.replace(secret, MASK)
            return _NAMED.sub(rf"\1{MASK}", masked_text(_QUOTED.sub(f"input_value={MASK}", value)))
        if isinstance(value, dict):
            return {key: self.masked(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.masked(inner) for inner in value]
        return value if isinstance(value, int | float | None) else self.masked(str(value))


def _secrets(value: object) -> Iterator[str]:
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case SecretBytes():
            yield value.get_secret_value().decode(errors="replace")
        case BaseModel():
            for name in type(value).model_fields:
                yield from _secrets(getattr(value, name))
        case dict():
            for inner in value.values():
                yield from _secrets(inner)
        case list() | tuple():
            for inner in value:
                yield from _secrets(inner)
        case _:
            pass
