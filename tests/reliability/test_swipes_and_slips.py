"""R3, R4: a soak of swipes and slips through random faults; 10,000 with ``KIOSK_NIGHTLY=1``."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.swipesandslips import A_DAY, Upkeep, live_through

NIGHTLY = "KIOSK_NIGHTLY" in os.environ
CUSTOMERS = 10_000 if NIGHTLY else 40
GROWTH = 12.0
"""Megabytes that memory may grow by after the first days."""


@pytest.fixture
def quiet() -> Iterator[None]:
    """What tests capture of the log would count as memory."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.timeout(7200 if NIGHTLY else 120)
@pytest.mark.usefixtures("quiet")
async def test_every_swipe_and_every_ticket_has_one_outcome(tmp_path: Path) -> None:
    found = await live_through(tmp_path, CUSTOMERS, seed=4)
    print(found)
    assert found.swipes["greeted"] > CUSTOMERS / 2
    assert found.slips["printed"] > CUSTOMERS / 2
    settled = [day for day in found.upkeep if day.customers >= 4 * A_DAY]
    if settled:
        _is_flat(settled)


def _is_flat(days: list[Upkeep]) -> None:
    first, last = days[0], days[-1]
    assert last.megabytes - first.megabytes < GROWTH
    assert last.files <= first.files + 2
    assert last.threads <= first.threads + 1
    assert last.tasks <= first.tasks + 2
