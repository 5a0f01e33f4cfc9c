"""Ids that are found again: the same time and names make the same one, and others make others."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from printhub.core.model.ids import id_of

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


@given(MOMENTS, st.lists(st.text()))
def test_an_id_is_a_uuid_of_version_7_and_always_the_same(at: datetime, names: list[str]) -> None:
    made = id_of(at, *names)

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made == id_of(at, *names)


@given(st.lists(st.text()), st.lists(st.text()))
def test_other_names_make_another_id(one: list[str], other: list[str]) -> None:
    assert (id_of(AT, *one) == id_of(AT, *other)) is (one == other)


@given(st.lists(st.text()), st.lists(st.text()), st.integers(1, 10**12))
def test_later_ids_sort_behind_earlier_ones(one: list[str], other: list[str], milliseconds: int) -> None:
    assert id_of(AT, *one) < id_of(AT + timedelta(milliseconds=milliseconds), *other)
