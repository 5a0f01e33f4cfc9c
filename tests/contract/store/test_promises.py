"""Promised addresses of files, on every store."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from printhub.core.store import promises
from printhub.core.store.promises import Promise
from printhub.core.store.store import Store

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_promise_stands_until_its_time_and_for_its_own_job(fresh: Store) -> None:
    job, other = uuid4(), uuid4()
    made = Promise(uuid4(), uuid4(), job, uuid4(), NOW, NOW + 48 * HOUR)
    without = Promise(uuid4(), uuid4(), other, None, NOW, NOW + HOUR)
    for promise in (made, without):
        fresh.write(lambda tx, promise=promise: promises.make(tx, promise))  # type: ignore[misc] # the default binds it

    assert fresh.read(lambda tx: promises.standing(tx, job, NOW)) == [made]
    assert fresh.read(lambda tx: promises.standing(tx, job, NOW + 48 * HOUR)) == []
    assert fresh.read(lambda tx: promises.standing(tx, other, NOW)) == [without]

    fresh.write(lambda tx: promises.forget(tx, job))

    assert fresh.read(lambda tx: promises.standing(tx, job, NOW)) == []
    assert fresh.read(lambda tx: promises.standing(tx, other, NOW)) == [without]
