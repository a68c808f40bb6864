"""R3: whatever a printer's fault and whenever it begins, no ticket has two slips (table: faultmatrix)."""

from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kiosk.domain.device import DeviceStatus
from kiosk.domain.ids import JobId
from kiosk.domain.slip import SlipState
from kiosk.ports import PrintResult
from kiosk.printer.profile import BufferClear
from kiosk.printer.simulator import SimulatedPrinter
from tests.printer.atwork import WIRES, AtWork, Cable, at_work, make_wire
from tests.printer.faultmatrix import MATRIX, Bench, Moment, Row, table
from tests.printer.slips import slip
from tests.support.escpos_decoder import decode
from tests.support.eventually import until

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "printer-faults.md"
CASES = [
    pytest.param(row, moment, id=f"{row.name}-{moment}") for row in MATRIX for moment in Moment
]


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(("row", "moment"), CASES)
async def test_a_cell(row: Row, moment: Moment, wire: str, tmp_path: Path) -> None:
    cell = row.cell(moment)
    with make_wire(wire, tmp_path) as line:
        cable = Cable(line)
        printer = SimulatedPrinter(cable)
        bench = Bench(printer, cable)
        async with at_work(line, printer.run(), grace=0.4, clear=BufferClear.DLE_DC4) as desk:
            await desk.is_now(DeviceStatus.ONLINE)
            desk.told.clear()
            result = await the_first_slip(desk, bench, row, moment)
            assert result.state is cell.outcome
            if cell.told:
                await until(lambda: cell.told in desk.faults, f"{cell.told} told to staff")
            row.mend(bench)
            assert await the_next_slip(desk) == PrintResult(SlipState.PRINTED)
            await until(lambda: papers(printer)["A037"] == 1, "the next customer's slip")
            if not cell.told:
                assert not any(desk.faults), "staff are told what isn't so"
        assert papers(printer)["A036"] == cell.slips
        assert papers(printer)["A037"] == 1


async def the_first_slip(desk: AtWork, bench: Bench, row: Row, moment: Moment) -> PrintResult:
    async def spoil() -> None:
        row.spoil(bench)

    meanwhile: Callable[[], Awaitable[object]] | None = None
    match moment:
        case Moment.BEFORE:
            row.spoil(bench)
        case Moment.DURING:
            meanwhile = spoil
        case Moment.AFTER:
            pass
    result = await desk.print(of=slip(number="A036", job=JobId("job-1")), meanwhile=meanwhile)
    if moment is Moment.AFTER:
        row.spoil(bench)
    return result


async def the_next_slip(desk: AtWork) -> PrintResult:
    """Customers come until one's slip is printed; each has a number of his own, the last A037."""
    for attempt in range(200):
        await desk.is_now(DeviceStatus.ONLINE)
        result = await desk.print(of=slip(number="A037", job=JobId(f"job-2-{attempt}")))
        if result.state is not SlipState.FAILED:
            return result
    raise AssertionError("never printed again")


def papers(printer: SimulatedPrinter) -> Counter[str]:
    """How many pieces of paper each number stands on, by the independent decoder."""
    found: Counter[str] = Counter()
    for piece in printer.paper:
        for paper in decode(piece.data):
            numbers = {line for line in paper.lines if line in {"A036", "A037"}}
            assert len(numbers) <= 1, "two tickets on one paper"
            found.update(numbers)
    return found


def test_the_document_is_this_table() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == table("en")
