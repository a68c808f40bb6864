"""Raster and column pictures, QR codes and barcodes."""

from PIL import Image

from tests.support.receipt.paper import Refused
from tests.support.receipt.printer import Printer
from tests.support.receipt.stream import Stream

_BIT_IMAGE = {0: (1, 2, 3), 1: (1, 1, 3), 32: (3, 2, 1), 33: (3, 1, 1)}
"""ESC *: bytes per column, dots per column across, dots per bit down."""

_QR = 49
_QR_BYTES = (
    (17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520),
    (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412),
    (11, 20, 32, 46, 60, 74, 86, 108, 130, 151, 177, 203, 241, 258, 292),
    (7, 14, 24, 34, 44, 58, 64, 84, 98, 119, 137, 155, 177, 194, 220),
)
"""ISO/IEC 18004, table 7: bytes that versions 1 to 15 hold, by error correction L, M, Q, H."""


def raster(printer: Printer, stream: Stream) -> None:
    """GS v 0: a picture of ``x`` bytes by ``y`` dots."""
    mode = stream.digit(4)
    width, height = stream.word() * 8, stream.word()
    picture = _picture(width, height, stream.take(width // 8 * height))
    printer.print_block(_enlarged(picture, 1 + (mode & 1), 1 + (mode >> 1)))


def bit_image(printer: Printer, stream: Stream) -> None:
    """ESC *: ``n`` columns of 8 or 24 dots, within the line."""
    depth, across, down = _BIT_IMAGE[stream.one_of(_BIT_IMAGE)]
    columns = stream.word()
    turned = _picture(depth * 8, columns, stream.take(depth * columns))
    picture = turned.transpose(Image.Transpose.TRANSPOSE)
    printer.sheet.put_columns(_enlarged(picture, across, down))


def graphics(printer: Printer, stream: Stream) -> None:
    """GS ( L."""
    _graphics(printer, stream.block())


def large_graphics(printer: Printer, stream: Stream) -> None:
    """GS 8 L: the same with a length of four bytes."""
    length = int.from_bytes(stream.take(4), "little")
    _graphics(printer, Stream(stream.take(length)))


def _graphics(printer: Printer, block: Stream) -> None:
    block.require(b"0")
    match block.byte():
        case 1 | 49:
            block.one_of((50, 51))
            block.one_of((50, 51))
        case 2 | 50:
            printer.print_block(printer.stored_graphics())
        case 112:
            printer.graphics = _stored_raster(block)
        case function:
            raise Refused(f"function {function} of GS ( L is unknown")
    block.require_end()


def _stored_raster(block: Stream) -> Image.Image:
    """Function 112: tone, enlargement, colour, width and height in dots, then the picture."""
    block.require(b"0")
    across, down = block.one_of((1, 2)), block.one_of((1, 2))
    block.require(b"1")
    width, height = block.word(), block.word()
    row = (width + 7) // 8
    picture = _picture(row * 8, height, block.take(row * height)).crop((0, 0, width, height))
    return _enlarged(picture, across, down)


def symbol(printer: Printer, stream: Stream) -> None:
    """GS ( k, functions 165, 167, 169, 180, 181 and 182: QR codes."""
    block = stream.block()
    if block.byte() != _QR:
        raise Refused("a two-dimensional code other than QR")
    match block.byte():
        case 65:
            block.one_of((49, 50))
            block.require(b"\0")
        case 67:
            printer.qr.module = block.one_of(range(1, 17))
        case 69:
            printer.qr.correction = block.one_of(range(48, 52)) - 48
        case 80:
            block.require(b"0")
            printer.qr.data = block.rest()
        case 81:
            block.require(b"0")
            _print_qr(printer)
        case 82:
            block.require(b"0")
        case function:
            raise Refused(f"function {function} of a QR code is unknown")
    block.require_end()


def _print_qr(printer: Printer) -> None:
    code = printer.qr
    if not code.data:
        raise Refused("no QR data are stored")
    version = 1 + sum(room < len(code.data) for room in _QR_BYTES[code.correction])
    side = (17 + 4 * version) * code.module
    printer.sheet.put_code(code.data, side, code.module, code.correction)
    try:
        content = code.data.decode()
    except UnicodeDecodeError:
        content = code.data.decode("latin-1")
    printer.sheet.qr.append(content)


def barcode(printer: Printer, stream: Stream) -> None:
    """GS k in both forms: closed by NUL, or with a length in front."""
    if stream.one_of((*range(7), *range(65, 80))) < 65:
        stream.until_nul()
    else:
        stream.take(stream.byte())
    printer.print_blank(1, printer.barcode_height)


def _picture(width: int, height: int, data: bytes) -> Image.Image:
    """A bit that is set is a black dot."""
    if not data:
        raise Refused(f"a picture of {width} by {height} dots")
    return Image.frombytes("1", (width, height), data, "raw", "1;I")


def _enlarged(picture: Image.Image, across: int, down: int) -> Image.Image:
    return picture.resize((picture.width * across, picture.height * down), Image.Resampling.NEAREST)
