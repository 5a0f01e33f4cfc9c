"""Adapter classes that do what a Script says, one function for each kind."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from printhub.core.channels.email.adapter import EmailAdapter
from printhub.core.channels.file.adapter import FileAdapter
from printhub.core.channels.mis.adapter import MisAdapter
from printhub.core.channels.payment.adapter import PaymentAdapter
from printhub.core.channels.sms.adapter import SmsAdapter
from printhub.core.channels.status.adapter import StatusAdapter
from printhub.core.model.adapter import Adapter, AdapterConfig
from printhub.core.model.call import Call
from printhub.core.model.record import Message
from printhub.core.model.reports import Finding, Report
from printhub.core.model.verbs import Effect, Verb
from printhub.testing.script import SCRIPTED, Script

Effects = Mapping[Verb, Effect]

MIS_VERBS = ("notify", "manifest", "assets", "cancel", "update", "lookup", "check")


class ScriptedConfig(AdapterConfig):
    """Nothing to configure: the script says it all."""


def scripted_mis(
    script: Script, *, name: str = "scripted", verbs: Collection[str] = MIS_VERBS, effects: Effects | None = None
) -> type[MisAdapter[ScriptedConfig]]:
    """A MIS adapter class with exactly these verbs; without `effects` every verb is BLIND."""
    return cast(type[MisAdapter[ScriptedConfig]], _scripted(MisAdapter, script, name, verbs, effects))


def scripted_email(
    script: Script,
    *,
    name: str = "scripted-email",
    verbs: Collection[str] = ("send", "lookup", "check"),
    effects: Effects | None = None,
) -> type[EmailAdapter[ScriptedConfig]]:
    """An e-mail adapter class; its subject in the script is the recipient."""
    return cast(type[EmailAdapter[ScriptedConfig]], _scripted(EmailAdapter, script, name, verbs, effects))


def scripted_sms(
    script: Script,
    *,
    name: str = "scripted-sms",
    verbs: Collection[str] = ("send", "lookup", "check"),
    effects: Effects | None = None,
) -> type[SmsAdapter[ScriptedConfig]]:
    """A text message adapter class; its subject in the script is the recipient."""
    return cast(type[SmsAdapter[ScriptedConfig]], _scripted(SmsAdapter, script, name, verbs, effects))


def scripted_payment(
    script: Script,
    *,
    name: str = "scripted-payment",
    verbs: Collection[str] = ("refund", "void", "lookup", "check"),
    effects: Effects | None = None,
) -> type[PaymentAdapter[ScriptedConfig]]:
    """A payment gateway adapter class; its subject in the script is the ledger entry."""
    return cast(type[PaymentAdapter[ScriptedConfig]], _scripted(PaymentAdapter, script, name, verbs, effects))


def scripted_file(
    script: Script,
    *,
    name: str = "scripted-file",
    verbs: Collection[str] = ("place", "lookup", "check"),
    effects: Effects | None = None,
) -> type[FileAdapter[ScriptedConfig]]:
    """A hot folder adapter class; its subject in the script is the job."""
    return cast(type[FileAdapter[ScriptedConfig]], _scripted(FileAdapter, script, name, verbs, effects))


def scripted_status(
    script: Script,
    *,
    name: str = "scripted-status",
    verbs: Collection[str] = ("publish", "lookup", "check"),
    effects: Effects | None = None,
) -> type[StatusAdapter[ScriptedConfig]]:
    """A status adapter class; its subject in the script is that of the event, the job."""
    return cast(type[StatusAdapter[ScriptedConfig]], _scripted(StatusAdapter, script, name, verbs, effects))


def _scripted(
    kind: type[Adapter[Any]], script: Script, name: str, verbs: Collection[str], effects: Effects | None
) -> type[Adapter[Any]]:
    if unknown := sorted(set(verbs) - SCRIPTED):
        raise ValueError(f"no adapter has the verbs {unknown}; there are {', '.join(sorted(SCRIPTED))}")
    # What the kind declares as abstract and the script is not to have must be hidden: a verb is a method that is there.
    hidden = {verb: None for verb in SCRIPTED if hasattr(kind, verb)}
    methods = {str(verb): _check if verb == "check" else _method(str(verb)) for verb in verbs}
    body: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": f"Does what the script of `{name}` says.",
        "name": name,
        "Config": ScriptedConfig,
        "effects": dict(effects or {}),
        "script": script,
        **hidden,
        **methods,
    }
    return type(f"Scripted{kind.__name__}", (kind,), body)


def _method(verb: str) -> Callable[[Any, Message, Call], Report | Finding]:
    def method(self: Any, message: Message, call: Call) -> Report | Finding:  # noqa: ANN401 - a class made by `type`
        script: Script = self.script
        return script.play(verb, message, call)

    method.__name__ = verb
    return method


def _check(self: Any, call: Call) -> Report | Finding:  # noqa: ANN401 - a class made by `type`
    script: Script = self.script
    return script.play("check", None, call)
