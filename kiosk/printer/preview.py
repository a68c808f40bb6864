"""A slip as a picture to look at, without a printer."""

from io import BytesIO
from typing import TYPE_CHECKING

from kiosk.domain.slip import Slip
from kiosk.printer.layout import slip_lines
from kiosk.printer.profile import DOTS_PER_MM, PrinterProfile
from kiosk.printer.raster import picture

if TYPE_CHECKING:
    from PIL.Image import Image

_EDGE_MM = 3


def slip_png(slip: Slip, width_mm: int = 80) -> bytes:
    """The slip as it is drawn for paper of that width, as a PNG file. Raises FontMissing."""
    return paper_png(picture(slip_lines(slip), PrinterProfile(width_mm).dots), width_mm)


def paper_png(ink: "Image", width_mm: int) -> bytes:
    """Inked dots on a piece of paper of that width, white, with blank edges, as a PNG file."""
    from PIL import Image, ImageChops

    edge = _EDGE_MM * DOTS_PER_MM
    paper = Image.new("1", (max(width_mm * DOTS_PER_MM, ink.width), ink.height + 2 * edge), 1)
    paper.paste(ImageChops.invert(ink), ((paper.width - ink.width) // 2, edge))
    file = BytesIO()
    paper.save(file, "PNG")
    return file.getvalue()
