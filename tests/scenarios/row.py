"""The rows of the scenario table, read from scenarios.toml and checked for their form."""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from printhub.core.model.duration import Duration
from printhub.core.model.record import Record
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Mode
from printhub.core.settings import ProductionOn

TABLE = Path(__file__).with_name("scenarios.toml")

MisVerb = Literal["notify", "manifest", "assets", "cancel", "update", "lookup", "check"]
InstanceName = Literal["mis", "mis2", "folder", "web", "mail", "mail2", "text", "text2"]


class Setup(Record):
    """How the hub of a row differs from the usual one."""

    production_on: ProductionOn = ProductionOn.PAID
    mode: Mode = Mode.LIVE
    """The storefront's mode."""
    instance_mode: Mode = Mode.LIVE
    block_on_checkout: bool = False
    time_zone: str = "UTC"
    """The storefront's."""
    hot_folders: bool = False
    """Whether the storefront has hot folders."""
    files: Literal["stay", "copied", "missing"] = "stay"
    """Whether files stay at the storefront, are copied from a folder, or are announced but not there."""
    instances: tuple[InstanceName, ...] = ("mis",)
    """The instances that routes lead to: mis and mis2 of kind MIS, folder a hot folder, web the storefront's ear, mail
    and mail2 mail servers, text and text2 SMS providers."""
    notifications: dict[str, dict[str, Any]] = {}
    """What is set for notifications."""
    texting: dict[str, Any] = {}
    """What is set for text messages: quiet hours, how many go."""
    staff: bool = False
    """Whether anybody of the staff gets e-mail."""
    address: bool = True
    """Whether the customer has a postal address."""
    other_email: bool = False
    """Whether the billing address has an e-mail address of its own."""
    routes: Literal["one", "one each", "none"] = "one"
    """One route for all instances, one route for each of them, or none."""
    product_types: tuple[str, ...] = ()
    """The product types that the routes are for; empty for all."""
    verbs: frozenset[MisVerb] = frozenset({"notify", "manifest", "assets", "cancel", "update", "lookup"})
    """The methods that the class of the MIS adapter has."""
    effects: Literal["blind", "keyed", "lookup", "keyed+lookup"] = "keyed+lookup"
    """What makes a repeated call safe at every instance."""
    assets_first: bool = False
    assets_after_manifest: bool = False
    waits_for_accepted: bool = False
    max_per_minute: int | None = None
    """How many calls may begin in a minute at every instance."""
    key_life: Duration = timedelta(hours=24)
    give_up_after: Duration = timedelta(hours=24)
    expect: dict[MisVerb | Literal["place"], Duration] = {}
    """How soon after each verb the partner's next sign is due."""


class Row(Record):
    """One rule: what is given, what happens, and what then holds. A field that is left out is not checked."""

    rule: str
    name: str
    setup: Setup = Setup()
    given: tuple[str, ...] = ()
    when: Annotated[tuple[str, ...], Field(min_length=1)]
    deliveries: dict[str, str] = {}
    messages: dict[str, str] | None = None
    """The messages to people, exactly: notification = state, several of one in their order; "sms shipped" for a text
    message, "shipped to billing" for another address."""
    statuses: tuple[str, ...] | None = None
    current: JobStatus | None = None
    asks: tuple[str, ...] | None = None
    files: dict[str, str] = {}
    keys: dict[str, Literal["same", "new"]] = {}
    published: tuple[str, ...] | None = None
    notice: bool | None = None
    early: int | None = None
    refused: int | None = None
    unattributed: int | None = None
    overdue: tuple[str, ...] | None = None
    """The verbs of J1 whose next sign is overdue at the end."""
    note: str = ""


def read_rows(table: Path = TABLE) -> list[Row]:
    """Read the table; raises ValidationError for a row that is not one."""
    return [Row.model_validate(row) for row in tomllib.loads(table.read_text(encoding="utf-8"))["row"]]
