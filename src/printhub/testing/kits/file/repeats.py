"""What a hot folder adapter does when a call is repeated, or asked after: what comes twice is printed twice."""

from printhub.core.model.adapter import has_verb
from printhub.core.model.reports import Absent, Found, Report
from printhub.core.model.verbs import Effect
from printhub.testing.kits.file.hooks import FileHooks, FolderTrouble
from printhub.testing.kits.kit import expect


class Repeats(FileHooks):
    """Proves what `effects` declares: KEYED and LOOKUP are promises that the hub acts on."""

    def test_the_same_call_twice_places_each_file_once(self) -> None:
        """KEYED: the hub repeats a doubtful call with the same key."""
        self.needs_effect(Effect.KEYED)
        placement = self.placement()
        first = self.taken(self.place(placement))
        before = dict(self.seen())
        again = self.taken(self.place(placement, attempt=2))
        assert dict(self.seen()) == before, "the same call twice changed what lies in the folder"
        assert again.reference == first.reference, "one key led to two references"

    def test_what_was_taken_is_not_placed_again(self) -> None:
        """KEYED: the watcher was quicker than the answer."""
        self.needs_effect(Effect.KEYED)
        placement = self.placement()
        self.taken(self.place(placement))
        self.take()
        self.taken(self.place(placement, attempt=2))
        assert not self.seen(), "files that the watcher had taken were placed again by the same call"

    def test_files_whose_answer_was_lost_are_not_placed_again(self) -> None:
        """KEYED: the case it is there for."""
        self.needs_effect(Effect.KEYED)
        placement = self.placement()
        self.break_folder(FolderTrouble.LOST)
        self.place(placement)
        came = list(self.seen().values())
        self.take()
        self.taken(self.place(placement, attempt=2))
        came += self.seen().values()
        for content in self.contents(placement):
            assert came.count(content) == 1, f"a file came in {came.count(content)} times when an answer was lost"

    def test_another_call_places_anew(self) -> None:
        """A job that is sent again is to be printed again."""
        placement = self.placement()
        self.taken(self.place(placement, "key-1"))
        self.take()
        self.taken(self.place(placement, "key-2"))
        for content in self.contents(placement):
            assert self.times(content) == 1, "a job was sent again, and its file did not come in again"

    def test_lookup_finds_what_came_in(self) -> None:
        """LOOKUP: under the same reference."""
        self.needs_effect(Effect.LOOKUP)
        placement = self.placement()
        report = self.taken(self.place(placement))
        found = expect(self.look_up(placement), Found, "The files came in.")
        again = expect(found.report, Report, "The files came in.")
        assert again.reference == report.reference, "lookup found another reference than place told"

    def test_lookup_never_takes_a_file_that_was_taken_for_one_that_never_came(self) -> None:
        """LOOKUP: Absent would have it placed and printed again."""
        if not has_verb(type(self.adapter()), "lookup"):
            self.cannot("the class has no lookup")
        placement = self.placement()
        self.taken(self.place(placement))
        self.take()
        assert not isinstance(self.look_up(placement), Absent), "the watcher took the files, and lookup says Absent"

    def test_lookup_is_certain_of_what_never_came(self) -> None:
        """LOOKUP: only Absent lets the hub place the files again."""
        self.needs_effect(Effect.LOOKUP)
        self.taken(self.place(self.placement("J-0", files={"other.pdf": b"another job"}), "key-0"))
        expect(self.look_up(self.placement()), Absent, "These files were never placed.")

    def test_lookup_changes_nothing(self) -> None:
        """LOOKUP: asking is not doing."""
        self.needs_effect(Effect.LOOKUP)
        placement = self.placement()
        self.look_up(placement)
        assert not self.seen(), "a lookup of what was never placed placed it"
        self.taken(self.place(placement))
        before = dict(self.seen())
        self.look_up(placement)
        assert dict(self.seen()) == before, "a lookup changed what lies in the folder"

    def test_a_lookup_that_fails_is_not_taken_for_absent(self) -> None:
        """A folder that is not there has not said no."""
        if not has_verb(type(self.adapter()), "lookup"):
            self.cannot("the class has no lookup")
        placement = self.placement()
        self.taken(self.place(placement))
        self.break_folder(FolderTrouble.DOWN)
        assert not isinstance(self.look_up(placement), Absent), "the folder is not there, and lookup says Absent"
