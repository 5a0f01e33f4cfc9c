"""What is about this machine's own file systems alone."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from types import FrameType

import pytest

from printhub.core.placing import local
from printhub.core.placing.local import LocalFolder
from printhub.core.placing.meaning import meaning
from tests.contract.placing.watched import Watched


def not_offered(_old: str, _new: str) -> int:
    return errno.EINVAL


@pytest.mark.parametrize("folder", [LocalFolder(), LocalFolder(not_offered)], ids=["renamed", "by a second name"])
def test_a_move_is_one_step_and_overwrites_nothing(folder: LocalFolder, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"whole")
    folder.move(str(old), str(new))
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert new.read_bytes() == b"whole"

    old.write_bytes(b"another")
    with pytest.raises(FileExistsError):
        folder.move(str(old), str(new))

    assert new.read_bytes() == b"whole"
    assert old.read_bytes() == b"another"


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"secret")
    (tmp_path / "link").symlink_to(tmp_path / "file")

    for name in ("pipe", "link"):
        with pytest.raises(OSError, match=r"no file|symbolic"):
            list(LocalFolder().read(str(tmp_path / name)))


@pytest.mark.parametrize(
    ("number", "moved", "name"),
    [
        (errno.EACCES, False, "Misconfigured"),
        (errno.EROFS, False, "Misconfigured"),
        (errno.EXDEV, False, "Misconfigured"),
        (errno.ENAMETOOLONG, False, "Misconfigured"),
        (errno.ENOSPC, False, "Unavailable"),
        (errno.EIO, False, "Unavailable"),
        (errno.ESTALE, False, "Unavailable"),
        (errno.ENOSPC, True, "OutcomeUnknown"),
        (errno.EACCES, True, "OutcomeUnknown"),
    ],
)
def test_an_error_is_named_by_who_must_act(number: int, moved: bool, name: str) -> None:
    assert type(meaning(OSError(number, os.strerror(number)), moved=moved)).__name__ == name


def test_what_is_moved_would_outlive_a_loss_of_power_and_so_would_what_came_before_it(tmp_path: Path) -> None:
    steps: list[str] = []

    def listen(frame: FrameType, event: str, called: object) -> None:
        if frame.f_code.co_filename != local.__file__:
            return
        if event == "call" and frame.f_code.co_name in ("write", "move", "sync"):
            path = frame.f_locals.get("new", frame.f_locals.get("path", ""))
            steps.append(f"{frame.f_code.co_name} {Path(path).name.rpartition('.')[2]}")
        elif event == "c_call" and called is os.fsync:
            steps.append("fsync")

    (tmp_path / "hot").mkdir()
    sys.setprofile(listen)
    try:
        Watched(tmp_path / "hot", {}).place({"a.pdf": b"a", "a.trg": b""})
    finally:
        sys.setprofile(None)

    assert steps == [
        *("write 0", "fsync", "write 1", "fsync", "sync printhub", "fsync"),
        *("write draft", "fsync", "move slip", "sync printhub", "fsync"),
        *("move pdf", "sync hot", "fsync", "move trg", "sync hot", "fsync"),
    ]


def test_paramiko_is_loaded_only_where_sftp_is_spoken() -> None:
    code = "import sys, printhub; printhub.SafePlacing; print('paramiko' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "False"


def test_where_paramiko_is_not_installed_it_is_said_what_to_install() -> None:
    code = (
        "import sys; sys.modules['paramiko'] = None\n"
        "from printhub import FolderConfig, SafePlacing\n"
        "from printhub.testing import a_call\n"
        "sftp = {'host': 'h', 'user': 'u', 'key_file': 'k', 'known_hosts': 'k'}\n"
        "try: SafePlacing(FolderConfig.model_validate({'path': 'in', 'sftp': sftp})).check(a_call())\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.startswith("Misconfigured SFTP needs paramiko")
