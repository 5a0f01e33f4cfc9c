"""What is about this machine's own file systems alone."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from printhub.core.placing.local import LocalFolder
from printhub.core.placing.meaning import meaning


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


def test_paramiko_is_loaded_only_where_sftp_is_spoken() -> None:
    code = "import sys, printhub; printhub.SafePlacing; print('paramiko' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "False"
