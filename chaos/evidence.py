"""What is there to judge by: the store read with the database's own driver, and the files of those around the hub.

Nothing here or in `chaos.checks` imports the hub: a fault of its code must not be repeated by what looks for it.
"""

import importlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

Row = dict[str, Any]

TOLD, HISTORY, FAULTS = "told.jsonl", "history.jsonl", "faults.jsonl"
CALLBACKS, SETTING = "callbacks.jsonl", "setting.json"
FOR_A_PERSON = "a person has to settle it"
"""How the hub words that nothing but a person can settle a call."""
_GROWING = {
    "status_change": "seq, id, job_id, status, label, detail, at, received_at, source, source_id, epoch, opens, "
    "delivery_id",
    "attempt": "id, delivery_id, number, purpose, fence, began_at, ended_at, outcome, stale",
}
"""The tables that only grow, with what is compared of them."""
_TABLES = {
    "event": "seq, id, source, source_id, type, storefront, state, waits_for",
    "job": "id, storefront, number, status, epoch, cancelled",
    "delivery": "seq, id, storefront, instance, verb, subject, run, lane, state, job_id, obstacles, reason, next_at, "
    "asking, settled_by, attempts, fence, worker, reference, composition",
    "removal": "status_change_id",
    "quarantine": "source, source_id, code, reason",
    **_GROWING,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the checks look at."""

    told: list[Row]
    """What the storefronts were told, event by event."""
    tables: Mapping[str, list[Row]]
    """The store's tables as they are at the end; ids are written as UUIDs."""
    seen_before: list[Row]
    """Rows of tables that only grow, as they were read in the course of the run."""
    journals: Mapping[str, list[Row]]
    """By instance, every request that its MIS saw."""
    books: Mapping[str, list[Row]]
    """By instance, every job that its MIS has."""
    effects: Mapping[str, str]
    """By instance, what makes a repeated call safe: `keyed`, `lookup` or `blind`."""
    routes: Mapping[str, list[str]]
    """By storefront, the instances that its jobs go to."""
    assets_last: list[str] = field(default_factory=list)
    """The instances that get the artwork only after the manifest."""
    faults: list[Row] = field(default_factory=list)


def gathered(folder: Path, store: str) -> Evidence:
    """Read everything that a run left in `folder`."""
    setting = json.loads((folder / SETTING).read_text("utf-8"))
    mis = {name: json.loads((folder / f"mis-{name}.json").read_text("utf-8")) for name in setting["effects"]}
    return Evidence(
        told=lines(folder / TOLD),
        tables={table: read(store, table) for table in _TABLES},
        seen_before=lines(folder / HISTORY),
        journals={name: said["journal"] for name, said in mis.items()},
        books={name: said["books"] for name, said in mis.items()},
        effects=setting["effects"],
        routes=setting["routes"],
        assets_last=setting["assets_last"],
        faults=lines(folder / FAULTS),
    )


def lines(path: Path) -> list[Row]:
    """A file of JSON, a value a line; what a kill cut short at its end is left out."""
    if not path.exists():
        return []
    whole = path.read_bytes()
    return [json.loads(line) for line in whole[: whole.rfind(b"\n") + 1].splitlines()]


def read(store: str, table: str) -> list[Row]:
    """All rows of a table."""
    return _rows(store, table, _TABLES[table])


def occupied_lanes(deliveries: Iterable[Row]) -> set[str]:
    """The lanes that a call holds of which only a person can say what became of it."""
    return {d["lane"] for d in deliveries if d["state"] == "unknown" and FOR_A_PERSON in d["reason"]}


def record_history(store: str, path: Path) -> None:
    """Note rows of the tables that only grow which were not noted before."""
    known = {(row["table"], row["row"]["id"]) for row in lines(path)}
    with path.open("a", encoding="utf-8") as file:
        for table, columns in _GROWING.items():
            for row in _rows(store, table, columns):
                if (table, row["id"]) not in known:
                    file.write(json.dumps({"table": table, "row": row}) + "\n")


def _rows(store: str, table: str, columns: str) -> list[Row]:
    names = [name.strip() for name in columns.split(",")]
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = f'SELECT {quoted} FROM "{table}"'  # noqa: S608 - both are written above
    found = _of_postgresql(store, statement) if store.startswith("postgresql") else _of_sqlite(store, statement)
    return [{name: _plain(name, value) for name, value in zip(names, row, strict=True)} for row in found]


def _of_sqlite(store: str, statement: str) -> Iterable[tuple[Any, ...]]:
    with closing(sqlite3.connect(store, timeout=30)) as connection:
        return connection.execute(statement).fetchall()


def _of_postgresql(store: str, statement: str) -> Iterable[tuple[Any, ...]]:
    driver = importlib.import_module("psycopg")  # only where a scaled hub is judged
    with driver.connect(store) as connection:
        rows: list[tuple[Any, ...]] = connection.execute(statement).fetchall()
        return rows


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 - a value of a column
    """The same value for the same thing on every database: UUIDs with hyphens, JSON read, truth as a bool."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str) and (name == "id" or name.endswith("_id") or name in ("settled_by", "worker")):
        return str(UUID(value)) if len(value) == 32 and value.isalnum() else value
    if name == "obstacles" and isinstance(value, str):
        return json.loads(value)
    if name in ("asking", "cancelled", "stale"):
        return bool(value)
    return value
