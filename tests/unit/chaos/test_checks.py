"""The checker of the kill suite: right evidence passes, and every kind of wrong is found and named."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from chaos import checks, current, evidence, settled
from chaos.checks import CHECKS, violations
from chaos.evidence import Evidence
from tests.unit.chaos.good import evidence as good
from tests.unit.chaos.good import only

Falsify = Callable[[Evidence], object]


def _delivery(run: Evidence, instance: str, job: str, verb: str) -> evidence.Row:
    return only(run.tables["delivery"], instance=instance, subject=job, verb=verb)


def _again(run: Evidence, instance: str, *, answered_before: int | None = None, **changes: object) -> None:
    """The MIS saw its first request once more, after all others."""
    journal = run.journals[instance]
    journal[0]["status"] = answered_before
    last = len(journal) + 1
    journal.append({**journal[0], "number": last, "until": last, **changes})


def _side_by_side(run: Evidence) -> None:
    run.journals["keyed"][0]["until"] = 2


def _assets_before_manifest(run: Evidence) -> None:
    journal = run.journals["asked"]
    for seen in [seen for seen in journal if seen["job"] == "J-2P" and seen["verb"] == "manifest"]:
        journal.remove(seen)


def _manifest_before_notify(run: Evidence) -> None:
    journal = run.journals["keyed"]
    journal.remove(only(journal, job="J-1S", verb="notify"))


WRONG: list[tuple[str, str, Falsify]] = [
    ("accepted events", "an accepted event is gone", lambda run: run.tables["event"].pop()),
    ("accepted events", "it is there twice", lambda run: run.tables["event"].append(run.tables["event"][0])),
    ("accepted events", "it was never applied", lambda run: run.tables["event"][0].update(state="early")),
    ("accepted events", "a good event was refused", lambda run: run.told[0].update(said="refused", reason="why")),
    ("accepted events", "its job is gone", lambda run: run.tables["job"].pop()),
    (
        "jobs reach their end",
        "a call was never planned",
        lambda run: run.tables["delivery"].remove(_delivery(run, "keyed", "J-2P", "assets")),
    ),
    (
        "jobs reach their end",
        "a call failed that nobody refused",
        lambda run: _delivery(run, "keyed", "J-1S", "manifest").update(state="failed", reason="it crashed"),
    ),
    (
        "jobs reach their end",
        "a MIS that can be asked was not",
        lambda run: _delivery(run, "asked", "J-1S", "manifest").update(state="unknown", reason=evidence.FOR_A_PERSON),
    ),
    (
        "jobs reach their end",
        "the paid job is held",
        lambda run: _delivery(run, "keyed", "J-1S", "notify").update(state="held", obstacles=[["unpaid", "", ""]]),
    ),
    (
        "jobs reach their end",
        "the unpaid job is held by something else",
        lambda run: (
            run.told[0].update(paid=False),
            _delivery(run, "keyed", "J-1S", "notify").update(state="held", obstacles=[["files", "", ""]]),
        ),
    ),
    (
        "jobs reach their end",
        "a call in doubt waits for nobody",
        lambda run: _delivery(run, "blind", "J-1S", "notify").update(reason="the worker died in the call"),
    ),
    ("changes arrive", "a MIS was told the old", lambda run: run.journals["asked"][0].update(quantity=4)),
    ("done is done", "the MIS does not know the job", lambda run: run.books["keyed"].pop()),
    ("done is done", "the MIS made no ticket", lambda run: run.books["asked"][0].update(manifests=0)),
    ("done is done", "the artwork is not there", lambda run: run.books["keyed"][1].update(artwork_confirmed=False)),
    ("one effect", "a job was taken twice", lambda run: run.books["asked"].append(run.books["asked"][0])),
    ("one effect", "two tickets were made", lambda run: run.books["keyed"][0].update(manifests=2)),
    ("one effect", "an update came twice", lambda run: run.books["keyed"][0].update(updates=2)),
    ("one key", "a call went under another key", lambda run: _again(run, "keyed", key="another")),
    ("never again when blind", "a call in doubt was made again", lambda run: _again(run, "blind")),
    (
        "never again when blind",
        "a call that was answered was made again",
        lambda run: _again(run, "blind", answered_before=201),
    ),
    ("lanes keep order", "two calls of a lane ran side by side", _side_by_side),
    ("lanes keep order", "the manifest came before the job", _manifest_before_notify),
    ("lanes keep order", "the artwork came before the manifest", _assets_before_manifest),
    ("history only grew", "an entry is gone", lambda run: run.tables["status_change"].pop(1)),
    ("history only grew", "an entry was edited", lambda run: run.tables["status_change"][0].update(received_at=9)),
    ("statuses fit", "the current status is another", lambda run: run.tables["job"][0].update(status="MisFailed")),
    ("statuses fit", "it has none", lambda run: run.tables["job"][0].update(status=None)),
    (
        "statuses fit",
        "what is done is not in the history",
        lambda run: run.tables["status_change"].remove(
            only(run.tables["status_change"], delivery_id=_delivery(run, "keyed", "J-1S", "notify")["id"])
        ),
    ),
    (
        "statuses fit",
        "what is done is there twice",
        lambda run: run.tables["status_change"].append({**run.tables["status_change"][2], "id": "x"}),
    ),
    (
        "statuses fit",
        "a status that nothing here can bring",
        lambda run: run.tables["status_change"][0].update(status="Shipped"),
    ),
    (
        "everything has a reason",
        "held by nothing",
        lambda run: _delivery(run, "blind", "J-1S", "manifest").update(obstacles=[]),
    ),
    (
        "everything has a reason",
        "in doubt without a word",
        lambda run: _delivery(run, "blind", "J-1S", "notify").update(reason=""),
    ),
    (
        "everything has a reason",
        "ready for ever",
        lambda run: _delivery(run, "keyed", "J-1S", "notify").update(state="ready"),
    ),
    (
        "everything has a reason",
        "in dead hands",
        lambda run: _delivery(run, "keyed", "J-1S", "notify").update(worker="one"),
    ),
    (
        "nothing was refused",
        "something lies in quarantine",
        lambda run: run.tables["quarantine"].append({"source_id": "1", "code": "hub_fault", "reason": "why"}),
    ),
]


def test_what_is_right_passes() -> None:
    assert violations(good()) == []


@pytest.mark.parametrize(("check", "what", "falsify"), WRONG, ids=[what for _, what, _ in WRONG])
def test_what_is_wrong_is_found(check: str, what: str, falsify: Falsify) -> None:
    del what
    run = good()

    falsify(run)

    assert check in {found.check for found in violations(run)}


def test_each_check_has_found_something_wrong() -> None:
    assert {check for check, _, _ in WRONG} == set(CHECKS)


def test_a_blind_mis_may_be_called_again_when_it_certainly_did_nothing() -> None:
    run = good()
    _again(run, "blind", answered_before=503)

    assert violations(run) == []


def test_a_cancelled_job_may_end_early() -> None:
    run = good()
    cancelled = {**run.told[0], "id": "3", "type": "printhub.order.cancelled", "paid": False}
    run.told.append(cancelled)
    run.tables["event"].append({**run.tables["event"][0], "source_id": "3"})
    held = _delivery(run, "blind", "J-1S", "manifest")
    held.update(state="cancelled", obstacles=[], reason="the job is cancelled")

    assert violations(run) == []


@pytest.mark.parametrize("module", [checks, current, evidence, settled], ids=lambda module: module.__name__)
def test_the_checker_shares_no_code_with_the_hub(module: object) -> None:
    tree = ast.parse(Path(str(getattr(module, "__file__"))).read_text())  # noqa: B009 - a module as an object
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    assert imported
    allowed = ("chaos.evidence", "chaos.current", "chaos")
    ours = [name for name in imported if name.partition(".")[0] in ("printhub", "chaos", "tests")]
    assert [name for name in ours if name not in allowed] == []
