"""The whole conformance kit for SMS adapters."""

from printhub.testing.kits.sms.answers import Answers
from printhub.testing.kits.sms.callbacks import Callbacks
from printhub.testing.kits.sms.itself import SmsItself
from printhub.testing.kits.sms.repeats import Repeats
from printhub.testing.kits.sms.troubles import Troubles


class SmsConformance(SmsItself, Answers, Repeats, Troubles, Callbacks):
    """Proves that an SMS adapter keeps the contract; see `SmsHooks` for what to write.

    Start and stop your provider's simulator in `setup_method` and `teardown_method`. Each test expects one that has
    taken no texts yet.
    """
