"""Run under umockdev: the real driver on an input device; what it hands on and tells, as JSON."""

import asyncio
import json
import sys
from functools import partial

from kiosk.cardreader.magstripe import MagstripeReader
from kiosk.cardreader.wedge import keys_of_swipes
from kiosk.devices.inputdevice import open_input
from kiosk.domain.device import DeviceCondition
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardPresented, CardUnreadable
from tests.support.keys import always


def tell(condition: DeviceCondition) -> None:
    print(json.dumps({"status": condition.status, "detail": condition.detail}), flush=True)


async def main(path: str, count: int) -> None:
    device = DeviceId("swipe")
    wire = partial(open_input, device, path)
    driver = MagstripeReader(device, wire, always(b"k" * 32), tell, framing=keys_of_swipes)
    readings = driver.readings()
    running = asyncio.create_task(driver.run())
    async with asyncio.timeout(15):
        for _ in range(count):
            reading = await anext(readings)
            assert isinstance(reading, CardPresented | CardUnreadable)
            what = reading.token if isinstance(reading, CardPresented) else reading.reason
            print(json.dumps({"reading": what}), flush=True)
    running.cancel()
    await asyncio.wait([running])


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
