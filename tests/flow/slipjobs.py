"""Tickets with slips, and what becomes of them."""

import asyncio
from dataclasses import replace

from kiosk.domain.commands import (
    IssueTicket,
)
from kiosk.domain.ids import DeviceId, JobId
from kiosk.domain.slip import SlipJob, SlipRequest
from kiosk.flow.desk import Desk
from tests.domain.day import issue
from tests.flow.stand import PRINTER


def with_slip(name: str, printer: DeviceId = PRINTER) -> IssueTicket:
    """A ticket of this id that gets a slip."""
    return replace(issue(name), slip=SlipRequest(JobId(f"j-{name}"), printer))


async def job(desk: Desk, name: str) -> SlipJob:
    return (await desk.branch()).slips[JobId(f"j-{name}")]


async def outcome(desk: Desk, name: str) -> SlipJob:
    """The slip's job once it has an outcome."""
    for _ in range(2500):
        found = await job(desk, name)
        if found.state.final:
            return found
        await asyncio.sleep(0.002)
    raise AssertionError(f"no outcome of {name}")
