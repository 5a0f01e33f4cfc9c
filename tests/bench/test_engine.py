"""A short run of the engine's benchmark: everything is delivered exactly once, and every figure is there.

Only of a part of it: `.ci/run` has all of it run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.engine import drain

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.acceptance
@pytest.mark.timeout(300)
def test_a_short_run_delivers_all_and_its_table_is_complete(tmp_path: Path) -> None:
    written = tmp_path / "bench.json"
    command = [
        sys.executable,
        "-m",
        "bench.engine",
        "--short",
        "--events",
        "20",
        "--only",
        "embedded",
        "--only",
        "drain",
    ]

    ran = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "BENCH_JSON": str(written)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "everything was delivered exactly once" in ran.stdout
    document = json.loads(written.read_text("utf-8"))
    measured = {figure["name"]: figure["value"] for figure in document["figures"]}
    assert set(measured) == set(drain.NAMES)
    assert all(measured[name] > 0 for name in (drain.RATE, drain.BACKLOG_RATE, drain.CPU))
    assert document["events"] == 20
    assert document["skipped"] == {}
