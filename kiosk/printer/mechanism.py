"""Roll, cover, cutter and mouth of a simulated printer: what hands do to them, and what sensors say."""

import asyncio

_RETRACT, _EJECT = 2, 5


class Mechanism:
    """A printer's moving parts. ``moved`` is set by whatever happens to them."""

    def __init__(self) -> None:
        self.moved = asyncio.Event()
        self.cutter_stuck = False
        """The next cut jams."""
        self._low = False
        self._out_of_paper = False
        self._cover_open = False
        self._cutter_jammed = False

    def run_low(self) -> None:
        """The roll nears its end."""
        self._low = True
        self.moved.set()

    def run_out_of_paper(self) -> None:
        """The roll ends."""
        self._out_of_paper = True
        self.moved.set()

    def load_paper(self) -> None:
        """A new roll."""
        self._low = self._out_of_paper = False
        self.moved.set()

    def open_cover(self) -> None:
        """Somebody opens the cover."""
        self._cover_open = True
        self.moved.set()

    def close_cover(self) -> None:
        """And closes it."""
        self._cover_open = False
        self.moved.set()

    def jam_cutter(self) -> None:
        """The cutter sticks: the next slip hangs in it."""
        self.cutter_stuck = True

    def hang(self) -> None:
        """A cut was tried, and the cutter sticks."""
        self._cutter_jammed = True

    def clear_jam(self) -> None:
        """Somebody frees the cutter; it cuts what hung in it."""
        self.cutter_stuck = self._cutter_jammed = False
        self.moved.set()

    @property
    def out_of_paper(self) -> bool:
        """Whether the roll has ended."""
        return self._out_of_paper

    @property
    def offline(self) -> bool:
        """Whether it can't print now."""
        return self._out_of_paper or self._cover_open or self._cutter_jammed

    def real_time(self, n: int) -> int:
        """The answer to ``DLE EOT n``: one byte of ``0xx1xx10``."""
        bits = 0x12
        match n:
            case 1:
                bits |= 0x08 if self.offline else 0
            case 2:
                bits |= 0x04 if self._cover_open else 0
                bits |= 0x20 if self._out_of_paper else 0
                bits |= 0x40 if self._cutter_jammed else 0
            case 3:
                bits |= 0x08 if self._cutter_jammed else 0
            case 4:
                bits |= 0x6C if self._out_of_paper else 0
                bits |= 0x0C if self._low else 0
            case _:
                pass
        return bits

    def frame(self) -> bytes:
        """Automatic status, four bytes."""
        first = 0x10 | (0x08 if self.offline else 0) | (0x20 if self._cover_open else 0)
        second = 0x08 if self._cutter_jammed else 0
        third = (0x0F if self._out_of_paper else 0) | (0x03 if self._low else 0)
        return bytes([first, second, third, 0])


class Mouth:
    """The presenter: the latest slip hangs in it until it is taken, taken back, or pushed out."""

    def __init__(self, presents: bool) -> None:
        self.presents = presents
        """Whether there is one."""
        self.occupied = False
        self.retracted = 0
        """How many slips were taken back."""

    def present(self) -> None:
        """A slip was cut off."""
        self.occupied = self.presents

    def take(self) -> None:
        """Somebody takes it."""
        self.occupied = False

    def eject(self, n: int) -> None:
        """``GS e``: 2 takes it back, 5 lets it fall."""
        if self.occupied and n == _RETRACT:
            self.retracted += 1
        if n in (_RETRACT, _EJECT):
            self.occupied = False

    def full_status(self, mechanism: Mechanism) -> bytes:
        """The answer to ``DLE EOT 20``."""
        out = 0x01 if mechanism.out_of_paper else 0
        return bytes([0x10, 0x0F, out | (0x20 if self.occupied else 0), 0, 0, 0])
