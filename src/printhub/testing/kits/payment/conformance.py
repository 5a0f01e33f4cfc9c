"""The whole conformance kit for payment adapters."""

from printhub.testing.kits.payment.answers import Answers
from printhub.testing.kits.payment.itself import PaymentItself
from printhub.testing.kits.payment.repeats import Repeats
from printhub.testing.kits.payment.troubles import Troubles


class PaymentConformance(PaymentItself, Answers, Repeats, Troubles):
    """Proves that a payment adapter keeps the contract; see `PaymentHooks` for what to write.

    Start and stop your gateway's simulator in `setup_method` and `teardown_method`. Each test makes the payments that
    it needs, so a gateway that is shared with other tests will do.
    """
