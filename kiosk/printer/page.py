"""What a printer is sent for one slip, command by command (Epson ESC/POS command reference).

Bytes only: how they travel is the link's business, what the printer says to them the session's.
"""

from kiosk.printer.layout import Align

CUT = b"\x1dVB\0"
"""``GS V 66``: feed to the cutter and cut, but for a corner."""
_TO_THE_TEAR_BAR = b"\x1bd\x05"
"""``ESC d``: five lines."""
_JUSTIFIED = {Align.LEFT: 0, Align.CENTRE: 1, Align.RIGHT: 2}
_LARGEST = 8
"""How many times as wide or high as it is a printer makes its type."""
_MOST_FED = 255
_RASTER_ROWS = 960
"""More rows than this in one ``GS v 0`` overrun the memory of small printers."""
_PLAIN, _DOUBLED = b"\0", b"\3"
"""How ``GS v 0`` magnifies."""
_QR_MODEL_2 = b"A2\0"
_QR_LEVEL_M = b"E1"
_QR_STORE, _QR_PRINT = b"P0", b"Q0"


class Page:
    """The bytes of a slip as it grows, from the initialisation (``ESC @``) on."""

    def __init__(self) -> None:
        self._codes = bytearray(b"\x1b@")

    def __bytes__(self) -> bytes:
        return bytes(self._codes)

    def send(self, codes: bytes) -> None:
        """Bytes as they are."""
        self._codes += codes

    def align(self, align: Align) -> None:
        """``ESC a``: where what follows stands across the paper."""
        self._codes += b"\x1ba" + bytes([_JUSTIFIED[align]])

    def type(self, across: int, down: int, *, bold: bool) -> None:
        """``GS !`` and ``ESC E``: the printer's own type, so many times as wide and high (1 to 8)."""
        if not (1 <= across <= _LARGEST and 1 <= down <= _LARGEST):
            raise ValueError(f"no printer has type {across} times as wide and {down} as high")
        self._codes += b"\x1d!" + bytes([(across - 1) << 4 | (down - 1)])
        self._codes += b"\x1bE" + bytes([bold])

    def plain(self) -> None:
        """``ESC !``: the printer's own type as it is when the printer is switched on."""
        self._codes += b"\x1b!\0"

    def feed(self, dots: int) -> None:
        """``ESC J``: so much blank paper."""
        for start in range(0, dots, _MOST_FED):
            self._codes += b"\x1bJ" + bytes([min(_MOST_FED, dots - start)])

    def raster(self, data: bytes, width_bytes: int, *, doubled: bool = False) -> None:
        """``GS v 0``: rows of dots, a set one is ink; ``doubled`` in both directions."""
        step = _RASTER_ROWS * width_bytes
        for start in range(0, len(data), step):
            part = data[start : start + step]
            size = _word(width_bytes) + _word(len(part) // width_bytes)
            self._codes += b"\x1dv0" + (_DOUBLED if doubled else _PLAIN) + size + part

    def qr(self, content: str, dot: int) -> None:
        """``GS ( k``: a code that the printer makes itself, ``dot`` dots to a module."""
        functions = (_QR_MODEL_2, b"C" + bytes([dot]), _QR_LEVEL_M, _QR_STORE + content.encode())
        for function in (*functions, _QR_PRINT):
            self._codes += b"\x1d(k" + _word(len(function) + 1) + b"1" + function

    def cut(self, *, cutter: bool) -> None:
        """The end of the slip; without a cutter it is fed to the tear bar."""
        self._codes += CUT if cutter else _TO_THE_TEAR_BAR


def _word(number: int) -> bytes:
    return number.to_bytes(2, "little")
