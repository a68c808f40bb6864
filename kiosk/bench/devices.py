"""What stands in a hall that is measured or soaked whole: reader, printer, touch screen and board."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from kiosk.bench.site import Site
from kiosk.cardreader.simulator import SimulatedCardReader
from kiosk.devices.simwire import SimulatedSocket
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.simulator import SimulatedPrinter
from kiosk.tasks import end

_DEVICES = """
[[reader]]
id = "swipe"
driver = "magstripe-serial"
port = "{reader}"

[[printer]]
id = "slip"
driver = "escpos-tcp"
host = "{host}"
port = {port}

[[display]]
id = "touch"
kind = "touch"

[[display]]
id = "board"
kind = "board"
"""


@asynccontextmanager
async def devices(place: Site) -> AsyncIterator[tuple[SimulatedCardReader, SimulatedPrinter]]:
    """Set them up before the branch starts; far ends of reader and printer are in this process."""
    with (
        SimulatedCardReader(place.folder, "swipe") as reader,
        SimulatedSocket() as socket,
    ):
        printer = SimulatedPrinter(socket, PrinterProfile())
        async with AsyncExitStack() as ending:
            printing = asyncio.create_task(printer.run(), name="printer")
            ending.push_async_callback(end, printing)
            place.equip(_DEVICES.format(reader=reader.port, host=socket.host, port=socket.port))
            yield reader, printer
