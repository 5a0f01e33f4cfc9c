"""The configurations of the README, read as an operator would copy them, and small changes to them."""

import re
import tomllib
from pathlib import Path
from typing import Any

from printhub import Call, Earlier, Report, Verb
from printhub_mis_generic.adapter import MisGeneric
from printhub_mis_generic.config import MisGenericConfig

README = Path(__file__).parent.parent / "README.md"
NOWHERE = "http://127.0.0.1:9"

Settings = dict[str, Any]


def blocks() -> list[Settings]:
    """The `config` tables of the README's TOML examples, in their order."""
    texts = re.findall(r"^```toml\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [tomllib.loads(text)["instances"]["press"]["config"] for text in texts]


def settings(url: str = NOWHERE, **changes: Any) -> Settings:
    """The whole example for a MIS at `url`; a change of None takes a section away."""
    changed = {**blocks()[0], "base_url": url, **changes}
    return {name: value for name, value in changed.items() if value is not None}


def by_url(url: str = NOWHERE, **changes: Any) -> Settings:
    """The README's second way: the notification names URLs and covers the rest."""
    return settings(url, **{**blocks()[2], "manifest": None, "assets": None, "lookup": None, **changes})


def by_folder(path: Path, **changes: Any) -> Settings:
    """The README's third way: a JDF and the artwork through a folder."""
    folder = {**blocks()[3]["folder"], "path": str(path), **changes}
    return {"folder": {name: value for name, value in folder.items() if value is not None}}


def by_multipart(url: str = NOWHERE, **changes: Any) -> Settings:
    """All files in one request of the assets verb."""
    assets = {
        "path": "jobs/{{ reference }}/artwork",
        "success": {"body": "id"},
        "format": "form",
        "body": {"job": "{{ job.id }}", "sizes": {"count": "{{ files | length }}"}},
    }
    artwork = {"mode": "multipart", "arrived": "received"}
    return settings(url, **{"assets": assets, "artwork": artwork, **changes})


def by_slots_of_notify(url: str = NOWHERE, **changes: Any) -> Settings:
    """Notify's own answer opens the slots."""
    return settings(url, **{"assets": None, "artwork": {"mode": "slots", "by": "notify", "slots": "slots"}, **changes})


def adapter(config: Settings) -> MisGeneric:
    """An adapter with these settings."""
    return MisGeneric(MisGenericConfig.model_validate(config))


def notified(reference: str = "MIS-000001") -> dict[Verb, Earlier]:
    """What later calls know of a notification that was taken."""
    return {Verb.NOTIFY: Earlier(reference)}


def remembering(report: Report, verb: Verb, call: Call) -> dict[Verb, Earlier]:
    """What the next call knows after `report` of `verb`."""
    return {**call.earlier, verb: Earlier(report.reference, report.memo, report.parts)}
