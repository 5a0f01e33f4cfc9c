"""`printhub demo`, as a newcomer runs it: a real process, checked against the store and the files that it leaves."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from printhub.cli.launch import Launch
from printhub.cli.main import cli
from printhub.core.plugin.discovery import Plugins
from tests.demo_artwork import files

PRINTHUB = Path(sys.executable).with_name("printhub")
LONGEST = 100.0
"""Seconds after which a demo that hangs is ended; it takes about five."""

ENDINGS = {
    "1001-1": ("CleanUp", ["garden-guide-cover.pdf", "garden-guide-inside.pdf"]),
    "1001-2": ("Shipped", []),
    "1002-1": ("MisAssetsOk", ["mind-the-press.pdf"]),
    "1003-1": ("MisAssetsOk", ["business-cards.pdf"]),
    "1004-1": ("MisAssetsOk", ["open-studio-flyer.pdf"]),
    "1005-1": ("MisAssetsOk", ["summer-menu.pdf"]),
    "1006-1": ("MisAssetsOk", ["gala-invitation.pdf"]),
    "1007-1": ("MisAssetsOk", ["letterhead.pdf"]),
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> "subprocess.CompletedProcess[str]":
    return _demo(tmp_path_factory.mktemp("kept"), "--json", "--keep")


@pytest.fixture(scope="module")
def told(ran: "subprocess.CompletedProcess[str]") -> Any:  # noqa: ANN401 - the tests index into it
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def folder(told: Any) -> Path:  # noqa: ANN401 - parsed JSON
    return Path(told["folder"])


@pytest.mark.acceptance
def test_it_ends_well_and_says_nothing_beside_its_document(ran: "subprocess.CompletedProcess[str]") -> None:
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.acceptance
def test_every_job_ends_where_it_should(told: Any) -> None:  # noqa: ANN401 - parsed JSON
    assert {job["job"]: job["status"] for job in told["jobs"]} == {job: end for job, (end, _) in ENDINGS.items()}


@pytest.mark.acceptance
def test_every_mis_has_one_ticket_for_each_job_and_its_files_byte_for_byte(told: Any) -> None:  # noqa: ANN401 - parsed JSON
    for job in told["jobs"]:
        [entry] = job["mis"]
        assert entry["tickets"] == 1, job["job"]
        sent = [_measured(files.ARTWORK / name) for name in ENDINGS[job["job"]][1]]
        assert sorted(entry["artwork"], key=lambda file: str(file["name"])) == sent


@pytest.mark.acceptance
def test_the_store_that_it_leaves_tells_the_same(folder: Path) -> None:
    with sqlite3.connect(folder / "var/printhub.db") as store:
        statuses = dict(store.execute("SELECT number, status FROM job"))
        states = {state for (state,) in store.execute("SELECT state FROM delivery")}
        told_twice = store.execute("SELECT job_id FROM delivery GROUP BY job_id, verb HAVING count(*) > 1").fetchall()
    store.close()
    assert statuses == {job: end for job, (end, _) in ENDINGS.items()}
    assert states == {"done"}
    assert told_twice == []


@pytest.mark.acceptance
def test_the_call_that_timed_out_was_looked_up_after_the_restart_and_made_once(told: Any) -> None:  # noqa: ANN401 - parsed JSON
    job = _job(told, "1007-1")
    whats = [line["what"] for line in job["history"]]
    assert [what for what in whats if what in ("notify", "hub started again", "lookup of notify", "MisNotified")] == [
        "notify",
        "hub started again",
        "lookup of notify",
        "MisNotified",
    ]
    assert {call["verb"]: call["attempts"] for call in job["deliveries"]}["notify"] == 1


@pytest.mark.acceptance
def test_what_nothing_but_a_person_can_tell_is_settled_by_one(told: Any) -> None:  # noqa: ANN401 - parsed JSON
    job = _job(told, "1006-1")
    notified = next(line for line in job["history"] if line["what"] == "MisNotified")
    assert notified["detail"].startswith("settled by operator:")
    assert {call["verb"]: call["attempts"] for call in job["deliveries"]}["notify"] == 1


@pytest.mark.acceptance
def test_the_blocked_job_goes_after_its_release_and_the_unpaid_one_after_its_payment(told: Any) -> None:  # noqa: ANN401 - parsed JSON
    for job, freed in (("1003-1", "released"), ("1004-1", "order.payment_changed")):
        whats = [line["what"] for line in _job(told, job)["history"]]
        assert whats.index("hub started again") < whats.index(freed) < whats.index("MisNotified")


@pytest.mark.acceptance
def test_the_other_commands_work_in_its_folder(folder: Path) -> None:
    listed = _printhub(folder, "--config", str(folder / "printhub.toml"), "jobs", "list", "--json")

    assert listed.returncode == 0, listed.stderr
    assert all(job in listed.stdout for job in ENDINGS)


@pytest.mark.acceptance
def test_a_job_that_ends_elsewhere_is_named_and_the_exit_code_is_1(tmp_path: Path) -> None:
    table = files.DATA / "jobs.toml"
    wrong = (
        table.read_text("utf-8")
        .replace('passes = ["Ordered", "MisNotified", "MisManifested", "Shipped"]', 'passes = ["Ordered", "MisFailed"]')
        .replace('artwork = ["mind-the-press.pdf"]', 'artwork = ["business-cards.pdf"]')
        .replace('[jobs."1005-1"]', '[jobs."9999-1"]')
    )
    expected = tmp_path / "expected.toml"
    expected.write_text(wrong, "utf-8")
    assert tomllib.loads(wrong) != tomllib.loads(table.read_text("utf-8"))
    temporary = tmp_path / "temporary"
    temporary.mkdir()

    ran = _demo(temporary, "--expected", str(expected))

    assert ran.returncode == 1
    assert "Job 1001-2: its history does not show MisFailed where it should." in ran.stdout
    assert "Job 1002-1: the MIS lacks business-cards.pdf." in ran.stdout
    assert "Job 1002-1: the MIS has mind-the-press.pdf, which does not belong to it." in ran.stdout
    assert "Job 1001-1:" not in ran.stdout
    assert "the hub does not know job 9999-1" in ran.stdout
    assert "ended where they should" not in ran.stdout
    assert list(temporary.iterdir()) == []  # nothing is left of its folder


def test_without_the_plugin_it_says_what_to_install() -> None:
    result = CliRunner().invoke(cli, ["demo"], obj=Launch(plugins=Plugins()))

    assert result.exit_code == 2
    assert "pip install printhub-mis-generic" in result.stderr


@pytest.mark.parametrize("name", sorted(files.DRAWINGS))
def test_the_shipped_artwork_is_what_its_drawing_draws(name: str) -> None:
    assert (files.ARTWORK / name).read_bytes() == files.drawn(name)


def test_the_sample_events_tell_the_true_size_and_digest_of_every_file() -> None:
    assets = [
        asset for path in files.EVENTS.glob("*.json") for asset in files.assets(json.loads(path.read_text("utf-8")))
    ]

    assert {asset["name"] for asset in assets} == set(files.DRAWINGS)
    for asset in assets:
        assert {name: asset[name] for name in ("name", "size", "sha256")} == _measured(files.ARTWORK / asset["name"])


def _demo(temporary: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return _printhub(temporary, "demo", *arguments)


def _printhub(temporary: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    # Wide enough that no sentence is broken where a test looks for it.
    environ = {**os.environ, "TMPDIR": str(temporary), "COLUMNS": "200"}
    return subprocess.run(
        [PRINTHUB, *arguments], capture_output=True, text=True, env=environ, timeout=LONGEST, check=False
    )


def _job(told: Any, number: str) -> Any:  # noqa: ANN401 - parsed JSON
    return next(job for job in told["jobs"] if job["job"] == number)


def _measured(path: Path) -> dict[str, object]:
    content = path.read_bytes()
    return {"name": path.name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
