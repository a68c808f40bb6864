"""A wire of each kind, for a printer at its far end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.profile import PrinterProfile
from tests.printer.atwork import WIRES, Line, make_wire


@pytest.fixture(scope="session", autouse=True)
def encoder_is_loaded() -> None:
    """Once for all: it takes a moment in which far ends can't keep their time."""
    SlipEncoder(PrinterProfile(), TextMode.CODEPAGE, serial=True).warm_up()


@pytest.fixture(params=WIRES)
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Line]:
    with make_wire(request.param, tmp_path) as line:
        yield line
