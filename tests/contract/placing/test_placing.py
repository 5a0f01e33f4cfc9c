"""Safe placing, on this machine's disk and at an SFTP server: whole or not at all, once, and nothing overwritten."""

import os
import shutil
from pathlib import Path

import pytest

from printhub import (
    Absent,
    CannotTell,
    FileToPlace,
    Found,
    Misconfigured,
    Outcome,
    Rejected,
    Unavailable,
    Verb,
    Whereabouts,
)
from tests.contract.placing.watched import Watched, a_file, call

BIG = os.urandom(300_000)


def test_files_come_in_under_their_names_with_their_contents(watched: Watched) -> None:
    placed = watched.place({"J-1.pdf": BIG, "J-1.csv": b"J-1;250\n", "J-1.trg": b""})

    assert watched.seen == {"J-1.pdf": BIG, "J-1.csv": b"J-1;250\n", "J-1.trg": b""}
    assert placed.names == ("J-1.pdf", "J-1.csv", "J-1.trg")
    assert placed.report().outcome is Outcome.DONE
    assert placed.report().reference == "J-1.pdf"
    assert watched.behind == []


def test_nothing_is_seen_before_all_of_it_lies_ready(watched: Watched) -> None:
    seen: list[dict[str, bytes]] = []
    files = [a_file(name, BIG, lambda: seen.append(watched.seen)) for name in ("a.pdf", "b.pdf")]

    watched.placing().place(files, call())

    assert len(seen) > 100
    assert all(not one for one in seen)


def test_the_same_call_twice_is_one_even_when_its_files_were_taken(watched: Watched) -> None:
    watched.place({"J-1.pdf": BIG})
    stat = (watched.path / "J-1.pdf").stat()
    watched.place({"J-1.pdf": BIG})
    assert (watched.path / "J-1.pdf").stat().st_mtime_ns == stat.st_mtime_ns
    (watched.path / "J-1.pdf").unlink()

    again = watched.place({"J-1.pdf": BIG})

    assert watched.seen == {}
    assert again.report().outcome is Outcome.DONE


def test_another_call_places_anew_what_was_taken(watched: Watched) -> None:
    watched.place({"J-1.pdf": BIG})
    (watched.path / "J-1.pdf").unlink()

    watched.place({"J-1.pdf": BIG}, key="key-2")

    assert watched.seen == {"J-1.pdf": BIG}


def test_the_same_name_with_the_same_content_is_done_and_not_touched(watched: Watched) -> None:
    (watched.path / "J-1.pdf").write_bytes(BIG)
    before = (watched.path / "J-1.pdf").stat()

    watched.place({"J-1.pdf": BIG})

    after = (watched.path / "J-1.pdf").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert watched.behind == []


def test_the_same_name_with_another_content_is_refused_and_nothing_comes_in(watched: Watched) -> None:
    (watched.path / "J-1.csv").write_bytes(b"another's")

    with pytest.raises(Rejected, match=r"J-1\.csv lies in the folder with another content"):
        watched.place({"J-1.pdf": BIG, "J-1.csv": b"ours"})

    assert watched.seen == {"J-1.csv": b"another's"}
    assert watched.behind == []
    assert watched.find().whereabouts is Whereabouts.NEVER_CAME


def test_a_name_that_is_taken_while_files_are_written_is_not_overwritten(watched: Watched) -> None:
    def take_the_name() -> None:
        (watched.path / "a.pdf").write_bytes(b"another's")

    with pytest.raises(Rejected, match=r"a\.pdf"):
        watched.placing().place([a_file("a.pdf", BIG), a_file("b.pdf", BIG, take_the_name)], call())

    assert watched.seen == {"a.pdf": b"another's"}
    assert watched.behind == []
    assert watched.slips() == []


def test_a_file_that_breaks_off_leaves_nothing(watched: Watched) -> None:
    def break_off() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watched.placing().place([a_file("a.pdf", BIG), a_file("b.pdf", BIG, break_off)], call())

    assert watched.seen == {}
    assert watched.behind == []


def test_a_file_that_is_not_what_was_announced_is_not_placed(watched: Watched) -> None:
    false = FileToPlace("a.pdf", a_file("", BIG).open, size=len(BIG), sha256="0" * 64)

    with pytest.raises(Misconfigured, match="not what it was"):
        watched.placing().place([false], call())

    assert watched.seen == {}


def test_a_call_that_runs_out_of_time_places_nothing(watched: Watched) -> None:
    with pytest.raises(Unavailable):
        watched.placing().place([a_file("a.pdf", BIG)], call(seconds=-1))

    assert watched.seen == {}


def test_a_folder_that_is_not_there_is_unavailable_and_a_lookup_there_finds_nothing_out(watched: Watched) -> None:
    watched.place({"a.pdf": b"a"})
    watched.path.rename(watched.path.with_name("unmounted"))

    with pytest.raises(Unavailable, match="mounted"):
        watched.place({"a.pdf": b"a"})
    with pytest.raises(Unavailable, match="mounted"):
        watched.find()


def test_folders_in_a_name_are_not_made_by_the_hub(watched: Watched) -> None:
    with pytest.raises(Misconfigured, match=r"no folder for coated/a\.pdf"):
        watched.place({"coated/a.pdf": b"a"})
    (watched.path / "coated").mkdir()

    placed = watched.place({"coated/a.pdf": b"a"})

    assert watched.seen == {"coated/a.pdf": b"a"}
    assert placed.report().reference == "a.pdf"


def test_permissions_are_set_before_anybody_sees_the_file(watched: Watched) -> None:
    watched.place({"a.pdf": b"a"}, permissions="0640")

    assert (watched.path / "a.pdf").stat().st_mode & 0o777 == 0o640


def test_the_staging_folder_may_lie_elsewhere(watched: Watched, tmp_path: Path) -> None:
    watched.place({"a.pdf": b"a"}, staging=str(tmp_path / "elsewhere"))

    assert list(watched.path.iterdir()) == [watched.path / "a.pdf"]


# --- what became of it ---------------------------------------------------------------------------------------------


def test_a_lookup_is_certain_before_and_after_and_when_the_file_was_taken(watched: Watched) -> None:
    watched.place({"other.pdf": b"o"}, key="another")
    assert isinstance(watched.find().finding(), Absent)

    watched.place({"a.pdf": b"a"})
    found = watched.find().finding()
    assert isinstance(found, Found)
    assert watched.find().whereabouts is Whereabouts.WAITING
    (watched.path / "a.pdf").unlink()

    assert watched.find().whereabouts is Whereabouts.TAKEN
    assert isinstance(watched.find().finding(), Found)


def test_without_its_slips_a_lookup_cannot_tell(watched: Watched) -> None:
    assert isinstance(watched.find().finding(), CannotTell)
    watched.place({"a.pdf": b"a"})
    shutil.rmtree(watched.path / ".printhub")

    assert isinstance(watched.find().finding(), CannotTell)


def test_a_slip_that_cannot_be_read_is_no_absence(watched: Watched) -> None:
    watched.place({"a.pdf": b"a"})
    (watched.path / "a.pdf").unlink()
    [slip] = watched.slips()
    slip.write_text("{")

    with pytest.raises(Unavailable, match="slip"):
        watched.find()
    with pytest.raises(Unavailable, match="slip"):
        watched.place({"a.pdf": b"a"})
    assert watched.seen == {}


def test_a_slip_that_cannot_be_read_is_in_no_other_calls_way(watched: Watched) -> None:
    errors = watched.path / "Input_Error"
    errors.mkdir()
    watched.place({"a.pdf": b"a"})
    [slip] = watched.slips()
    slip.write_text("{")
    left = slip.with_name(f"{slip.stem}.{'b' * 12}.0")
    left.write_bytes(b"half")
    os.utime(left, (1_700_000_000, 1_700_000_000))

    watched.place({"b.pdf": b"b"}, key="key-2", refused="Input_Error")
    (watched.path / "b.pdf").rename(errors / "b.pdf")
    told, _ = watched.placing(refused="Input_Error").poll(None, call(), Verb.PLACE)

    assert [one.key for one in told] == ["key-2"]
    assert left.exists()


def test_where_the_watcher_is_awaited_a_file_is_accepted_until_it_is_taken(watched: Watched) -> None:
    placed = watched.place({"a.pdf": b"a", "a.trg": b""}, consumption="awaited")
    assert placed.report().outcome is Outcome.ACCEPTED
    (watched.path / "a.trg").unlink()
    assert watched.find(consumption="awaited").report().outcome is Outcome.ACCEPTED
    (watched.path / "a.pdf").unlink()

    assert watched.find(consumption="awaited").report().outcome is Outcome.DONE


def test_what_the_watcher_could_not_use_has_failed(watched: Watched) -> None:
    errors = watched.path / "Input_Error"
    errors.mkdir()
    watched.place({"a.pdf": b"a"}, refused="Input_Error")
    assert watched.find(refused="Input_Error").whereabouts is Whereabouts.WAITING
    (watched.path / "a.pdf").rename(errors / "a.pdf")

    finding = watched.find(refused="Input_Error").finding()

    assert isinstance(finding, Found)
    assert isinstance(finding.report, Rejected)
    assert "a.pdf" in finding.report.detail


def test_what_the_watcher_could_not_use_is_placed_anew_by_the_same_call(watched: Watched) -> None:
    """It was tried again by somebody, who has perhaps cleared it away."""
    errors = watched.path / "Input_Error"
    errors.mkdir()
    watched.place({"a.pdf": b"a"}, refused="Input_Error")
    (watched.path / "a.pdf").rename(errors / "a.pdf")
    watched.find(refused="Input_Error")
    (errors / "a.pdf").unlink()
    assert watched.find(refused="Input_Error").whereabouts is Whereabouts.REFUSED

    placed = watched.place({"a.pdf": b"a"}, refused="Input_Error")

    assert watched.seen == {"a.pdf": b"a"}
    assert placed.whereabouts is Whereabouts.WAITING
    assert watched.find(refused="Input_Error").whereabouts is Whereabouts.WAITING


def test_what_was_refused_before_says_nothing_of_a_new_file(watched: Watched) -> None:
    errors = watched.path / "Input_Error"
    errors.mkdir()
    (errors / "a.pdf").write_bytes(b"a")
    os.utime(errors / "a.pdf", (1_700_000_000, 1_700_000_000))

    watched.place({"a.pdf": b"a"}, refused="Input_Error")

    assert watched.find(refused="Input_Error").whereabouts is Whereabouts.WAITING


def test_news_of_refused_files_name_their_calls_once(watched: Watched) -> None:
    errors = watched.path / "Input_Error"
    errors.mkdir()
    (errors / "old.pdf").write_bytes(b"old")
    placing = watched.placing(refused="Input_Error")
    for key in ("key-1", "key-2", "key-3"):
        placing.place([FileToPlace.of(f"{key}.pdf", key.encode())], call(key))
    told, cursor = placing.poll(None, call(), Verb.PLACE)
    assert told == []

    for key in ("key-3", "key-1"):
        (watched.path / f"{key}.pdf").rename(errors / f"{key}.pdf")
    told, cursor = placing.poll(cursor, call(), Verb.PLACE)
    assert sorted(str(one.key) for one in told) == ["key-1", "key-3"]
    assert [one.refused for one in told if one.key == "key-1"] == ["the watcher of the folder could not use key-1.pdf"]

    assert placing.poll(cursor, call(), Verb.PLACE) == ([], cursor)


def test_nothing_is_polled_where_refused_files_have_no_folder(watched: Watched) -> None:
    watched.path.rmdir()

    assert watched.placing().poll(None, call(), Verb.PLACE) == ([], None)


# --- what is left behind -------------------------------------------------------------------------------------------


def test_leftovers_of_dead_attempts_go_after_a_day_and_nothing_else(watched: Watched) -> None:
    staging = watched.path / ".printhub"
    staging.mkdir()
    old, young = f"{'a' * 32}.{'b' * 12}.0", f"{'c' * 32}.{'b' * 12}.0"
    for name in (old, young, "somebody-elses.pdf"):
        (staging / name).write_bytes(b"half")
    for name in (old, "somebody-elses.pdf"):
        os.utime(staging / name, (1_700_000_000, 1_700_000_000))

    watched.place({"a.pdf": b"a"})

    assert watched.behind == [young, "somebody-elses.pdf"]


def test_slips_go_when_they_are_not_kept_any_longer(watched: Watched) -> None:
    watched.place({"a.pdf": b"a"}, key="old")
    [old] = watched.slips()
    os.utime(old, (1_700_000_000, 1_700_000_000))

    watched.place({"b.pdf": b"b"}, key="new")

    assert len(watched.slips()) == 1
    assert watched.find("new").whereabouts is Whereabouts.WAITING


# --- check ---------------------------------------------------------------------------------------------------------


def test_a_check_shows_nothing_to_the_watcher_and_tells_what_waits(watched: Watched) -> None:
    placing = watched.placing()
    assert placing.check(call()) == "the folder can be written to; nothing lies in it"
    (watched.path / "a.pdf").write_bytes(b"a")

    assert "files in it: 1, the oldest since 2" in placing.check(call())
    assert watched.seen == {"a.pdf": b"a"}
    assert watched.behind == []


def test_a_check_finds_the_folder_for_refused_files_missing(watched: Watched) -> None:
    with pytest.raises(Misconfigured, match="refused"):
        watched.placing(refused="Input_Error").check(call())
