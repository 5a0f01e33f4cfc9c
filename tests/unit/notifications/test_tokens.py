"""Tokens that a bounce brings back: only those that this hub made are believed."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub.core.notifications.tokens import delivery_of, token_of

KEY = b"k" * 32
ID = UUID("0190d1f4-0000-7000-8000-000000000001")


@given(st.uuids(), st.binary(min_size=16, max_size=64))
def test_a_token_leads_back_to_its_delivery_however_it_is_written(delivery: UUID, key: bytes) -> None:
    token = token_of(delivery, key)

    assert delivery_of(token, key) == delivery_of(token.upper(), key) == delivery
    assert len(token) == 39
    assert token.isalnum()


@given(st.uuids(), st.integers(0, 38), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_token_is_believed_with_another_sign_in_it(delivery: UUID, place: int, sign: str) -> None:
    token = token_of(delivery, KEY)
    other = token[:place] + sign + token[place + 1 :]

    assert delivery_of(other, KEY) == (delivery if other == token else None)


def test_no_token_of_another_hub_is_believed() -> None:
    assert delivery_of(token_of(ID, KEY), b"other" * 8) is None


@pytest.mark.parametrize("token", ["", "a", "0189", "ü" * 39, "a" * 39, "a" * 10_000, "aa=="])
def test_what_is_no_token_leads_nowhere(token: str) -> None:
    assert delivery_of(token, KEY) is None
