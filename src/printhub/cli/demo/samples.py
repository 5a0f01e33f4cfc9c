"""What ships with the demo: the storefront's events, the artwork, the configuration, and where each job has to end."""

import json
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from pydantic import JsonValue

from printhub.core.model.deliveries import DeliveryState
from printhub.core.model.record import Record
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Verb


class ExpectedJob(Record):
    """What one job shows, and where it has to end."""

    story: str
    instance: str
    status: JobStatus
    deliveries: dict[Verb, DeliveryState]
    passes: tuple[JobStatus, ...]
    """Statuses that the history has to show, in this order; others may stand between them."""
    tickets: int
    artwork: tuple[str, ...]


class Expected(Record):
    """The table of endings, by the storefront's job id."""

    jobs: dict[str, ExpectedJob]


def data() -> Traversable:
    """The folder of the shipped files."""
    return files("printhub.cli.demo") / "data"


def expected(path: Path | None = None) -> Expected:
    """Read the shipped table of endings, or another one."""
    table = path or data() / "jobs.toml"
    return Expected.model_validate(tomllib.loads(table.read_text("utf-8")))


def artwork() -> dict[str, bytes]:
    """The shipped PDF files by name."""
    return {entry.name: entry.read_bytes() for entry in (data() / "artwork").iterdir() if entry.name.endswith(".pdf")}


def events(name: str, folder: Path) -> list[dict[str, JsonValue]]:
    """The storefront's events of one file, with their artwork lying in `folder`."""
    text = Template((data() / "events" / f"{name}.json").read_text("utf-8"))
    found: list[dict[str, JsonValue]] = json.loads(text.substitute(artwork=folder.as_uri()))
    return found


def configuration(*, press: str, foil: str) -> str:
    """The text of the demo's printhub.toml, for the addresses of the two MISs."""
    return Template((data() / "printhub.toml").read_text("utf-8")).substitute(press=press, foil=foil)
