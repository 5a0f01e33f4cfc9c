"""Station: addresses of files for those who have no token - promised to partners for days, or lent for minutes.

An address is `PUBLIC_URL/files/…?sig=…`, signed with a key of the hub's own (HMAC-SHA256). The signature stands in the
query, where it is masked in all that is kept of requests.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from printhub.core.flow.rules import Rules
from printhub.core.model.errors import Forbidden, Misconfigured, NotFound, Scope
from printhub.core.model.known import FileRecord
from printhub.core.store import files, keys, promises
from printhub.core.store.promises import Promise
from printhub.core.store.store import Store, Tx

LONGEST_LOAN = timedelta(hours=1)
_PURPOSE = "files"


class Links:
    """Makes addresses of stored files, and tells what one leads to."""

    def __init__(self, store: Store, rules: Rules) -> None:
        """Keep promises in `store`."""
        self._store = store
        self._rules = rules
        self._key: bytes | None = None

    def promise(self, file: FileRecord, delivery: UUID | None, life: timedelta) -> str:
        """An address at which a partner finds a file for at least `life`, whatever becomes of the job meanwhile.

        The same delivery is given the same address each time, so that a repeated call says the same; its life is
        counted from the last time. Raises Misconfigured where nobody knows the address of the hub.
        """
        base = self._rules.settings.web.public_url
        if base is None:
            detail = (
                f"the file {file.name} lies in the hub's folder, and nobody outside knows the hub's address: set "
                "[web] listen and public_url, deliver it by upload, or set files_stay_put"
            )
            raise Misconfigured(detail, Scope.DELIVERY)
        now = self._rules.now()
        made = Promise(self._rules.new_id(), file.id, file.job_id, delivery, now, now + life)
        kept = self._store.write(lambda tx: promises.keep(tx, made))
        return f"{base}/files/promised/{kept}/{quote(file.name, safe='')}?sig={self._sign('promised', kept)}"

    def lend(self, file: FileRecord, life: timedelta, base: str) -> tuple[str, datetime]:
        """An address of a file below `base` that is good for `life` (an hour at the most), and until when it is."""
        until = (self._rules.now() + min(life, LONGEST_LOAN)).replace(microsecond=0)
        seconds = int(until.timestamp())
        place = f"{base}/files/lent/{file.id}/{quote(file.name, safe='')}"
        return f"{place}?until={seconds}&sig={self._sign('lent', file.id, seconds)}", until

    def promised(self, promise: UUID, sig: str) -> FileRecord:
        """The file that was promised; raises Forbidden for a signature that is none, NotFound when its time is over."""
        self._require(sig, "promised", promise)
        now = self._rules.now()

        def read(tx: Tx) -> FileRecord | None:
            made = promises.get(tx, promise)
            return files.get(tx, made.asset_id) if made is not None and made.until > now else None

        return _there(self._store.read(read))

    def lent(self, file: UUID, until: int, sig: str) -> FileRecord:
        """The file that was lent; raises as `promised` does."""
        self._require(sig, "lent", file, until)
        if self._rules.now() >= datetime.fromtimestamp(until, UTC):
            return _there(None)
        return _there(self._store.read(lambda tx: files.get(tx, file)))

    def _require(self, sig: str, *said: object) -> None:
        if not hmac.compare_digest(self._sign(*said).encode(), sig.encode(errors="replace")):
            raise Forbidden("this address was not made by the hub, or was changed")

    def _sign(self, *said: object) -> str:
        if self._key is None:
            self._key = self._store.write(lambda tx: keys.key_for(tx, _PURPOSE, self._rules.now()))
        text = "\n".join(str(part) for part in said)
        return base64.urlsafe_b64encode(hmac.digest(self._key, text.encode(), hashlib.sha256)).decode().rstrip("=")


def _there(file: FileRecord | None) -> FileRecord:
    if file is None or file.stored is None:
        raise NotFound("the time of this address is over, or the file was cleared with its job")
    return file
