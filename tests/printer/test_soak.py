"""Slip after slip through random faults: every ticket has one outcome and at most one piece of paper.

10,000 of them with ``KIOSK_NIGHTLY=1``, 80 without; somebody's hands are in the printer all the time.
"""

import asyncio
import gc
import logging
import os
import random
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.device import DeviceStatus
from kiosk.domain.ids import JobId
from kiosk.domain.slip import SlipState
from kiosk.printer.profile import BufferClear
from kiosk.printer.simulator import SimulatedPrinter
from tests.printer.atwork import Cable, at_work, make_wire
from tests.printer.slips import slip
from tests.printer.spoiling import Tray, hands

CUSTOMERS = 10_000 if "KIOSK_NIGHTLY" in os.environ else 80
GROWTH = 4 << 20
"""Bytes that memory may grow by from the first tenth on; a leaked slip is 2 kB."""


@pytest.fixture
def quiet() -> Iterator[None]:
    """What tests capture of the log would count as memory."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("quiet")
async def test_every_ticket_has_one_outcome_and_one_paper_at_most(tmp_path: Path) -> None:
    outcomes: dict[str, SlipState] = {}
    tray = Tray(r"T(?:\d{5}|FIRST|LAST)")
    with make_wire("tcp", tmp_path) as line:
        cable = Cable(line)
        printer = SimulatedPrinter(cable)
        async with at_work(line, printer.run(), grace=0.05, clear=BufferClear.DLE_DC4) as desk:
            await desk.is_now(DeviceStatus.ONLINE)
            assert (await desk.print(of=slip(number="TFIRST"))).state is SlipState.PRINTED
            spoiling = asyncio.create_task(hands(printer, cable, random.Random(4), a_second=2))
            memory: list[int] = []
            tracemalloc.start()
            for customer in range(CUSTOMERS):
                number = f"T{customer:05}"
                result = await desk.print(of=slip(number=number, job=JobId(f"job-{customer}")))
                outcomes[number] = result.state
                tray.empty(printer)
                desk.told.clear()
                desk.digests.clear()
                if result.state is SlipState.FAILED:
                    await asyncio.sleep(0.05)  # the next customer isn't there at once
                if customer % max(1, CUSTOMERS // 10) == 0:
                    gc.collect()
                    memory.append(tracemalloc.get_traced_memory()[0])
            tracemalloc.stop()
            spoiling.cancel()
            await asyncio.wait([spoiling])
            await desk.is_now(DeviceStatus.ONLINE)
            assert (await desk.print(of=slip(number="TLAST"))).state is SlipState.PRINTED
            tray.empty(printer)
    told = Counter(outcomes.values())
    print(f"\n{CUSTOMERS} customers: {dict(told)}, {sum(tray.found.values())} papers, {memory}")
    assert all(state.final for state in outcomes.values())
    assert {number for number, count in tray.found.items() if count > 1} == set()
    printed = {number for number, state in outcomes.items() if state is SlipState.PRINTED}
    failed = {number for number, state in outcomes.items() if state is SlipState.FAILED}
    assert printed <= set(tray.found), "told printed, and no paper"
    assert not failed & set(tray.found), "told failed, and paper came out"
    # How many depends on the machine: what spoils the printer doesn't wait for a slow one.
    assert told[SlipState.PRINTED] >= CUSTOMERS / 16
    assert told[SlipState.FAILED] >= CUSTOMERS / 16
    assert memory[-1] - memory[1] < GROWTH
