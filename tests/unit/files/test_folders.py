"""Working folders: a file is there whole or not at all, and no name from outside becomes a path."""

import errno
import hashlib
import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.core.files.folders import ABANDONED, Stored, WorkingFolders
from printhub.core.files.sources import Sources
from printhub.core.http.addresses import Address, Addresses
from printhub.core.http.download import Downloads
from printhub.core.model.errors import ActRefused, NotFetched
from printhub.testing import FakeClock
from printhub.testing.pdf import tiny_pdf

CONTENT = tiny_pdf("front")
SHA256 = hashlib.sha256(CONTENT).hexdigest()
JOB, FILE = UUID(int=1), UUID(int=2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the storefront puts its files."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "front.pdf").write_bytes(CONTENT)
    return folder


@pytest.fixture
def folders(tmp_path: Path, root: Path) -> WorkingFolders:
    return made(tmp_path, root)


def made(tmp_path: Path, root: Path) -> WorkingFolders:
    def nowhere(host: str, port: int) -> list[Address]:
        raise OSError(f"{host}:{port} is not asked for in these tests")

    downloads = Downloads(Addresses((), nowhere), timeout=timedelta(seconds=5), now=FakeClock())
    return WorkingFolders(tmp_path / "jobs", Sources([root], downloads))


def fetch(folders: WorkingFolders, url: str, *, sha256: str | None = None, size: int | None = None) -> Stored:
    return folders.fetch(url, JOB, FILE, max_bytes=100_000, sha256=sha256, size=size)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def refused(folders: WorkingFolders, url: str, *, max_bytes: int = 100_000, **announced: Any) -> NotFetched:
    with pytest.raises(NotFetched) as caught:
        folders.fetch(url, JOB, FILE, max_bytes=max_bytes, **announced)
    return caught.value


def test_a_file_is_copied_and_can_be_opened(folders: WorkingFolders, root: Path, tmp_path: Path) -> None:
    stored = fetch(folders, (root / "front.pdf").as_uri(), sha256=SHA256, size=len(CONTENT))

    assert stored == Stored(f"{JOB}/{FILE}", SHA256, len(CONTENT))
    with folders.open(stored.place) as content:
        assert content.read() == CONTENT
    assert left_in(tmp_path / "jobs") == [str(FILE)]


def test_fetching_twice_replaces_the_file_in_one_step(folders: WorkingFolders, root: Path, tmp_path: Path) -> None:
    stored = fetch(folders, (root / "front.pdf").as_uri())
    reading = folders.open(stored.place)
    (root / "front.pdf").write_bytes(b"%PDF-1.7 another")

    again = fetch(folders, (root / "front.pdf").as_uri())

    assert reading.read() == CONTENT  # who was reading reads on
    reading.close()
    with folders.open(again.place) as content:
        assert content.read() == b"%PDF-1.7 another"
    assert left_in(tmp_path / "jobs") == [str(FILE)]


@pytest.mark.parametrize(
    ("announced", "words"),
    [
        ({"size": 3}, f"the file has {len(CONTENT)} bytes, and 3 were announced"),
        ({"sha256": "0" * 64}, "the file's sha256 is not the one that was announced"),
    ],
)
def test_a_file_that_is_not_the_one_announced_is_not_kept(
    folders: WorkingFolders, root: Path, tmp_path: Path, announced: dict[str, Any], words: str
) -> None:
    error = refused(folders, (root / "front.pdf").as_uri(), **announced)

    assert (error.detail, error.lasting) == (words, False)  # it may still be being written there
    assert left_in(tmp_path / "jobs") == []


def test_a_file_that_fails_does_not_take_the_place_of_the_one_that_is_there(
    folders: WorkingFolders, root: Path
) -> None:
    stored = fetch(folders, (root / "front.pdf").as_uri())
    (root / "front.pdf").write_bytes(b"half")
    refused(folders, (root / "front.pdf").as_uri(), size=len(CONTENT))

    with folders.open(stored.place) as content:
        assert content.read() == CONTENT


@pytest.mark.parametrize("announced", [{}, {"size": len(CONTENT)}])
def test_a_file_that_is_too_large_is_not_taken(
    folders: WorkingFolders, root: Path, tmp_path: Path, announced: dict[str, Any]
) -> None:
    error = refused(folders, (root / "front.pdf").as_uri(), max_bytes=10, **announced)

    assert (error.detail, error.lasting) == ("the file has more than the 10 bytes that such a job may have", True)
    assert left_in(tmp_path / "jobs") == []


def test_a_file_that_is_not_there_yet_is_tried_again(folders: WorkingFolders, root: Path) -> None:
    error = refused(folders, (root / "later.pdf").as_uri())

    assert (error.detail, error.lasting) == ("there is no file later.pdf", False)


OUTSIDE = [
    "file:///etc/passwd",
    "file://{root}/../secret.pdf",
    "file://{root}/%2e%2e/secret.pdf",
    "file://{root}/link.pdf",
    "file://{root}/way/secret.pdf",
    "file://{root}-other/secret.pdf",
]


@pytest.mark.parametrize("url", OUTSIDE)
def test_nothing_outside_the_allowed_roots_is_read(
    folders: WorkingFolders, root: Path, tmp_path: Path, url: str
) -> None:
    (tmp_path / "secret.pdf").write_bytes(CONTENT)
    (tmp_path / "incoming-other").mkdir()
    (tmp_path / "incoming-other" / "secret.pdf").write_bytes(CONTENT)
    (root / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (root / "way").symlink_to(tmp_path)

    error = refused(folders, url.format(root=root))

    assert error.lasting
    assert error.detail.endswith("does not lie under any of [files] roots")
    assert str(tmp_path) not in error.detail


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/front.pdf",
        "http://127.0.0.1/front.pdf",
        "ftp://shop.example/front.pdf",
        "file://elsewhere/front.pdf",
        "file://[/front.pdf",
        "file://{root}/a%00b.pdf",
        "file://{root}/%ff.pdf",
        "file://{root}/" + "x" * 5000,
        "not an address",
        "",
    ],
)
def test_an_address_that_leads_to_no_file_of_ours_is_refused_in_words(
    folders: WorkingFolders, root: Path, url: str
) -> None:
    error = refused(folders, url.format(root=root))

    assert error.detail
    assert "\x00" not in error.detail


def test_a_pipe_or_a_folder_is_no_file_and_nobody_waits_for_it(folders: WorkingFolders, root: Path) -> None:
    os.mkfifo(root / "pipe.pdf")
    (root / "folder.pdf").mkdir()

    for name in ("pipe.pdf", "folder.pdf"):
        error = refused(folders, (root / name).as_uri())
        assert (error.detail, error.lasting) == (f"{name} is no file", True)


def test_a_folder_that_cannot_be_written_says_so_and_is_tried_again(root: Path, tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("a file where the folder should be")
    folders = made(tmp_path, root)

    error = refused(folders, (root / "front.pdf").as_uri())

    assert error.lasting is False
    assert error.detail.startswith("the file could not be copied: ")


@pytest.mark.parametrize("place", ["../incoming/front.pdf", "/etc/passwd", "a/../../incoming/front.pdf"])
def test_only_what_lies_in_the_working_folders_is_opened(folders: WorkingFolders, root: Path, place: str) -> None:
    assert (root / "front.pdf").exists()

    with pytest.raises(NotFetched, match="outside the working folders"):
        folders.open(place)


def test_the_folders_of_two_jobs_are_apart(folders: WorkingFolders, root: Path) -> None:
    one = folders.fetch((root / "front.pdf").as_uri(), uuid4(), FILE, max_bytes=100_000)
    two = folders.fetch((root / "front.pdf").as_uri(), uuid4(), FILE, max_bytes=100_000)

    assert one.place != two.place


HOSTILE = st.one_of(
    st.sampled_from(["..", "../..", "/", "//", "./.", "%2e%2e", "%2f", "%00", "link", "way", "pipe", "~", "C:", "\\"]),
    st.text(max_size=12),
)


@given(st.lists(HOSTILE, max_size=8))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
def test_no_address_however_hostile_reads_what_lies_outside_or_writes_anywhere_else(
    tmp_path: Path, root: Path, pieces: list[str]
) -> None:
    secret, jobs = tmp_path / "secret.pdf", tmp_path / "jobs"
    secret.write_bytes(b"%PDF secret")
    for name, target in (("link", secret), ("way", tmp_path), ("self", Path("/proc/self/environ"))):
        if not (root / name).is_symlink():
            (root / name).symlink_to(target)
    if not (root / "pipe").exists():
        os.mkfifo(root / "pipe")
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(jobs)}

    for end in ("", "/secret.pdf", "/front.pdf"):
        try:
            stored = fetch(made(tmp_path, root), f"file://{root}/{'/'.join(pieces)}{end}")
        except NotFetched:
            continue
        assert (jobs / stored.place).read_bytes() == CONTENT

    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(jobs)} == before
    assert left_in(jobs) in ([], [str(FILE)])


@pytest.mark.parametrize("path", ["/proc/self/environ", "/dev/zero", "/dev/stdin", "/etc/passwd"])
def test_no_link_in_a_root_leads_to_the_system(folders: WorkingFolders, root: Path, path: str) -> None:
    (root / "link.pdf").symlink_to(path)

    assert refused(folders, (root / "link.pdf").as_uri()).lasting


@pytest.mark.parametrize("device", ["zero", "null", "tty"])
def test_a_device_is_no_file_even_where_the_operator_allows_its_folder(tmp_path: Path, device: str) -> None:
    error = refused(made(tmp_path, Path("/dev")), f"file:///dev/{device}")

    assert error.lasting or "could not be copied" in error.detail


def test_an_empty_file_is_none_whoever_brings_it(folders: WorkingFolders, root: Path, tmp_path: Path) -> None:
    (root / "empty.pdf").touch()

    assert refused(folders, (root / "empty.pdf").as_uri()).detail == "the file is empty"
    with pytest.raises(NotFetched, match="the file is empty"):
        folders.take(io.BytesIO(), JOB, FILE, max_bytes=10)
    assert left_in(tmp_path / "jobs") == []


# --- handing out, and clearing ----------------------------------------------------------------------------------------


def test_a_file_is_handed_out_whole_and_never_over_another(folders: WorkingFolders, tmp_path: Path) -> None:
    stored = folders.take(io.BytesIO(CONTENT), JOB, FILE, max_bytes=100_000)
    target = tmp_path / "out.pdf"

    folders.hand_out(stored.place, target, sha256=SHA256, force=False)
    assert target.read_bytes() == CONTENT
    target.write_bytes(b"mine")
    with pytest.raises(ActRefused, match="is there already; --force replaces it"):
        folders.hand_out(stored.place, target, sha256=SHA256, force=False)
    assert target.read_bytes() == b"mine"

    folders.hand_out(stored.place, target, sha256=SHA256, force=True)
    assert target.read_bytes() == CONTENT
    assert left_in(tmp_path) == sorted([str(FILE), "front.pdf", "out.pdf"])


@pytest.mark.parametrize("error", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_file_is_handed_out_where_there_are_no_hard_links_and_replaces_nothing(
    folders: WorkingFolders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def no_links(*_paths: Path) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "link", no_links)
    stored = folders.take(io.BytesIO(CONTENT), JOB, FILE, max_bytes=100_000)
    target = tmp_path / "out.pdf"

    folders.hand_out(stored.place, target, sha256=SHA256, force=False)
    assert target.read_bytes() == CONTENT
    target.write_bytes(b"mine")
    with pytest.raises(ActRefused, match="is there already; --force replaces it"):
        folders.hand_out(stored.place, target, sha256=SHA256, force=False)

    assert target.read_bytes() == b"mine"
    assert left_in(tmp_path) == sorted([str(FILE), "front.pdf", "out.pdf"])


def test_a_file_that_was_damaged_is_not_handed_out(folders: WorkingFolders, tmp_path: Path) -> None:
    stored = folders.take(io.BytesIO(CONTENT), JOB, FILE, max_bytes=100_000)
    (tmp_path / "jobs" / stored.place).write_bytes(b"%PDF something else")

    with pytest.raises(ActRefused, match="is damaged"):
        folders.hand_out(stored.place, tmp_path / "out.pdf", sha256=SHA256, force=False)
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.parametrize("target", ["", "nowhere/out.pdf"])
def test_where_a_file_cannot_be_written_that_is_said(folders: WorkingFolders, tmp_path: Path, target: str) -> None:
    stored = folders.take(io.BytesIO(CONTENT), JOB, FILE, max_bytes=100_000)

    with pytest.raises(ActRefused, match=r"is a folder|could not be written"):
        folders.hand_out(stored.place, tmp_path / target, sha256=SHA256, force=True)


def test_clearing_takes_what_it_names_and_the_folder_with_the_last(folders: WorkingFolders, tmp_path: Path) -> None:
    other = UUID(int=3)
    folders.take(io.BytesIO(CONTENT), JOB, FILE, max_bytes=100_000)
    folders.take(io.BytesIO(CONTENT), JOB, other, max_bytes=100_000)

    folders.clear(JOB, [FILE])
    assert left_in(tmp_path / "jobs") == [str(other)]
    folders.clear(JOB, [FILE, other])

    assert list((tmp_path / "jobs").iterdir()) == []
    assert list(folders.jobs()) == []
    folders.clear(JOB, [FILE])


def test_a_file_that_is_there_whole_counts_as_new_from_then_on(folders: WorkingFolders, tmp_path: Path) -> None:
    stored = folders.take(io.BytesIO(CONTENT), JOB, FILE, max_bytes=100_000)
    path = tmp_path / "jobs" / stored.place
    os.utime(path, (1_000_000_000, 1_000_000_000))

    assert folders.has(stored)
    folders.clear_abandoned(JOB, [])
    assert path.exists()

    path.write_bytes(b"half")
    assert not folders.has(stored)
    path.unlink()
    assert not folders.has(stored)


def test_what_was_abandoned_goes_and_what_may_be_under_way_stays(folders: WorkingFolders, tmp_path: Path) -> None:
    known = folders.take(io.BytesIO(CONTENT), JOB, FILE, max_bytes=100_000)
    fresh = folders.take(io.BytesIO(CONTENT), JOB, UUID(int=3), max_bytes=100_000)
    old = folders.take(io.BytesIO(CONTENT), JOB, UUID(int=4), max_bytes=100_000)
    long_ago = time.time() - 2 * ABANDONED.total_seconds()
    for stored in (known, old):
        os.utime(tmp_path / "jobs" / stored.place, (long_ago, long_ago))

    assert list(folders.jobs()) == [JOB]
    folders.clear_abandoned(JOB, [known.place])

    assert left_in(tmp_path / "jobs") == sorted([str(FILE), fresh.place.partition("/")[2]])


def test_two_who_fetch_the_same_file_at_once_do_not_write_into_each_others_bytes(
    folders: WorkingFolders, root: Path, tmp_path: Path
) -> None:
    """As a process does that has lost its duties, beside the one that has them now."""
    parts: list[list[str]] = []

    def another() -> bool:
        parts.append(left_in(tmp_path / "jobs"))
        if len(parts) == 1:
            fetch(folders, url, sha256=SHA256)
            parts.append(left_in(tmp_path / "jobs"))
        return False

    url = (root / "front.pdf").as_uri()
    stored = folders.fetch(url, JOB, FILE, max_bytes=100_000, sha256=SHA256, stopped=another)

    assert parts[0] + [str(FILE)] == parts[1]  # the first goes on with what it writes
    with folders.open(stored.place) as content:
        assert content.read() == CONTENT
    assert left_in(tmp_path / "jobs") == [str(FILE)]


def test_what_is_not_waited_for_any_more_leaves_the_standing_bytes_alone(
    folders: WorkingFolders, root: Path, tmp_path: Path
) -> None:
    url = (root / "front.pdf").as_uri()
    stored = fetch(folders, url)
    (root / "front.pdf").write_bytes(b"%PDF-1.7 another")

    with pytest.raises(NotFetched, match="not waited for any more"):
        folders.fetch(url, JOB, FILE, max_bytes=100_000, to_come=lambda: False)

    with folders.open(stored.place) as content:
        assert content.read() == CONTENT
    assert left_in(tmp_path / "jobs") == [str(FILE)]
