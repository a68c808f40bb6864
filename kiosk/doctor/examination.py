"""The examination: everything that is configured and everything that is found, and how it is."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from kiosk.doctor import broker, certificate, devices, house, pads, screens, spares
from kiosk.doctor.devices import Conditions
from kiosk.doctor.machine import Machine, User
from kiosk.doctor.site import Site
from kiosk.domain.device import DeviceCondition
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import faulted
from kiosk.finding import Finding, Subject, Verdict
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
    parts.append(await broker.examined(site, running=running))
    parts += await asyncio.to_thread(lambda: [*certificate.examined(site), *pads.examined(site)])
    found = [*own, *await _shown_and_heard(site, conditions or {}), *parts]
    return [*_with_faults_told(site, found, conditions or {}), *spares.found(site)]


def _with_faults_told(
    site: Site, found: Sequence[Finding], conditions: Conditions
) -> Iterator[Finding]:
    """What a running branch tells of its own parts goes before what can be seen of them."""
    known = {one.subject for one in found}
    for one in found:
        condition = conditions.get(DeviceId(one.subject))
        told = _told(site, one.what, condition) if condition else None
        yield one if told is None or one.status is Verdict.WRONG else told
    for device, condition in conditions.items():
        told = _told(site, condition.kind, condition)
        if told and device not in known:
            yield told


def _told(site: Site, what: str, condition: DeviceCondition) -> Finding | None:
    if condition.fault is None:
        return None
    subject = Subject(condition.device, what)
    return faulted(site.language, subject, condition.fault, condition.detail, condition.kind)


async def _shown_and_heard(site: Site, conditions: Conditions) -> list[Finding]:
    settings = site.settings
    found = [
        screens.display(site, one, conditions.get(DeviceId(one.id))) for one in settings.display
    ]
    if settings.voice:
        found.append(await screens.voice(site, settings.voice, conditions.get(VOICE)))
    return found
