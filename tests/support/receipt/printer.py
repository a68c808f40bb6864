"""The printer itself: settings in force, the sheet in the mechanism, papers already cut."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from tests.support.receipt.paper import Paper, Refused, Sheet
from tests.support.receipt.stream import Stream
from tests.support.receipt.text import TextMode

Command = Callable[["Printer", Stream], None]
"""Takes a command's parameters off the stream and carries it out."""

_FENCES = frozenset({"GS ( H", "GS r", "DLE EOT"})
"""Questions that a host asks behind the cut, about the paper that was cut."""


@dataclass(slots=True)
class QrCode:
    """What functions 165, 167, 169 and 180 left in the symbol storage."""

    data: bytes = b""
    module: int = 3
    """Dots."""
    correction: int = 0
    """0 L, 1 M, 2 Q, 3 H."""


@dataclass(slots=True)
class Printer:
    """A printer of ``width`` dots, just switched on."""

    width: int
    chinese_at_power_up: bool
    sheet: Sheet = field(init=False)
    text: TextMode = field(init=False)
    record: Sheet | Paper = field(init=False)
    """Where the present command is noted."""
    qr: QrCode = field(default_factory=QrCode)
    barcode_height: int = 162
    graphics: Image.Image | None = None
    """Stored by function 112 of GS ( L, printed by function 50."""
    papers: list[Paper] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.record = self.sheet = Sheet(self.width)
        self.text = TextMode(chinese=self.chinese_at_power_up)

    def obey(self, name: str, command: Command, stream: Stream) -> None:
        """Note a command and carry it out."""
        behind_the_cut = name in _FENCES and self.papers and not self.sheet.commands
        self.record = self.papers[-1] if behind_the_cut else self.sheet
        self.record.commands.append(name)
        command(self, stream)

    def print_text(self, stream: Stream) -> None:
        """One character into the print buffer."""
        character = stream.take(self.text.length(stream.peek(1)[0]))
        self.text.put(character, self.sheet)
        if self.sheet.commands[-1:] != ["text"]:
            self.sheet.commands.append("text")

    def initialise(self) -> None:
        """Everything as after switching on; what is on paper stays there."""
        self.sheet.require_line_start("ESC @")
        self.sheet.reset()
        self.text = TextMode(chinese=self.chinese_at_power_up)
        self.qr = QrCode()
        self.barcode_height = 162
        self.graphics = None

    def print_block(self, picture: Image.Image) -> None:
        """A picture by itself."""
        self.sheet.put_block(picture)

    def print_blank(self, width: int, height: int) -> None:
        """The room of something that this decoder doesn't draw."""
        self.sheet.put_block(Image.new("1", (width, height), 1))

    def cut(self, how: str) -> None:
        """Cut the paper; the next sheet keeps the settings."""
        self.sheet.require_line_start("a cut")
        self.papers.append(self.sheet.finish(how))
        self.sheet = self.sheet.next()

    def papers_so_far(self) -> list[Paper]:
        """All papers, also the one that still hangs in the printer."""
        self.sheet.require_line_start("the end of the data")
        if self.sheet.height == 0:
            return self.papers
        return [*self.papers, self.sheet.finish(None)]

    def stored_graphics(self) -> Image.Image:
        """What is to be printed by function 50; it is used up."""
        stored, self.graphics = self.graphics, None
        if stored is None:
            raise Refused("no graphics are stored")
        return stored
