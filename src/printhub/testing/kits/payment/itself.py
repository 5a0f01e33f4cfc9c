"""What a payment adapter has to be by itself."""

from typing import ClassVar
from unittest import SkipTest

from printhub.core.model.verbs import Kind, Verb
from printhub.testing.kits.itself import Itself
from printhub.testing.kits.payment.hooks import PAID, PaymentHooks
from printhub.testing.kits.trouble import TELLING


class PaymentItself(PaymentHooks, Itself):
    """What holds for every adapter."""

    kind: ClassVar[Kind] = Kind.PAYMENT

    def failures(self) -> list[Exception]:
        """The errors of refund."""
        endings = []
        why = ""
        for trouble in TELLING:
            request = self.request(self.payment(PAID), f"E-{trouble}")
            try:
                self.break_partner(trouble, Verb.REFUND)
            except SkipTest as skip:
                why = str(skip)
                continue
            endings.append(self.refund(request))
        if not endings:
            self.cannot(why)
        return [ending for ending in endings if isinstance(ending, Exception)]
