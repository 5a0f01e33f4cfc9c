"""A schedule is a moment or a day, and said once."""

from datetime import date

import pytest
from pydantic import ValidationError

from printhub.core.model.events.order import OrderPlaced, OrderScheduled

TOTAL = {"amount": "1.00", "currency": "EUR"}


def test_a_day_is_read_as_a_day() -> None:
    placed = OrderPlaced.model_validate({"order": {"id": "O1", "total": TOTAL, "release_on": "2026-12-01"}})

    assert placed.order.release_on == date(2026, 12, 1)
    assert OrderScheduled.model_validate({"order": "O1", "release_on": "2026-12-01"}).release_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    "day", ["2026-12-01T00:00:00Z", "2026-12-01T00:00:00", "1.12.2026", 1764547200, "2026-02-30", ""]
)
def test_what_is_no_day_is_refused(day: object) -> None:
    with pytest.raises(ValidationError, match="release_on"):
        OrderScheduled.model_validate({"order": "O1", "release_on": day})


def test_a_moment_and_a_day_may_contradict_each_other_so_both_are_refused() -> None:
    both = {"release_at": "2026-12-01T00:00:00Z", "release_on": "2026-12-01"}

    with pytest.raises(ValidationError, match="found both"):
        OrderScheduled.model_validate({"order": "O1", **both})
    with pytest.raises(ValidationError, match="found both"):
        OrderPlaced.model_validate({"order": {"id": "O1", "total": TOTAL, **both}})


def test_at_once_has_to_be_said_too() -> None:
    assert OrderScheduled.model_validate({"order": "O1", "release_at": None}).release_at is None
    with pytest.raises(ValidationError, match="null means at once"):
        OrderScheduled.model_validate({"order": "O1"})
