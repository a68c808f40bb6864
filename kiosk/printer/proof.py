"""The proof of a branch's slips: what of them will look otherwise than the settings ask for."""

from collections.abc import Iterator
from itertools import product

from kiosk.domain.slip import Slip
from kiosk.machine.typefaces import REPLACEMENT, FontMissing, runs
from kiosk.printer.commands import CommandReader
from kiosk.printer.encoder import SlipEncoder, slip_encoder
from kiosk.printer.layout import Text, slip_lines
from kiosk.printer.paper import Paper
from kiosk.printer.preview import sample_slip
from kiosk.printer.profile import DOTS_PER_MM, printer_profile
from kiosk.printer.roll import SLIP_MM
from kiosk.settings import Settings
from kiosk.settings.plan import branch_plan
from kiosk.settings.printers import PrinterSection, SerialPrinterSection

PATIENCE = 6.0
"""Seconds that a customer stands before a silent printer at the most (targets, P13)."""


def proof(settings: Settings) -> list[str]:
    """What works otherwise than somebody might expect, one line each and none twice.

    Every printer, language, service and class is tried. Reads fonts and the logo, opens no device.
    """
    try:
        return list(dict.fromkeys(_remarks(settings)))
    except FontMissing as fault:
        return [f"slips can't be drawn: {fault}"]


def _remarks(settings: Settings) -> Iterator[str]:
    slips = list(_slips(settings))
    for slip in slips:
        yield from _missing_glyphs(slip, settings)
    for section in settings.printer:
        told: list[str] = []
        encoder = slip_encoder(section, settings.slip, told.append)
        yield from (f"[slip] {fault}" for fault in told)
        for slip in slips:
            yield from _too_wide(slip, section, encoder)
        longest = max((encoder.encode(slip) for slip in slips), key=len)
        yield from _too_slow(longest, section)
        yield from _too_long(longest, section)


def _slips(settings: Settings) -> Iterator[Slip]:
    plan = branch_plan(settings)
    for language, service, class_ in product(plan.languages, plan.services, plan.classes):
        yield sample_slip(settings, language=language, service=service, priority_class=class_)


def _missing_glyphs(slip: Slip, settings: Settings) -> Iterator[str]:
    for line in slip_lines(slip, settings.slip):
        if isinstance(line, Text):
            shown = "".join(stretch for _, stretch in runs(line.text))
            for letter, drawn in zip(line.text, shown, strict=True):
                if drawn == REPLACEMENT != letter:
                    yield f"[slip] {line.text!r}: no font has {letter!r}; {REPLACEMENT} is printed"


def _too_wide(slip: Slip, section: PrinterSection, encoder: SlipEncoder) -> Iterator[str]:
    paper = f"on {printer_profile(section).width_mm} mm of paper ({section.id})"
    for line in encoder.too_wide(slip):
        size = line.size.name.lower()
        yield f"[slip] {line.text!r} is too wide for size {size!r} {paper}; it is printed smaller"


def _too_slow(data: bytes, section: PrinterSection) -> Iterator[str]:
    if isinstance(section, SerialPrinterSection):
        seconds = len(data) * 10 / section.baud
        if seconds > PATIENCE:
            yield (
                f"[[printer]] {section.id}: a slip takes {seconds:.0f} s at {section.baud} baud;"
                ' a faster line, text = "codepage" or a smaller logo would help'
            )


def _too_long(data: bytes, section: PrinterSection) -> Iterator[str]:
    paper = Paper(printer_profile(section))
    for command in CommandReader().feed(data):
        paper.draw(command)
    millimetres = paper.height / DOTS_PER_MM
    if millimetres > SLIP_MM:
        yield (
            f"[slip] slips of {section.id} are up to {millimetres:.0f} mm long;"
            f" what is left of a roll is counted with {SLIP_MM:.0f} mm"
        )
