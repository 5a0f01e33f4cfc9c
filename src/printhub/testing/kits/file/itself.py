"""What a hot folder adapter has to be by itself."""

from typing import ClassVar
from unittest import SkipTest

from printhub.core.model.verbs import Kind
from printhub.testing.kits.file.hooks import FileHooks, FolderTrouble
from printhub.testing.kits.itself import Itself


class FileItself(FileHooks, Itself):
    """What holds for every adapter."""

    kind: ClassVar[Kind] = Kind.FILE

    def failures(self) -> list[Exception]:
        """The errors of place."""
        endings = []
        why = ""
        for trouble in (FolderTrouble.REFUSED, FolderTrouble.FULL, FolderTrouble.LOST, FolderTrouble.DOWN):
            try:
                self.break_folder(trouble)
            except SkipTest as skip:
                why = str(skip)
                continue
            endings.append(self.place(self.placement(f"J-{trouble}"), f"key-{trouble}"))
        if not endings:
            self.cannot(why)
        return [ending for ending in endings if isinstance(ending, Exception)]
