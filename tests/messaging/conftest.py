"""A real mosquitto in a folder of its own, and a hall that tells it everything."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.messaging.broker import EmbeddedBroker
from kiosk.supervisor import supervise_child
from tests.messaging.parts import WITHIN, TestedBranch, a_branch, running_task


@pytest.fixture
async def branch(tmp_path: Path) -> AsyncIterator[TestedBranch]:
    async with a_branch(tmp_path) as branch:
        yield branch


@pytest.fixture
def broker(branch: TestedBranch) -> EmbeddedBroker:
    """Of the branch; not running."""
    return branch.broker


@pytest.fixture
async def started(broker: EmbeddedBroker) -> AsyncIterator[EmbeddedBroker]:
    """The branch's broker, running."""
    well = asyncio.Event()
    child = supervise_child(broker.child(), lambda fault, detail: well.set(), delays=(0.05,))
    async with running_task(child, "broker process"):
        await asyncio.wait_for(well.wait(), WITHIN)
        yield broker
