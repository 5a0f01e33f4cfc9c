"""What a MIS adapter has to be by itself."""

from typing import ClassVar
from unittest import SkipTest

from printhub.core.model.verbs import Kind, Verb
from printhub.testing.kits.itself import Itself
from printhub.testing.kits.kit import told
from printhub.testing.kits.mis.hooks import MisHooks
from printhub.testing.kits.trouble import TELLING


class MisItself(MisHooks, Itself):
    """What holds for every adapter, and that customers stay out of errors."""

    kind: ClassVar[Kind] = Kind.MIS

    def test_no_personal_data_is_in_an_error(self) -> None:
        """Names and addresses of customers are in no log."""
        order = self.ticket("J-1").order
        if order is None:
            self.cannot("ticket() has no order, so it has no customer")
        people = {order.customer.name, order.customer.email, order.delivery_address.address1} - {""}
        for error in self.failures():
            assert not any(datum in told(error) for datum in people), (
                f"personal data shows in {type(error).__name__}; name the job, not the customer"
            )

    def failures(self) -> list[Exception]:
        """The errors of notify."""
        endings = []
        why = ""
        for trouble in TELLING:
            try:
                self.break_partner(trouble, Verb.NOTIFY)
            except SkipTest as skip:
                why = str(skip)
                continue
            endings.append(self.attempt(self.ticket(f"J-{trouble}"), self.call(Verb.NOTIFY, f"key-{trouble}")))
        if not endings:
            self.cannot(why)
        return [ending for ending in endings if isinstance(ending, Exception)]
