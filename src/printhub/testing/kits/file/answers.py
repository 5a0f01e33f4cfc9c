"""What a hot folder adapter does where nothing is wrong at the folder."""

from pathlib import PurePosixPath

from printhub.core.model.errors import Misconfigured, Rejected
from printhub.core.model.jobs import ProductType
from printhub.core.model.reports import Outcome, Report
from printhub.testing.kits.file.hooks import FileHooks
from printhub.testing.kits.kit import expect

_BIG = bytes(range(256)) * 200
_HOSTILE = ("../J-1", "/etc/J-1", "J 1/..", "J\\1", ".J-1", "J\n1", "J\x001", "CON", "-rf", "日本-1", "J" * 200, "..")


class Answers(FileHooks):
    """A watcher sees each file whole or not at all, and nothing that was there is lost."""

    def test_every_file_comes_in_whole(self) -> None:
        """And once."""
        placement = self.placement()
        self.taken(self.place(placement))
        for content in self.contents(placement):
            assert self.times(content) == 1, f"a file of the placement is seen {self.times(content)} times"

    def test_the_parts_that_came_in_are_named(self) -> None:
        """A retrigger sends only the others."""
        placement = self.placement()
        report = self.taken(self.place(placement))
        parts = {file.part for file in placement.files}
        assert report.parts == parts, (
            f"the parts {sorted(map(str, parts))} came in, and the report names {report.parts}"
        )

    def test_nothing_of_a_file_is_seen_before_all_of_it_was_read(self) -> None:
        """A watcher opens a file in the moment in which it sees it."""
        early: list[str] = []

        def look(reading: str) -> None:
            seen = [name for name, content in self.seen().items() if content[:64] == files[reading][:64]]
            early.extend(f"{reading} was still being read, and {name} was seen" for name in seen)

        files = {"front.pdf": b"front" + _BIG, "back.pdf": b"back" + _BIG}
        self.taken(self.place(self.looked_at(look, files=files)))
        assert not early, early[0]

    def test_a_file_that_breaks_off_is_not_seen(self) -> None:
        """Half a file is no file, whatever the error was."""
        reads = 0

        def break_off(_name: str) -> None:
            nonlocal reads
            reads += 1
            if reads > 5:
                raise OSError("the disk of the hub cannot be read")

        ending = self.place(self.looked_at(break_off, files={"front.pdf": _BIG}))
        assert isinstance(ending, Exception), "a file could not be read, and the adapter reports that it was placed"
        assert not self.seen(), f"a file could not be read, and {sorted(self.seen())} is seen"

    def test_a_job_without_files_is_skipped(self) -> None:
        """There is nothing to place."""
        report = expect(
            self.place(self.placement(files={}, product_type=ProductType.STATIC)), Report, "It has no files."
        )
        assert report.outcome is Outcome.SKIPPED, f"there are no files, and the adapter reports {report.outcome}"
        assert not self.seen(), "there are no files, and something is seen"

    def test_hostile_names_stay_in_the_folder(self) -> None:
        """However jobs and files are called: each comes in whole, or is refused."""
        for number, name in enumerate(_HOSTILE):
            content = f"file {number}".encode()
            ending = self.place(self.placement(name, files={f"{name}.pdf": content}), f"key-{number}")
            if isinstance(ending, Rejected | Misconfigured):
                continue
            self.taken(ending)
            assert self.times(content) == 1, f"the file of job {name!r} was placed, and is not seen in the folder"
        for name in self.seen():
            steps = PurePosixPath(name).parts
            assert name.isprintable(), f"{name!r} has signs in its name that cannot be printed"
            assert not {"..", "/"} & set(steps), f"{name!r} leads out of the folder"

    def test_files_of_one_name_do_not_cover_each_other(self) -> None:
        """Two parts may bring files of the same name, or of names that a file system takes for the same."""
        files = {"print.pdf": b"first", "PRINT.pdf": b"second"}
        ending = self.place(self.placement(files=files))
        if not isinstance(ending, Rejected | Misconfigured):
            self.taken(ending)
            assert self.times(b"first") == self.times(b"second") == 1, "one of two files of like names is lost"

    def test_jobs_do_not_cover_each_other(self) -> None:
        """Two jobs bring files of the same name."""
        for job in ("J-1", "J-2"):
            self.taken(self.place(self.placement(job, files={"print.pdf": job.encode()}), f"key-{job}"))
        assert self.times(b"J-1") == self.times(b"J-2") == 1, "the file of one job took the place of another's"

    def test_another_content_never_takes_the_place_of_a_file(self) -> None:
        """What lies in the folder may be being read: it is never rewritten."""
        self.taken(self.place(self.placement(files={"print.pdf": b"the first"}), "key-1"))
        ending = self.place(self.placement(files={"print.pdf": b"another"}), "key-2")
        assert self.times(b"the first") == 1, "a file that lay in the folder was covered by another"
        if not isinstance(ending, Exception):
            self.taken(ending)
            assert self.times(b"another") == 1, "a file was reported as placed, and is not seen"

    def test_check_answers_with_a_report(self) -> None:
        """A check of a folder that is well is done, and shows nothing to the watcher."""
        report = expect(self.check(), Report, "The folder is well.")
        assert report.outcome is Outcome.DONE, f"the folder is well, and check reports {report.outcome}"
        assert not self.seen(), "check left something in the folder, which a watcher would take"
