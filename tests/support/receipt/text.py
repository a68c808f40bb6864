"""Characters as a receipt printer reads them: code pages, Chinese pairs, widths."""

from dataclasses import dataclass

from tests.support.receipt.paper import Refused, Sheet, Size

CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    32: "cp720",
    33: "cp775",
    34: "cp855",
    35: "cp861",
    36: "cp862",
    37: "cp864",
    38: "cp869",
    39: "iso8859_2",
    40: "iso8859_15",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
    49: "cp1255",
    50: "cp1256",
    51: "cp1257",
    52: "cp1258",
    53: "kz1048",
}
"""ESC t: Epson's numbers, with Python's names."""

_FONTS = {0: (12, 24), 1: (9, 17)}
_CHINESE_FONT = (24, 24)
_NATIONAL = frozenset(b"#$@[\\]^`{|}~")
"""The codes whose characters depend on ESC R."""
_TAB_COLUMNS = 8


@dataclass(slots=True)
class TextMode:
    """Everything that decides how a byte of text looks."""

    code_page: int = 0
    country: int = 0
    font: int = 0
    size: Size = (1, 1)
    spacing: int = 0
    bold: bool = False
    chinese: bool = False
    chinese_size: Size = (1, 1)
    chinese_spacing: tuple[int, int] = (0, 0)

    def put(self, data: bytes, sheet: Sheet) -> None:
        """Add one character, of one byte or a Chinese pair, to the sheet."""
        if len(data) == 2:
            (width, height), size = _CHINESE_FONT, self.chinese_size
            before, after = self.chinese_spacing
            text = _pair(data)
        else:
            (width, height), size = _FONTS[self.font], self.size
            before, after = 0, self.spacing
            text = self._single(data)
        box = (before + width + after) * size[0], height * size[1]
        sheet.put_text(text, box, size, pair=len(data) == 2, bold=self.bold)

    def tab(self, sheet: Sheet) -> None:
        """HT: on to the next multiple of eight columns."""
        column = (_FONTS[self.font][0] + self.spacing) * self.size[0]
        missing = _TAB_COLUMNS - sheet.pen // column % _TAB_COLUMNS
        for _ in range(missing):
            self.put(b" ", sheet)

    def length(self, first: int) -> int:
        """How many bytes the character has that begins with this one."""
        return 2 if self.chinese and first >= 0x81 else 1

    def _single(self, data: bytes) -> str:
        if self.country and data[0] in _NATIONAL:
            raise Refused(f"code {data[0]:02x} has another look in country {self.country}")
        try:
            return data.decode(CODE_PAGES[self.code_page])
        except UnicodeDecodeError:
            raise Refused(f"code {data[0]:02x} is not in code page {self.code_page}") from None


def _pair(data: bytes) -> str:
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise Refused(f"{data.hex(' ')} is no two-byte character of GB18030") from None
