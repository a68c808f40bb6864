"""What the doctor finds of an input device: ``python -m tests.doctor.inputprobe NODE CONFIG``."""

import asyncio
import sys
from pathlib import Path

from kiosk.doctor.devices import asked
from kiosk.doctor.machine import Machine
from kiosk.doctor.site import Site
from kiosk.settings.devices import WedgeReaderSection
from kiosk.settings.file import load


async def main(node: str, config: Path) -> None:
    """Print the symptom of a reader that the settings couldn't name so: it isn't the node's for ever."""
    section = WedgeReaderSection.model_construct(
        id="swipe", driver="magstripe-evdev", device=node, port=None
    )
    settings = load(config).model_copy(update={"reader": (section,)})
    site = Site.seen(settings, config.parent / "var", "en", Machine())
    [found] = await asked(site)
    print(found.symptom)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
