"""A small run in which everything is right: two jobs at a keyed MIS, one that may be asked, and one that is blind."""

from copy import deepcopy
from typing import Any
from uuid import UUID

from chaos.evidence import FOR_A_PERSON, Evidence, Row

SOURCE = "https://shop.example/"
VERBS = {"notify": "MisNotified", "manifest": "MisManifested", "assets": "MisAssetsOk"}


def evidence() -> Evidence:
    """Job J-1S went to `keyed` and `asked`, job J-2P as well; of J-1S at `blind` nobody knows."""
    built = _Run()
    built.order()
    for instance in ("keyed", "asked"):
        built.chain(instance, "J-1S", ("notify", "manifest"))
        built.chain(instance, "J-2P", ("notify", "manifest", "assets"))
    built.doubt("blind", "J-1S")
    built.doubt("blind", "J-2P")
    return Evidence(
        told=built.told,
        tables=built.tables,
        seen_before=[{"table": "status_change", "row": deepcopy(row)} for row in built.tables["status_change"]],
        journals=built.journals,
        books=built.books,
        effects={"keyed": "keyed", "asked": "lookup", "blind": "blind"},
        routes={"shop": ["keyed", "asked", "blind"]},
        assets_last=["asked"],
    )


def only(rows: list[Row], **values: Any) -> Row:
    """The one row that has these values."""
    [found] = [row for row in rows if all(row[name] == value for name, value in values.items())]
    return found


class _Run:
    def __init__(self) -> None:
        self._ids = 0
        self.told: list[Row] = []
        self.tables: dict[str, list[Row]] = {
            name: [] for name in ("event", "job", "delivery", "status_change", "attempt", "removal", "quarantine")
        }
        self.journals: dict[str, list[Row]] = {"keyed": [], "asked": [], "blind": []}
        self.books: dict[str, list[Row]] = {"keyed": [], "asked": [], "blind": []}

    def order(self) -> None:
        said = {"source": SOURCE, "storefront": "shop", "order": "O-1", "said": "accepted", "reason": None}
        jobs = ["J-1S", "J-2P"]
        self.told.append({**said, "id": "1", "type": "printhub.order.placed", "jobs": jobs, "paid": True})
        self.told.append(
            {**said, "id": "2", "type": "printhub.job.changed", "jobs": ["J-1S"], "paid": False} | {"quantity": 5}
        )
        for event in self.told:
            row = {"seq": 1, "id": self._id(), "source": SOURCE, "source_id": event["id"], "type": event["type"]}
            self.tables["event"].append({**row, "storefront": "shop", "state": "applied", "waits_for": None})
        for number in jobs:
            self.tables["job"].append(
                {"id": number, "storefront": "shop", "number": number, "status": "Ordered", "epoch": 1}
            )
            self._write(number, "Ordered", None)

    def chain(self, instance: str, job: str, verbs: tuple[str, ...]) -> None:
        entry = {"job": job, "reference": f"R-{job}", "tickets": 1, "manifests": 1, "artwork_confirmed": True}
        self.books[instance].append({**entry, "updates": 0, "cancelled": False})
        for verb in verbs:
            id_ = self._deliver(instance, job, verb, "done", "")
            for requested in ("slots", "upload") if verb == "assets" else (verb,):
                self._request(instance, job, requested, id_, 200)
            self._write(job, VERBS[verb], id_)

    def doubt(self, instance: str, job: str) -> None:
        id_ = self._deliver(instance, job, "notify", "unknown", f"it timed out; {FOR_A_PERSON}")
        self._request(instance, job, "notify", id_, None)
        for verb in ("manifest", "assets") if job.endswith("P") else ("manifest",):
            self._deliver(instance, job, verb, "held", "notify comes first and is unknown")

    def _deliver(self, instance: str, job: str, verb: str, state: str, reason: str) -> str:
        id_ = self._id()
        row = {"id": id_, "storefront": "shop", "instance": instance, "verb": verb, "subject": job, "run": 1}
        row |= {"lane": f"{instance}/{job}", "state": state, "job_id": job, "reason": reason, "next_at": None}
        row |= {"obstacles": [["predecessor", "notify", ""]] if state == "held" else []}
        self.tables["delivery"].append({**row, "asking": False, "worker": None})
        return id_

    def _request(self, instance: str, job: str, verb: str, key: str, status: int | None) -> None:
        number = len(self.journals[instance]) + 1
        row = {"number": number, "until": number, "verb": verb, "method": "POST", "job": job, "key": key}
        quantity = {"J-1S": 5, "J-2P": 7}[job] if verb == "notify" else None
        self.journals[instance].append({**row, "status": status, "quantity": quantity})

    def _write(self, job: str, status: str, delivery: str | None) -> None:
        at = len(self.tables["status_change"])
        row = {"seq": at, "id": self._id(), "job_id": job, "status": status, "at": at, "received_at": at}
        row |= {"source": "urn:printhub:hub", "source_id": str(at), "epoch": 1, "delivery_id": delivery}
        self.tables["status_change"].append(row)
        only(self.tables["job"], number=job)["status"] = status

    def _id(self) -> str:
        self._ids += 1
        return str(UUID(int=self._ids))
