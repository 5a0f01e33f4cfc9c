"""The class that hot folder adapters subclass."""

from abc import abstractmethod
from typing import ClassVar

from printhub.core.channels.file.messages import FilePlacement
from printhub.core.model.adapter import Adapter, ConfigT
from printhub.core.model.call import Call
from printhub.core.model.reports import Report
from printhub.core.model.verbs import Kind


class FileAdapter(Adapter[ConfigT]):
    """Places a job's files where a watcher picks them up.

    A watcher must never see half a file: write under another name, then rename, the marker last.
    """

    kind: ClassVar[Kind] = Kind.FILE

    @abstractmethod
    def place(self, placement: FilePlacement, call: Call) -> Report:
        """Place all files; `skipped` where no folder takes this job, `partial` naming the parts that arrived."""
