"""Which device can be tried, by which name, and how."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from kiosk.doctor import devices
from kiosk.doctor.atwork import AtWork, Trial, put_to_work
from kiosk.doctor.callingtrial import try_led, try_pad, try_voice
from kiosk.doctor.devices import Conditions
from kiosk.doctor.displaytrial import try_display
from kiosk.doctor.machine import Machine, User
from kiosk.doctor.printertrial import try_printer
from kiosk.doctor.readertrial import try_reader
from kiosk.doctor.site import Site
from kiosk.domain.ids import DeviceId
from kiosk.finding import Finding, Verdict
from kiosk.flow.announcing import VOICE
from kiosk.ports import KioskError
from kiosk.settings import Settings
from kiosk.settings.devices import DisplaySection
from kiosk.settings.tree import meant


class NoSuchDevice(KioskError):
    """There is no device of this name to be tried."""

    exit_code = 2


async def tried(settings: Settings, var: Path, device: DeviceId, language: str) -> Trial:
    """Where no branch runs: first whether the device is there at all, then its trial."""
    if section := display_called(settings, device):
        async with aclosing(try_display(section, language)) as steps:
            async for step in steps:
                yield step
        return
    alone = _only(settings, device)
    machine = Machine(user=User.owner_of(var))
    site = await asyncio.to_thread(Site.seen, alone, var, language, machine)
    if lost := _lost(await devices.asked(site), device):
        yield lost
        return
    async with put_to_work(alone) as at, aclosing(trial_of(at, device, language)) as steps:
        async for step in steps:
            yield step


async def tried_at(
    at: AtWork, var: Path, conditions: Conditions, device: DeviceId, language: str
) -> Trial:
    """In a running branch: first how that finds the device, then its trial."""
    site = await asyncio.to_thread(Site.seen, at.settings, var, language, Machine())
    if lost := _lost(devices.told(site, conditions), device):
        yield lost
        return
    async with aclosing(trial_of(at, device, language)) as steps:
        async for step in steps:
            yield step


def display_called(settings: Settings, device: DeviceId) -> DisplaySection | None:
    """A screen, which is tried beside a running branch and not by it."""
    return next((one for one in settings.display if one.id == device), None)


def device_called(settings: Settings, name: str) -> DeviceId:
    """A device by its id, or the first of a kind: ``printer``. Raises NoSuchDevice."""
    by_kind = {kind: ids for kind, ids in _by_kind(settings).items() if ids}
    known = [one for ids in by_kind.values() for one in ids]
    if name in known:
        return DeviceId(name)
    if name in by_kind:
        return DeviceId(by_kind[name][0])
    there = ", ".join(known) or "none"
    close = meant(name, [*known, *by_kind])
    raise NoSuchDevice(f"there is no device {name!r} that can be tried{close} (there are: {there})")


def trial_of(at: AtWork, device: DeviceId, language: str) -> Trial:
    """How it is tried. Raises NoSuchDevice."""
    calling = at.hardware.calling
    if device in at.hardware.printers:
        return try_printer(at, device, language)
    if device in at.readers:
        return try_reader(at, device, language)
    if device in calling.lent_leds:
        return try_led(at, device, language)
    if device in calling.lent_pads:
        return try_pad(at, device, language)
    if device == VOICE:
        return try_voice(at, language)
    raise NoSuchDevice(f"{device} isn't tried by the branch: run kiosk doctor {device} beside it")


def _lost(findings: Sequence[Finding], device: DeviceId) -> Finding | None:
    """What makes a trial vain."""
    wrong = (one for one in findings if one.subject == device and one.status is Verdict.WRONG)
    return next(wrong, None)


def _only(settings: Settings, device: DeviceId) -> Settings:
    """The branch with this device alone."""
    tables = {
        "reader": settings.reader,
        "printer": settings.printer,
        "led": settings.led,
        "callpad": settings.callpad,
    }
    kept = {name: tuple(one for one in of if one.id == device) for name, of in tables.items()}
    voice = settings.voice if device == VOICE else None
    return settings.model_copy(update={**kept, "voice": voice})


def _by_kind(settings: Settings) -> dict[str, list[str]]:
    return {
        "printer": [one.id for one in settings.printer],
        "reader": [one.id for one in settings.reader],
        "display": [one.id for one in settings.display],
        "led": [one.id for one in settings.led],
        "callpad": [one.id for one in settings.callpad],
        "voice": [VOICE] if settings.voice else [],
    }
