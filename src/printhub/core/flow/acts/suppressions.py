"""Acts on the list of addresses that nothing more is sent to."""

from datetime import datetime
from uuid import UUID

from printhub.core.flow.acts.desk import Desk, require_filled
from printhub.core.model.errors import ActRefused, NotFound, not_configured
from printhub.core.model.suppression import Medium, Suppression, SuppressionCause, digest_of
from printhub.core.store import suppressions
from printhub.core.store.store import Tx

_LONGEST = 320
"""Characters of an address (RFC 5321: 64, an @, and 255)."""


class SuppressionActs:
    """All raise NotFound for a storefront or an entry that is not there, and ActRefused for what cannot be.

    The address stands with the entry and not with the act, so that it can be erased.
    """

    def __init__(self, desk: Desk) -> None:
        """Act through `desk`."""
        self._desk = desk

    def add(self, storefront: str, medium: Medium, address: str, *, by: str, why: str) -> Suppression:
        """Send nothing more to an address of a storefront's customers."""
        require_filled(address, "an e-mail address, or a telephone number")
        rules = self._desk.rules
        if storefront not in rules.settings.storefronts:
            raise NotFound(not_configured("storefront", storefront, rules.settings.storefronts))
        if not address.strip() or len(address) > _LONGEST or (medium is Medium.EMAIL) is not ("@" in address):
            example = "kim@customer.example" if medium is Medium.EMAIL else "+4930123456"
            raise ActRefused(f"this is no address for {medium}: expected one such as {example}")

        def work(tx: Tx) -> Suppression:
            new = Suppression(
                id=rules.new_id(),
                medium=medium,
                storefront=storefront,
                digest=digest_of(medium, storefront, address),
                cause=SuppressionCause.MANUAL,
                detail=why[:200],
                since=rules.now(),
                by=by,
                address=address.strip(),
            )
            kept = suppressions.add(tx, new)
            if kept.id != new.id:
                raise ActRefused(f"it is on the list already, since {_day(kept.since)}: {kept.cause} ({kept.id})")
            self._desk.record(tx, "suppress", storefront, by=by, why=why, facts={"suppression": str(kept.id)})
            return kept

        return self._desk.store.write(work)

    def remove(self, id_: UUID, *, by: str, why: str) -> Suppression:
        """Let messages go to an address again; what went another way meanwhile stays so."""

        def work(tx: Tx) -> Suppression:
            known = suppressions.get(tx, id_)
            if known is None:
                hint = "`printhub suppressions list` shows those that there are"
                raise NotFound(f"there is no entry {id_} on the list of suppressed addresses; {hint}")
            facts = {"suppression": str(id_), "cause": str(known.cause)}
            self._desk.record(tx, "unsuppress", known.storefront, by=by, why=why, facts={**facts})
            suppressions.take_off(tx, id_)
            return known

        return self._desk.store.write(work)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
