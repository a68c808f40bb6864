"""ESC/POS in standard mode: which bytes are which command (Epson's command reference)."""

from collections.abc import Callable

from tests.support.receipt import graphics
from tests.support.receipt.paper import DEFAULT_LINE_SPACING, Refused
from tests.support.receipt.printer import Command, Printer
from tests.support.receipt.stream import Stream
from tests.support.receipt.text import CODE_PAGES

_ANY = range(256)
_CONTROL_NAMES = {
    0x09: "HT",
    0x0A: "LF",
    0x0D: "CR",
    0x10: "DLE",
    0x18: "CAN",
    0x1B: "ESC",
    0x1C: "FS",
    0x1D: "GS",
}
_REALTIME_NAMES = {0x04: "EOT", 0x05: "ENQ", 0x14: "DC4"}


def name_of(prefix: bytes) -> str:
    """``GS ( k`` for 1D 28 6B, as the manuals write it."""
    first, rest = prefix[0], prefix[1:]
    words = [_REALTIME_NAMES.get(code, chr(code)) for code in rest]
    return " ".join([_CONTROL_NAMES[first], *words])


def _ignored(*allowed: "range | tuple[int, ...]") -> Command:
    """A command without an effect on what is decoded; each of its parameters is looked at."""

    def command(_: Printer, stream: Stream) -> None:
        for values in allowed:
            stream.one_of(values)

    return command


def _switch(count: int) -> Command:
    """A setting of look alone: 0, 1 … or the ASCII digit."""

    def command(_: Printer, stream: Stream) -> None:
        stream.digit(count)

    return command


def _least_bit(_: Printer, stream: Stream) -> None:
    """A switch of which only the lowest bit counts."""
    stream.byte()


def _bold(printer: Printer, stream: Stream) -> None:
    """ESC E and ESC G, which look the same."""
    printer.text.bold = bool(stream.byte() & 1)


def _sheet_at_line_start(set_it: Callable[[Printer, Stream], None]) -> Command:
    def command(printer: Printer, stream: Stream) -> None:
        printer.sheet.require_line_start("a setting of the line")
        set_it(printer, stream)

    return command


def _initialise(printer: Printer, _: Stream) -> None:
    printer.initialise()


def _line_feed(printer: Printer, _: Stream) -> None:
    printer.sheet.end_line(printer.sheet.line_spacing)


def _feed_lines(printer: Printer, stream: Stream) -> None:
    printer.sheet.end_line(stream.byte() * printer.sheet.line_spacing)


def _feed_dots(printer: Printer, stream: Stream) -> None:
    printer.sheet.end_line(stream.byte())


def _tab(printer: Printer, _: Stream) -> None:
    printer.text.tab(printer.sheet)


def _default_spacing(printer: Printer, _: Stream) -> None:
    printer.sheet.line_spacing = DEFAULT_LINE_SPACING


def _line_spacing(printer: Printer, stream: Stream) -> None:
    printer.sheet.line_spacing = stream.byte()


def _print_mode(printer: Printer, stream: Stream) -> None:
    """ESC !: bit 0 font B, bit 3 bold, bit 4 double height, bit 5 double width."""
    mode = stream.byte()
    printer.text.font = mode & 1
    printer.text.bold = bool(mode & 8)
    printer.text.size = (1 + (mode >> 5 & 1), 1 + (mode >> 4 & 1))


def _font(printer: Printer, stream: Stream) -> None:
    printer.text.font = stream.digit(2)


def _character_spacing(printer: Printer, stream: Stream) -> None:
    printer.text.spacing = stream.byte()


def _country(printer: Printer, stream: Stream) -> None:
    printer.text.country = stream.one_of((*range(18), 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 82))


def _code_page(printer: Printer, stream: Stream) -> None:
    printer.text.code_page = stream.one_of(CODE_PAGES)


def _align(printer: Printer, stream: Stream) -> None:
    printer.sheet.alignment = stream.digit(3)


def _left_margin(printer: Printer, stream: Stream) -> None:
    printer.sheet.left_margin = stream.word()


def _area_width(printer: Printer, stream: Stream) -> None:
    printer.sheet.area_width = stream.word()


def _size(printer: Printer, stream: Stream) -> None:
    """GS !: width in the high, height in the low four bits, for Chinese too."""
    size = stream.byte()
    if size & 0x88:
        raise Refused(f"size {size:02x} is beyond eight times")
    printer.text.size = printer.text.chinese_size = (1 + (size >> 4), 1 + (size & 7))


def _chinese_on(printer: Printer, _: Stream) -> None:
    printer.text.chinese = True


def _chinese_off(printer: Printer, _: Stream) -> None:
    printer.text.chinese = False


def _chinese_mode(printer: Printer, stream: Stream) -> None:
    """FS !: bit 2 double width, bit 3 double height."""
    mode = stream.byte()
    printer.text.chinese_size = (1 + (mode >> 2 & 1), 1 + (mode >> 3 & 1))


def _chinese_spacing(printer: Printer, stream: Stream) -> None:
    printer.text.chinese_spacing = (stream.byte(), stream.byte())


def _barcode_height(printer: Printer, stream: Stream) -> None:
    printer.barcode_height = stream.one_of(range(1, 256))


def _cut(printer: Printer, stream: Stream) -> None:
    """GS V: functions A (at once), B (after feeding), C and D (the same, later or and back)."""
    mode = stream.one_of((0, 1, 48, 49, 65, 66, 97, 98, 103, 104))
    if mode >= 65:
        printer.sheet.require_line_start("a cut")
        printer.sheet.end_line(stream.byte())
    printer.cut("full" if mode in (0, 48, 65, 97, 103) else "partial")


def _process_id(printer: Printer, stream: Stream) -> None:
    """GS ( H, function 48: answer with these four characters when all before is printed."""
    block = stream.block()
    block.require(b"00")
    number = block.take(4)
    block.require_end()
    if not all(0x20 <= code <= 0x7E for code in number):
        raise Refused(f"process ID {number.hex(' ')} has other codes than 20 to 7E")
    printer.record.process_ids.append(number.decode("ascii"))


def _realtime_status(_: Printer, stream: Stream) -> None:
    extended = {7: (1, 2), 8: (3,), 18: (1, 2)}
    kind = stream.one_of((1, 2, 3, 4, *extended))
    if kind in extended:
        stream.one_of(extended[kind])


def _realtime_request(_: Printer, stream: Stream) -> None:
    """DLE DC4: pulse, power off, buzzer, status by number, clear buffers."""
    match stream.one_of((1, 2, 3, 7, 8)):
        case 1:
            stream.one_of((0, 1))
            stream.one_of(range(1, 9))
        case 2:
            stream.require(b"\x01\x08")
        case 3:
            stream.take(5)
        case 7:
            stream.one_of((1, 2, 4, 5))
        case _:
            stream.require(b"\x01\x03\x14\x01\x06\x02\x08")


def _nothing(_: Printer, __: Stream) -> None:
    """CR without automatic line feed, and CAN in standard mode."""


COMMANDS: dict[bytes, Command] = {
    b"\t": _tab,
    b"\n": _line_feed,
    b"\r": _nothing,
    b"\x18": _nothing,
    b"\x10\x04": _realtime_status,
    b"\x10\x05": _ignored((0, 1, 2)),
    b"\x10\x14": _realtime_request,
    b"\x1b@": _initialise,
    b"\x1b!": _print_mode,
    b"\x1b ": _character_spacing,
    b"\x1bE": _bold,
    b"\x1bG": _bold,
    b"\x1b-": _switch(3),
    b"\x1b{": _sheet_at_line_start(_least_bit),
    b"\x1bV": _switch(2),
    b"\x1bM": _font,
    b"\x1bR": _country,
    b"\x1bt": _code_page,
    b"\x1ba": _sheet_at_line_start(_align),
    b"\x1bd": _feed_lines,
    b"\x1bJ": _feed_dots,
    b"\x1b2": _default_spacing,
    b"\x1b3": _line_spacing,
    b"\x1b*": graphics.bit_image,
    b"\x1c&": _chinese_on,
    b"\x1c.": _chinese_off,
    b"\x1cC": _switch(3),
    b"\x1cS": _chinese_spacing,
    b"\x1c!": _chinese_mode,
    b"\x1c-": _switch(3),
    b"\x1d!": _size,
    b"\x1dB": _least_bit,
    b"\x1db": _least_bit,
    b"\x1dL": _sheet_at_line_start(_left_margin),
    b"\x1dW": _sheet_at_line_start(_area_width),
    b"\x1dh": _barcode_height,
    b"\x1dw": _ignored((*range(2, 7), *range(68, 77))),
    b"\x1dH": _switch(4),
    b"\x1df": _switch(2),
    b"\x1dk": graphics.barcode,
    b"\x1dV": _cut,
    b"\x1dv0": graphics.raster,
    b"\x1d(L": graphics.graphics,
    b"\x1d8L": graphics.large_graphics,
    b"\x1d(k": graphics.symbol,
    b"\x1d(H": _process_id,
    b"\x1dr": _ignored((1, 2, 4, 49, 50, 52)),
    b"\x1da": _ignored(_ANY),
    b"\x1dI": _ignored((1, 2, 3, 33, 35, 36, *range(49, 52), *range(65, 71), 96, 110, 111, 112)),
}
"""Every command this printer knows, by its first bytes."""
