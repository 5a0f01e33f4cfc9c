"""All acts of operators, by what they act on."""

from dataclasses import dataclass
from typing import Self

from printhub.core.files.folders import WorkingFolders
from printhub.core.flow.acts.deliveries import DeliveryActs
from printhub.core.flow.acts.desk import Desk
from printhub.core.flow.acts.files import FileActs
from printhub.core.flow.acts.jobs import JobActs


@dataclass(frozen=True, slots=True)
class Acts:
    """What operators can do. Every act is recorded with who and why, in the transaction that carries it out."""

    jobs: JobActs
    deliveries: DeliveryActs
    files: FileActs

    @classmethod
    def through(cls, desk: Desk, folders: WorkingFolders) -> Self:
        """All acts, recorded at one desk; files lie in `folders`."""
        return cls(JobActs(desk), DeliveryActs(desk), FileActs(desk, folders))
