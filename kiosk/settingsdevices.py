"""Settings of readers, printers and displays that have a wire of their own."""

from typing import Annotated, Literal

from pydantic import Field

from kiosk.settingsvalues import Section, TopicLevel


class ReaderSection(Section):
    """``[[reader]]``"""

    id: TopicLevel
    driver: Literal["magstripe-serial"]
    port: str
    baud: int = 9600


class SerialPrinterSection(Section):
    """``[[printer]]`` on a serial line"""

    id: TopicLevel
    driver: Literal["escpos-serial"]
    port: str
    baud: int = 19200
    width_mm: Literal[58, 80] = 80
    text: Literal["auto", "codepage", "banded", "raster"] = "auto"


class TcpPrinterSection(Section):
    """``[[printer]]`` on the network"""

    id: TopicLevel
    driver: Literal["escpos-tcp"]
    host: str = ""
    port: Annotated[int, Field(gt=0, le=65535)] | Literal["sim"] = 9100
    width_mm: Literal[58, 80] = 80
    text: Literal["auto", "codepage", "banded", "raster"] = "auto"


PrinterSection = Annotated[SerialPrinterSection | TcpPrinterSection, Field(discriminator="driver")]


class DisplaySection(Section):
    """``[[display]]``"""

    id: TopicLevel
    kind: Literal["touch", "board"]
    output: str = ""
    rotate: Literal[0, 90, 180, 270] = 0
