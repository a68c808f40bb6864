"""The examination: everything that is configured and everything that is found, and how it is."""

import asyncio
from pathlib import Path

from kiosk.doctor import devices, house, screens, spares
from kiosk.doctor.devices import Conditions
from kiosk.doctor.machine import Machine, User
from kiosk.doctor.site import Site
from kiosk.domain.ids import DeviceId
from kiosk.finding import Finding
from kiosk.flow.announcing import VOICE
from kiosk.settings import Settings


async def examine(
    settings: Settings,
    var: Path,
    language: str,
    conditions: Conditions | None = None,
    *,
    machine: Machine | None = None,
) -> list[Finding]:
    """Findings in that language: the settings' devices, the parts of the machine, what else is there.

    Without ``conditions`` the branch doesn't run, and every device is opened and asked (some
    seconds where one is silent). With those of a running branch nothing is opened.
    """
    machine = machine or Machine(user=User.owner_of(var))
    site = await asyncio.to_thread(Site.seen, settings, var, language, machine)
    running = conditions is not None
    own = devices.told(site, conditions) if conditions is not None else await devices.asked(site)
    parts = await asyncio.to_thread(lambda: list(house.examined(site, running=running)))
    return [*own, *await _shown_and_heard(site, conditions or {}), *parts, *spares.found(site)]


async def _shown_and_heard(site: Site, conditions: Conditions) -> list[Finding]:
    settings = site.settings
    found = [
        screens.display(site, one, conditions.get(DeviceId(one.id))) for one in settings.display
    ]
    if settings.voice:
        found.append(await screens.voice(site, settings.voice, conditions.get(VOICE)))
    return found
