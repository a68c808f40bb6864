"""The machine's clock and its identifiers."""

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import SystemClock, uuid7


def test_the_time_is_utc_and_now() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)


@given(st.integers(0, 2**48 - 1))
def test_a_uuid7_of_rfc_9562(milliseconds: int) -> None:
    one = uuid.UUID(uuid7(milliseconds))
    assert (one.version, one.variant) == (7, uuid.RFC_4122)
    assert one.int >> 80 == milliseconds


@given(st.integers(0, 2**48 - 2))
def test_it_sorts_by_time_of_making(milliseconds: int) -> None:
    assert uuid7(milliseconds) < uuid7(milliseconds + 1)


def test_new_ids_are_all_different() -> None:
    clock = SystemClock()
    ids = {clock.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {uuid.UUID(one).version for one in ids} == {7}
