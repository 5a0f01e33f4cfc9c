"""Failpoints: what arms them, and what happens at the passage that was named."""

import signal
import subprocess
import sys

import pytest

from printhub.core.model.errors import ConfigInvalid
from printhub.core.model.failpoints import Armed, Failpoint, armed, passed


def test_nothing_is_armed_where_nothing_is_said() -> None:
    assert armed("") is passed
    assert armed(" , ") is passed


def test_the_named_passage_is_the_one_at_which_it_dies() -> None:
    seen: list[str] = []
    reached = Armed({Failpoint.CLAIM_COMMITTED: 3}, die=lambda: seen.append("death"))

    for _ in range(5):
        reached(Failpoint.OUTCOME_COMMITTED)
        reached(Failpoint.CLAIM_COMMITTED)
        seen.append("passed")

    assert seen == ["passed", "passed", "death", "passed", "passed", "passed"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("claim.comitted", "there is no failpoint claim.comitted; there are: intake.before_commit, "),
        ("claim.committed@0", "expected claim.committed@1, @2 and so on, found claim.committed@0"),
        ("claim.committed@", "found claim.committed@"),
        ("claim.committed@-1", "found claim.committed@-1"),
        ("relay.published, call.sent@often", "found call.sent@often"),
    ],
)
def test_what_arms_nothing_is_refused(words: str, told: str) -> None:
    with pytest.raises(ConfigInvalid, match="PRINTHUB_FAILPOINTS") as refused:
        armed(words)

    assert told in str(refused.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ConfigInvalid) as refused:
        armed("here, there")

    assert len(refused.value.problems) == 2


def test_a_process_dies_there_as_by_kill_9() -> None:
    program = (
        "from printhub.core.model.failpoints import Failpoint, armed\n"
        "reached = armed('timers.committed, call.sent@2')\n"
        "for passage in range(1, 4):\n"
        "    reached(Failpoint.CALL_SENT)\n"
        "    print(passage, flush=True)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)

    assert (ran.returncode, ran.stdout) == (-signal.SIGKILL, "1\n")


def test_each_has_a_name_of_its_station_and_says_what_it_leaves() -> None:
    assert all(len(point.leaves.split()) > 4 for point in Failpoint)
    assert all(point.count(".") == 1 for point in Failpoint)
