"""Places files in a process that is killed at its first step, in another at its second, and so on; run as a program."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from printhub import Absent, Found, Whereabouts
from printhub.core.placing import local
from tests.contract.placing.watched import Watched

FILES = {"J-1.pdf": os.urandom(50_000), "J-1.csv": b"J-1;250\n", "J-1.trg": b""}


def dies_at(step: int, watched: Watched) -> bool:
    """Place in a process of its own that is killed there; False where it came through."""
    child = os.fork()
    if child == 0:
        steps = 0

        def count(frame: FrameType, event: str, _function: object) -> None:
            nonlocal steps
            if frame.f_code.co_filename == local.__file__ and event in ("call", "return", "c_call", "c_return"):
                steps += 1
                if steps == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(count)
        try:
            watched.place(FILES)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def tried(root: Path, step: int) -> bool:
    """What holds after a death there, and after the call was repeated."""
    watched = Watched(root / str(step), {})
    watched.path.mkdir()
    died = dies_at(step, watched)

    taken = watched.seen  # the watcher takes all that it sees
    for name in taken:
        (watched.path / name).unlink()
    assert list(FILES)[: len(taken)] == sorted(taken, key=list(FILES).index), f"{step}: a ticket came before its data"
    finding = watched.find() if (watched.path / ".printhub").exists() else None
    whole = len(taken) == len(FILES)
    if finding is not None:
        answer = Found if finding.whereabouts is Whereabouts.TAKEN else Absent
        assert isinstance(finding.finding(), answer), f"{step}: {finding}"
        assert not (answer is Found and not whole), f"{step}: {taken} taken for all"

    watched.place(FILES)
    again = watched.seen
    assert not set(taken) & set(again), f"{step}: {set(taken) & set(again)} came twice"
    assert taken | again == FILES, f"{step}: {sorted(taken | again)} came, and no more"
    return died


def main(root: Path) -> None:
    step = 1
    while tried(root, step):
        step += 1
    sys.stdout.write(f"{step - 1}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
