"""A slip as a picture to look at, without a printer."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.client import Client
from kiosk.domain.ids import ClassId, ClientRef, JobId, Language, SegmentId, ServiceId
from kiosk.domain.queue import APPOINTMENT, REGULAR, VIP, Queue
from kiosk.domain.service import Service
from kiosk.domain.slip import Slip
from kiosk.flow.state import named
from kiosk.locale.greeting import greeting
from kiosk.ports import KioskError
from kiosk.printer.commands import CommandReader
from kiosk.printer.encoder import slip_encoder
from kiosk.printer.paper import Paper
from kiosk.printer.profile import printer_profile
from kiosk.settings import Settings
from kiosk.settings.plan import branch_plan
from kiosk.settings.printers import PrinterSection, TcpPrinterSection
from kiosk.settings.tree import meant

NO_PRINTER = TcpPrinterSection(id="none", driver="escpos-tcp")
"""Stands in for the printer of a branch that has none: 80 mm of paper, everything drawn."""
_SAMPLE_CODE = "0" * 32
_SAMPLE_CLIENT = Client(ClientRef("sample"), "Sample", "Sample", sex="f")
_SURNAMES = {"zh": "样", "ru": "Образцова", "cs": "Vzorová"}
"""The sample client's in other languages."""


class UnknownChoice(KioskError):
    """A preview was asked for with something that the branch hasn't got."""

    exit_code = 2

    def __init__(self, kind: str, given: str, known: Sequence[str]) -> None:
        hint = meant(given, known) or f"; there are: {', '.join(known) or 'none'}"
        super().__init__(f"there is no {kind} {given!r} in the settings{hint}")


def preview(
    settings: Settings,
    *,
    language: str | None = None,
    service: str | None = None,
    priority_class: str | None = None,
    printer: str | None = None,
    tell: Callable[[str], None] = lambda fault: None,
) -> bytes:
    """A sample slip as one of the branch's printers would print it now, as a PNG file.

    For the command line and for pages: it needs no running branch, opens no device and draws with
    the printer's own profile, text mode and template, as the hardware bench does. What isn't given
    is the branch's first one; the class is regular. A logo that can't be printed is left out, as it
    is on paper, and ``tell`` hears why. Takes some 50 ms of processor and reads files: call it in a
    thread. Raises UnknownChoice and FontMissing.
    """
    plan = branch_plan(settings)
    slip = sample_slip(
        settings,
        language=_chosen("language", language, plan.languages),
        service=_chosen("service", service, tuple(plan.services)),
        priority_class=_chosen("class", priority_class or REGULAR, tuple(plan.classes)),
    )
    section = _printer(settings, printer)
    paper = Paper(printer_profile(section))
    data = slip_encoder(section, settings.slip, tell).encode(slip)
    for command in CommandReader().feed(data):
        paper.draw(command)
    return paper.cut(data).png()


def sample_slip(
    settings: Settings, *, language: str, service: str, priority_class: str = REGULAR
) -> Slip:
    """A slip as the branch would give it now, for somebody who doesn't exist."""
    plan = branch_plan(settings)
    words = Language(language)
    wanted = plan.services[ServiceId(service)]
    now = datetime.now(plan.zone)
    url = settings.http.follow_url
    client = replace(_SAMPLE_CLIENT, surname=_SURNAMES.get(language, _SAMPLE_CLIENT.surname))
    return Slip(
        job=JobId("preview"),
        number=_queue(plan, wanted, priority_class).series.label(36),
        language=words,
        branch=named(plan.names, words),
        service=named(wanted.names, words),
        issued_at=now,
        people_ahead=4,
        wait_minutes=25,
        booked_for=now + timedelta(minutes=25) if priority_class == APPOINTMENT else None,
        service_id=wanted.id,
        segment=_segment(plan, priority_class),
        priority_class=ClassId(priority_class),
        greeting=greeting(None, words, now.hour),
        named_greeting=greeting(client, words, now.hour) if settings.slip.names else None,
        follow_url=f"{url}/t/{_SAMPLE_CODE}" if url else None,
    )


def _queue(plan: BranchPlan, service: Service, priority_class: str) -> Queue:
    own = service.vip_queue if priority_class == VIP else None
    return plan.queues[own or service.queue]


def _segment(plan: BranchPlan, priority_class: str) -> SegmentId | None:
    """The first whose clients are of this class."""
    return next((one.id for one in plan.segments if one.priority_class == priority_class), None)


def _printer(settings: Settings, wanted: str | None) -> PrinterSection:
    printers = {one.id: one for one in settings.printer}
    if wanted is None and not printers:
        return NO_PRINTER
    return printers[_chosen("printer", wanted, tuple(printers))]


def _chosen(kind: str, wanted: str | None, known: Sequence[str]) -> str:
    """What was asked for, the first unless anything was. Raises UnknownChoice."""
    if wanted is None:
        return known[0]
    if wanted not in known:
        raise UnknownChoice(kind, wanted, known)
    return wanted
