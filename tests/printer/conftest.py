"""A wire of each kind, for a printer at its far end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.printer.atwork import WIRES, Line, make_wire


@pytest.fixture(params=WIRES)
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Line]:
    with make_wire(request.param, tmp_path) as line:
        yield line
