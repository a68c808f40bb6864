"""Settings of readers and displays that have a wire of their own."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kiosk.settings.tree import Complaint, Tree, entries
from kiosk.settings.values import SIMULATED, Port, Section, TopicLevel


def _input_device(value: str) -> str:
    if not value.startswith("/dev/input/") or re.fullmatch(r"/dev/input/event\d+", value):
        raise ValueError(
            'is no name that stays the same, such as "/dev/input/by-id/…" or "/dev/input/kiosk-swipe"'
        )
    return value


class SerialReaderSection(Section):
    """``[[reader]]`` on a serial line"""

    id: TopicLevel
    driver: Literal["magstripe-serial"]
    port: Port
    baud: int = 9600


class WedgeReaderSection(Section):
    """``[[reader]]`` that types like a keyboard; its device, or the bench's"""

    id: TopicLevel
    driver: Literal["magstripe-evdev"]
    device: Annotated[str, AfterValidator(_input_device)] | None = None
    port: Literal["sim"] | None = None


class IdReaderSection(Section):
    """``[[reader]]`` of resident identity cards, with the SDT protocol"""

    id: TopicLevel
    driver: Literal["idcard-sdt"]
    port: Port
    baud: Literal[9600, 19200, 38400, 57600, 115200] = 115200


class SerialScannerSection(Section):
    """``[[reader]]`` of codes, on a serial line"""

    id: TopicLevel
    driver: Literal["scanner-serial"]
    port: Port
    baud: int = 9600


class WedgeScannerSection(Section):
    """``[[reader]]`` of codes that types like a keyboard; its device, or the bench's"""

    id: TopicLevel
    driver: Literal["scanner-evdev"]
    device: Annotated[str, AfterValidator(_input_device)] | None = None
    port: Literal["sim"] | None = None


class ChipReaderSection(Section):
    """``[[reader]]`` of chip cards at the PC/SC daemon, or the bench's"""

    id: TopicLevel
    driver: Literal["pcsc"]
    reader: str = ""
    port: Literal["sim"] | None = None


ReaderSection = Annotated[
    SerialReaderSection
    | WedgeReaderSection
    | IdReaderSection
    | SerialScannerSection
    | WedgeScannerSection
    | ChipReaderSection,
    Field(discriminator="driver"),
]


class DisplaySection(Section):
    """``[[display]]``"""

    id: TopicLevel
    kind: Literal["touch", "board"]
    output: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{0,64}$")] = ""
    rotate: Literal[0, 90, 180, 270] = 0


def reader_faults(tree: Tree) -> Iterator[Complaint]:
    """Readers that type and have no device, or two; those of chip cards that are two."""
    for place, entry in entries(tree, "reader"):
        if entry.get("driver") == "pcsc" and "reader" in entry and "port" in entry:
            yield (*place, "port"), "is one too many beside reader"
        if entry.get("driver") not in ("magstripe-evdev", "scanner-evdev"):
            continue
        if "device" not in entry and entry.get("port") != SIMULATED:
            yield (*place, "device"), 'is missing; for the hardware bench: port = "sim"'
        if "device" in entry and "port" in entry:
            yield (*place, "port"), "is one too many beside device"
