"""kill -9 while files are placed: nobody sees half a file, none is lost, and none comes twice."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_a_death_at_any_step_leaves_nothing_half_and_the_same_call_completes_it(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.contract.placing.killed", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr[-3000:]
    assert int(ran.stdout) > 50, "it died at each of its steps"
