"""Acts on the list of addresses that nothing more is sent to."""

import re
from datetime import datetime
from email.utils import getaddresses

from printhub.core.channels.sms.numbers import NotANumber, e164
from printhub.core.channels.sms.numbers import spellings as number_spellings
from printhub.core.flow.acts.desk import Desk, by_beginning, require_filled
from printhub.core.model.errors import ActRefused, NotFound, not_configured
from printhub.core.model.suppression import Medium, Suppression, SuppressionCause
from printhub.core.settings import Settings
from printhub.core.store import suppressions
from printhub.core.store.store import Tx

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
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
        plain = _address(medium, address, rules.settings.storefronts[storefront].phone_region)

        def work(tx: Tx) -> Suppression:
            new = Suppression(
                id=rules.new_id(),
                medium=medium,
                storefront=storefront,
                address=plain,
                cause=SuppressionCause.MANUAL,
                detail=why[:200],
                since=rules.now(),
                by=by,
            )
            kept = suppressions.add(tx, new)
            if kept.id != new.id:
                raise ActRefused(f"it is on the list already, since {_day(kept.since)}: {kept.cause} ({kept.id})")
            self._desk.record(tx, "suppress", storefront, by=by, why=why, facts={"suppression": str(kept.id)})
            return kept

        return self._desk.store.write(work)

    def remove(self, entry: str, *, by: str, why: str) -> Suppression:
        """Let messages go to an address again, by the id of its entry or the beginning of it.

        What went another way meanwhile stays so.
        """

        def work(tx: Tx) -> Suppression:
            nouns = ("suppressed address", "suppressed addresses")
            known = by_beginning(tx, entry, suppressions.starting_with, nouns, "printhub suppressions list")
            facts = {"suppression": str(known.id), "cause": str(known.cause)}
            self._desk.record(tx, "unsuppress", known.storefront, by=by, why=why, facts={**facts})
            suppressions.take_off(tx, known.id)
            return known

        return self._desk.store.write(work)


def spellings(settings: Settings, address: str) -> set[str]:
    """An address as it was typed, and a number as it may stand on the list of any of the storefronts.

    Raises ActRefused for a number that none of them can read.
    """
    found = {address}
    for storefront in settings.storefronts.values():
        found |= number_spellings(address, storefront.phone_region)
    if "@" not in address and len(found) == 1 and not address.strip().startswith("+"):
        raise ActRefused(
            "this number names no country, and no storefront a phone_region: expected one such as +4930123456"
        )
    return found


def _address(medium: Medium, text: str, region: str | None) -> str:
    """The address alone as messages go to it, however it was written; raises ActRefused, never saying what it was."""
    if medium is Medium.SMS:
        try:
            return e164(text, region)
        except NotANumber as error:
            raise ActRefused(f"{error}: expected one such as +4930123456") from None
    found = [address for _, address in getaddresses([text])]
    if len(found) != 1 or not _ADDRESS.fullmatch(found[0]) or len(found[0]) > _LONGEST:
        raise ActRefused("this is not one e-mail address: expected one such as kim@customer.example")
    return found[0]


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
