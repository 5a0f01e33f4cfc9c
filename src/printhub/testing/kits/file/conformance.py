"""The whole conformance kit for hot folder adapters."""

from printhub.testing.kits.file.answers import Answers
from printhub.testing.kits.file.itself import FileItself
from printhub.testing.kits.file.repeats import Repeats
from printhub.testing.kits.file.troubles import Troubles


class FileConformance(FileItself, Answers, Repeats, Troubles):
    """Proves that a hot folder adapter keeps the contract; see `FileHooks` for what to write.

    Make your folder anew in `setup_method`, so that each test begins with an empty one.
    """
