"""The whole conformance kit for e-mail adapters."""

from printhub.testing.kits.email.answers import Answers
from printhub.testing.kits.email.callbacks import Callbacks
from printhub.testing.kits.email.itself import EmailItself
from printhub.testing.kits.email.safety import Safety
from printhub.testing.kits.email.troubles import Troubles


class EmailConformance(EmailItself, Answers, Safety, Troubles, Callbacks):
    """Proves that an e-mail adapter keeps the contract; see `EmailHooks` for what to write.

    Start and stop your mail system's simulator in `setup_method` and `teardown_method`. Each test expects one that has
    taken no messages yet.
    """
