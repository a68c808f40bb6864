"""Settings of slip printers, and the models that the machine knows.

A model is data: ``printermodels.toml`` beside this file. What a site finds different on the
self-test page of its printer stands in its ``[[printer]]`` and goes before the model.
"""

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from kiosk.settings.tree import Complaint, Tree, entries, ids, unknown
from kiosk.settings.values import Port, Section, TopicLevel

SHIPPED = Path(__file__).with_name("printermodels.toml")

PageNumber = Annotated[int, Field(ge=0, le=255)]
PageNumbers = dict[Literal["cp437", "cp852", "cp866", "cp1250", "cp1251", "kz1048"], PageNumber]
"""By code page the number that selects it (``ESC t``)."""
Width = Literal[58, 80]
TextKind = Literal["auto", "codepage", "banded", "raster"]


def _usual_pages() -> PageNumbers:
    """Epson's, which most makers have taken over."""
    return {"cp437": 0, "cp852": 18, "cp866": 17}


class ModelSection(Section):
    """``[[model]]`` of the shipped file"""

    id: TopicLevel
    width_mm: Width = 80
    speed_mm_s: Annotated[int, Field(gt=0)] = 150
    code_pages: Annotated[PageNumbers, Field(default_factory=_usual_pages)]
    chinese: bool = True
    confirms: Literal["process-id", "fence", "either"]
    clear: Literal["dle-dc4", "dle-enq", "nothing"] = "nothing"
    cutter: bool = True
    presenter: bool = False
    from_manuals: tuple[str, ...]
    """Which of these were read in the maker's manual; the others are unverified."""


class PrinterFacts(Section):
    """What every ``[[printer]]`` may say. None: as its model does."""

    id: TopicLevel
    profile: str = "generic"
    width_mm: Width | None = None
    code_pages: PageNumbers | None = None
    chinese: bool | None = None
    text: TextKind = "auto"
    presenter: bool | None = None
    not_taken_after: Annotated[float, Field(ge=5, le=600)] = 30
    """Seconds that a presenter holds a slip out."""
    not_taken: Literal["retract", "drop", "leave"] = "retract"
    standby: str = ""
    roll_m: Annotated[float, Field(gt=0, le=1000)] | None = None
    """Metres of paper on a new roll, for a printer that can't tell when the end is near."""


class SerialPrinterSection(PrinterFacts):
    """``[[printer]]`` on a serial line"""

    driver: Literal["escpos-serial"]
    port: Port
    baud: int = 19200
    flow_control: Literal["none", "xon-xoff", "rts-cts"] = "none"
    """As the printer's switches say; without one, long pictures may overrun small buffers."""


class TcpPrinterSection(PrinterFacts):
    """``[[printer]]`` on the network"""

    driver: Literal["escpos-tcp"]
    host: str = ""
    port: Annotated[int, Field(gt=0, le=65535)] | Literal["sim"] = 9100


class UsbPrinterSection(PrinterFacts):
    """``[[printer]]`` on USB"""

    driver: Literal["escpos-usb"]
    port: Port = "/dev/usb/lp0"


PrinterSection = Annotated[
    SerialPrinterSection | TcpPrinterSection | UsbPrinterSection, Field(discriminator="driver")
]


class _Models(Section):
    model: tuple[ModelSection, ...]


@lru_cache(1)
def printer_models() -> dict[str, ModelSection]:
    """The models that the machine knows, by the name that ``profile`` gives."""
    tree = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return {model.id: model for model in _Models.model_validate(tree).model}


def printer_faults(tree: Tree) -> Iterator[Complaint]:
    """Models nobody knows, and stand-ins that can't stand in."""
    printers = {name for _, name in ids(tree, "printer")}
    for place, printer in entries(tree, "printer"):
        yield from unknown(place, printer, ("profile",), set(printer_models()))
        standby = printer.get("standby")
        if standby and standby == printer.get("id"):
            yield (*place, "standby"), "is the printer itself; name another one"
        elif standby:
            yield from unknown(place, printer, ("standby",), printers)
