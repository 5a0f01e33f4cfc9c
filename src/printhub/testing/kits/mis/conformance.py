"""The whole conformance kit for MIS adapters."""

from printhub.testing.kits.mis.answers import Answers
from printhub.testing.kits.mis.itself import MisItself
from printhub.testing.kits.mis.repeats import Repeats
from printhub.testing.kits.mis.troubles import Troubles


class MisConformance(MisItself, Answers, Repeats, Troubles):
    """Proves that a MIS adapter keeps the contract; see `MisHooks` for what to write.

    The smallest use runs what can be proved without the hooks:

        class TestAcme(MisConformance):
            def adapter(self) -> AcmeMis:
                return AcmeMis(AcmeConfig(url=…))

    Start and stop your partner's simulator in `setup_method` and `teardown_method`, or in a fixture of pytest's with
    `autouse=True`. Each test expects a partner that knows no jobs yet.
    """
