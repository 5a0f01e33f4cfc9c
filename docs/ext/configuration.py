"""The reference of printhub.toml, and of the settings of our plugins."""

from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.ext.markdown import code, prose, table
from printhub.core.settings import SettingDoc, describe, example
from printhub.core.settings.fields import choices, is_model
from printhub_email_smtp.config import EmailSmtpConfig
from printhub_hot_folder.config import HotFolderConfig
from printhub_mis_generic.config import MisGenericConfig
from printhub_payment_stripe.config import PaymentStripeConfig
from printhub_sms.config import SmsConfig
from printhub_status_webhook.config import StatusWebhookConfig


def configuration() -> str:
    """Write all settings of the file, a table for each section."""
    sections: dict[str, list[SettingDoc]] = {}
    for setting in describe():
        sections.setdefault(setting.path.rpartition(".")[0], []).append(setting)
    return "\n".join(f"## {_heading(section)}\n\n{_settings(section, rows)}" for section, rows in sections.items())


def starter() -> str:
    """Show the file that `printhub init` writes."""
    return f"```toml\n{example()}```\n"


def mis_generic() -> str:
    """Write all settings of the mis_generic adapter, a section for each table, each kind of table once."""
    seen: set[type[BaseModel]] = set()
    return "\n".join(_tables(MisGenericConfig, "config", seen))


def status_webhook() -> str:
    """Write all settings of the status_webhook adapter."""
    return "\n".join(_tables(StatusWebhookConfig, "config", set()))


def email_smtp() -> str:
    """Write all settings of the email_smtp adapter."""
    return "\n".join(_tables(EmailSmtpConfig, "config", set()))


def hot_folder() -> str:
    """Write all settings of the hot_folder adapter, a section for each table."""
    return "\n".join(_tables(HotFolderConfig, "config", set()))


def payment_stripe() -> str:
    """Write all settings of the payment_stripe adapter."""
    return "\n".join(_tables(PaymentStripeConfig, "config", set()))


def sms() -> str:
    """Write all settings of the sms adapter, a section for each table."""
    return "\n".join(_tables(SmsConfig, "config", set()))


def _heading(section: str) -> str:
    double = section.endswith("[]")
    return f"`[[{section.removesuffix('[]')}]]`" if double else f"`[{section}]`"


def _settings(section: str, rows: list[SettingDoc]) -> str:
    return table(
        ["setting", "type", "default", "meaning"],
        [
            [
                code(row.path.removeprefix(f"{section}.")),
                _words(row.type),
                "**required**" if row.default is None else code(row.default),
                row.meaning,
            ]
            for row in rows
        ],
    )


def _words(type_: str) -> str:
    return ", ".join(code(word) for word in type_.split(", ")) if type_.startswith('"') else type_


def _tables(model: type[BaseModel], path: str, seen: set[type[BaseModel]]) -> list[str]:
    if model in seen:
        return []
    seen.add(model)
    written = [f"### `{path}`\n\n{prose(model.__doc__)}\n\n{_table(model)}"]
    for name, field in model.model_fields.items():
        for step, inner in _inner(field):
            written += _tables(inner, f"{path}.{name}{step}{_form(inner)}", seen)
    return written


def _table(model: type[BaseModel]) -> str:
    known = {row.path: row for row in describe(model)}
    rows = []
    for name, field in model.model_fields.items():
        row = known.get(name)
        inner = _inner(field)
        type_ = "list of tables" if any(step == "[]" for step, _ in inner) else "table" if inner else ""
        default = "**required**" if field.is_required() else code(row.default or "") if row else ""
        rows.append([code(name), _words(row.type) if row else type_, default, field.description or ""])
    return table(["setting", "type", "default", "meaning"], rows) if rows else "No settings.\n"


def _inner(field: FieldInfo) -> list[tuple[str, type[BaseModel]]]:
    found: list[tuple[str, type[BaseModel]]] = []
    for choice in choices(field.annotation):
        if is_model(choice):
            found.append(("", choice))
            continue
        step = "[]" if get_origin(choice) in (list, tuple) else ".NAME"
        found += [(step, inner) for part in get_args(choice) for inner in choices(part) if is_model(inner)]
    return found


def _form(model: type[BaseModel]) -> str:
    """Tell the forms of one table apart by the word that chooses them."""
    for name in ("type", "mode"):
        field = model.model_fields.get(name)
        if field is not None and get_args(field.annotation):
            return f' ({name} = "{get_args(field.annotation)[0]}")'
    return ""
