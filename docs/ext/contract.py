"""The contract between hub and adapters: classes, verbs, messages, reports, signals and outcome table."""

import inspect
import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

import printhub
from docs.ext.fields import fields
from docs.ext.markdown import anchor, code, prose, table
from printhub.core.channels.catalogue import all_channels
from printhub.core.channels.channel import Channel, Told, Turn
from printhub.core.model import signals as signal_module
from printhub.core.model.adapter import Adapter
from printhub.core.model.verbs import Verb
from printhub.core.plugin import specs

_MODULES = re.compile(r"\b(?:[a-z_]\w*\.)+(?=[A-Za-z])")

KINDS: tuple[type[Adapter[Any]], ...] = (
    printhub.MisAdapter,
    printhub.EmailAdapter,
    printhub.SmsAdapter,
    printhub.PaymentAdapter,
    printhub.FileAdapter,
    printhub.StatusAdapter,
)


def hooks() -> str:
    """Write every hook that a plugin may implement."""
    found = [value for value in vars(specs).values() if getattr(value, f"{specs.PROJECT}_spec", None) is not None]
    return "\n".join(f"{_signature(hook)}\n{prose(hook.__doc__)}\n" for hook in found)


def adapter() -> str:
    """Write what all adapter classes share."""
    parts = [prose(Adapter.__doc__), ""]
    methods = (Adapter.__init__, Adapter.verbs, Adapter.effect, Adapter.close)
    parts += [f"{_signature(method)}\n{prose(method.__doc__)}\n" for method in methods]
    return "\n".join(parts)


def kinds() -> str:
    """Write the class, the message and the verbs of each kind."""
    return "\n".join(_kind(kind) for kind in KINDS)


def outcomes() -> str:
    """Write what each turn of each verb writes into a job's history, as the channels answer it."""
    turns = (Turn.STARTED, Turn.DONE, Turn.ACCEPTED, Turn.ACTION_REQUIRED, Turn.FAILED, Turn.RETRIGGERED)
    rows = [
        [code(f"{channel.kind}.{verb}"), *(_told(channel, verb, turn) for turn in turns)]
        for channel in all_channels()
        for verb in channel.verbs
    ]
    return table(["kind.verb", *(turn.replace("_", " ") for turn in turns)], rows)


def call() -> str:
    """Write what a verb's second argument offers."""
    parts = [prose(printhub.Call.__doc__), ""]
    parts += [
        f"- `call.{name}`: {prose(member.__doc__)}"
        for name in ("remaining", "sending", "before")
        for member in [inspect.getattr_static(printhub.Call, name)]
    ]
    parts += ["", _signature(printhub.Http.request, "call.http.request"), prose(printhub.Http.request.__doc__), ""]
    return "\n".join(parts)


def report() -> str:
    """Write the fields of a report, and the words that make one."""
    makers = ("done", "accepted", "action_required", "partial", "skipped")
    rows = [
        [code(f"Report.{name}{_arguments(getattr(printhub.Report, name))}"), getattr(printhub.Report, name).__doc__]
        for name in makers
    ]
    return f"{table(['answer', 'meaning'], rows)}\n{fields(printhub.Report)}"


def findings() -> str:
    """Write what a lookup answers."""
    classes = (printhub.Found, printhub.Absent, printhub.CannotTell)
    return table(["answer", "meaning"], [[code(found.__name__), found.__doc__ or ""] for found in classes])


def signals() -> str:
    """Write every signal with its own fields."""
    shared = signal_module.Signal
    kinds = [value for value in vars(signal_module).values() if _is_signal(value)]
    written = [f"### Every signal\n\n{prose(shared.__doc__)}\n\n{fields(shared)}"]
    written += [f"### {signal.__name__}\n\n{prose(signal.__doc__)}\n\n{_own(signal, shared)}" for signal in kinds]
    return "\n".join(written)


def inbound() -> str:
    """Write the two ways in which a partner's own words come in."""
    methods = (printhub.ReceivesWebhooks.verify, printhub.ReceivesWebhooks.read, printhub.Polls.poll)
    return "\n".join(f"{_signature(method)}\n{prose(method.__doc__)}\n" for method in methods)


def _kind(kind: type[Adapter[Any]]) -> str:
    channel = next(channel for channel in all_channels() if channel.kind is kind.kind)
    verbs = [method for name in Verb if (method := vars(kind).get(name)) is not None]
    parts = [f"{anchor(f'kind-{kind.kind}')}### {kind.__name__}\n", prose(kind.__doc__), ""]
    parts += [f"{_signature(verb)}\n{prose(verb.__doc__)}\n" for verb in verbs]
    parts += [f"**{channel.message.__name__}.** {prose(channel.message.__doc__)}\n", fields(channel.message)]
    return "\n".join(parts)


def _told(channel: Channel, verb: Verb, turn: Turn) -> str:
    return "; ".join(_named(told) for told in channel.statuses(verb, turn, "")) or "–"


def _named(told: Told) -> str:
    label = f" {told.label}" if told.label else ""
    return f"`{told.status}{label}`{', staff told' if told.staff else ''}"


def _is_signal(value: object) -> bool:
    root = signal_module.Signal
    return inspect.isclass(value) and issubclass(value, root) and value is not root


def _own(signal: type[BaseModel], shared: type[BaseModel]) -> str:
    own = {name: field for name, field in signal.model_fields.items() if name not in shared.model_fields}
    rows = [[code(name), field.description or ""] for name, field in own.items()]
    return table(["field", "meaning"], rows) if rows else "No fields of its own.\n"


def _signature(function: Callable[..., Any], name: str = "") -> str:
    return f"```python\ndef {name or function.__name__}{_arguments(function, types=True)}\n```\n"


def _arguments(function: Callable[..., Any], *, types: bool = False) -> str:
    signature = inspect.signature(function)
    shown = [p.replace(annotation=_shown(p.annotation, types=types)) for p in signature.parameters.values()]
    ending = _shown(signature.return_annotation, types=types)
    return str(signature.replace(parameters=shown, return_annotation=ending))


def _shown(annotation: object, *, types: bool) -> object:
    return _Name(annotation) if types and annotation is not inspect.Signature.empty else inspect.Signature.empty


class _Name:
    """An annotation that shows names without their modules."""

    def __init__(self, annotation: object) -> None:
        self._annotation = annotation

    def __repr__(self) -> str:
        return _MODULES.sub("", inspect.formatannotation(self._annotation)).replace("~", "")
