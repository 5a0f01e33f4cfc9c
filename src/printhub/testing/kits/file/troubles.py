"""What a hot folder adapter makes of everything that goes wrong between it and its folder."""

from printhub.core.model.errors import AdapterError, Misconfigured, OutcomeUnknown, Unavailable
from printhub.testing.kits.file.hooks import Ending, FileHooks, FolderTrouble
from printhub.testing.kits.kit import expect


class Troubles(FileHooks):
    """Every trouble has one right name; the hub acts on the name."""

    def test_a_folder_that_is_not_there_is_unavailable(self) -> None:
        """Its share comes back: the hub tries again by itself."""
        expect(self._place_meets(FolderTrouble.DOWN), Unavailable, "Nothing was placed, and later it can be.")

    def test_a_folder_that_takes_nothing_is_misconfigured(self) -> None:
        """Only the operator can mend rights and credentials."""
        expect(self._place_meets(FolderTrouble.REFUSED), Misconfigured, "The operator has to mend that.")
        assert not self.seen(), "nothing may be written, and something is seen"

    def test_a_folder_without_room_is_unavailable_and_gets_nothing(self) -> None:
        """Room is made; a file that was cut off for want of it is never seen."""
        expect(self._place_meets(FolderTrouble.FULL), Unavailable, "Nothing was placed, and later it can be.")
        assert not self.seen(), "there was no room for the files, and something is seen"

    def test_a_connection_that_is_lost_when_files_came_in_is_in_doubt(self) -> None:
        """The watcher may have them already."""
        expect(self._place_meets(FolderTrouble.LOST), OutcomeUnknown, "The files may have come in.")

    def test_check_tells_of_a_folder_that_takes_nothing(self) -> None:
        """Before the hub resumes an instance it asks check."""
        self.break_folder(FolderTrouble.REFUSED)
        expect(self.check(), Misconfigured, "A folder that takes nothing does not pass a check.")

    def test_check_tells_of_a_folder_that_is_not_there(self) -> None:
        """However the adapter names it."""
        self.break_folder(FolderTrouble.DOWN)
        expect(self.check(), AdapterError, "A folder that is not there does not pass a check.")

    def _place_meets(self, trouble: FolderTrouble) -> Ending:
        self.break_folder(trouble)
        return self.place(self.placement())
