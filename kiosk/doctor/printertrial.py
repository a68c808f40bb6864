"""Trying a printer: a test slip, cut, and its status read back."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.doctor.atwork import AtWork, Trial
from kiosk.doctor.devices import subject_of
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId, JobId
from kiosk.domain.slip import SlipState
from kiosk.faultwords import faulted
from kiosk.finding import Subject
from kiosk.locale import say
from kiosk.settings import Settings
from kiosk.settings.printers import PrinterSection


async def try_printer(at: AtWork, device: DeviceId, language: str) -> Trial:
    """Print a test slip. It is no job of the branch's: it stands in no log."""
    [section] = [one for one in at.settings.printer if one.id == device]
    subject = subject_of(section)
    yield say(language, "A test slip is being printed.")
    result = await at.hardware.printers[device].print_test(
        JobId(f"test-{uuid.uuid4()}"),
        say(language, "Test slip"),
        _facts(at.settings, subject, section),
    )
    if result.state is not SlipState.PRINTED or result.fault:
        yield faulted(language, subject, result.fault or Fault.NOT_CONFIRMED)
        return
    yield say(
        language,
        "Look at it: each text stands twice, by the printer's own letters and drawn. Where the two"
        " differ, correct code_pages (its self-test page has the numbers). Both ends of the last"
        " line have to be on the paper, else correct width_mm.",
    )
    yield subject.well(
        say(language, "The printer itself says: printed, cut, ready for the next one.")
    )


def _facts(settings: Settings, subject: Subject, section: PrinterSection) -> list[str]:
    now = datetime.now(ZoneInfo(settings.branch.timezone))
    return [
        f"{settings.branch.id} · {subject.name} · {now:%Y-%m-%d %H:%M:%S}",
        subject.what,
        f"profile {section.profile} · text {section.text}",
    ]
