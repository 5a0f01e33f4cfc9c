"""How much may happen within a time, on both stores."""

from datetime import timedelta

import pytest

from printhub.core.store import allowances
from printhub.core.store.store import Store
from printhub.testing.clock import START

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def spent(fresh: Store, name: str, at: timedelta, most: int = 3) -> bool:
    """Whether one more may happen at a moment; it happens if so."""
    now = START + at
    known = fresh.read(lambda tx: allowances.of(tx, name, most, HOUR, now))
    if known.next_at(now) is not None:
        return False
    fresh.write(lambda tx: allowances.spend(tx, known, now))
    return True


def test_all_of_it_may_be_used_at_once_and_grows_back_evenly(fresh: Store) -> None:
    assert [spent(fresh, "a", timedelta()) for _ in range(5)] == [True, True, True, False, False]
    assert [spent(fresh, "a", 20 * MINUTE) for _ in range(2)] == [True, False]
    assert [spent(fresh, "a", 3 * HOUR) for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize("most", [1, 7, 1000])
def test_it_says_when_the_next_may_happen(fresh: Store, most: int) -> None:
    for _ in range(most):
        assert spent(fresh, "a", timedelta(), most)
    known = fresh.read(lambda tx: allowances.of(tx, "a", most, HOUR, START))

    free = known.next_at(START)
    assert free is not None
    assert known.next_at(free) is None
    assert abs(free - START - HOUR / most) < timedelta(milliseconds=1)


def test_what_is_whole_again_is_forgotten(fresh: Store) -> None:
    assert spent(fresh, "a", timedelta())
    assert spent(fresh, "b", HOUR)

    fresh.write(lambda tx: allowances.forget(tx, START + HOUR))

    assert fresh.read(lambda tx: allowances.of(tx, "a", 3, HOUR, START)).until == START
    assert fresh.read(lambda tx: allowances.of(tx, "b", 3, HOUR, START)).until > START + HOUR
