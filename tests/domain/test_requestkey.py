"""Idempotency keys: which request is a retry of which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.requestkey import given_key, is_same_request, request_key

KEYS = st.text(st.characters(min_codepoint=ord(" ")), min_size=1, max_size=255)


@given(KEYS, st.binary(), st.binary())
def test_a_retry_asks_for_the_same(key: str, asked: bytes, other: bytes) -> None:
    mine = request_key(key, asked)
    assert given_key(mine) == key
    assert is_same_request(mine, mine)
    assert is_same_request(mine, request_key(key, other)) is (asked == other)


@given(KEYS, KEYS, st.binary())
def test_in_order_of_the_alphabet_nothing_comes_between_a_key_and_its_marks(
    key: str, other: str, asked: bytes
) -> None:
    """By which the log finds them."""
    within = key <= request_key(other, asked) < f"{key}\x02"
    assert within is (key == other)


@pytest.mark.parametrize("known", ["k", "another", None])
def test_a_key_without_a_mark_is_believed(known: str | None) -> None:
    assert is_same_request(known, request_key("k", b"cash"))
