"""Reads a workbook as it lies in its file, knowing nothing of who wrote it (ECMA-376)."""

import io
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass
class Sheet:
    """Cells by their name: ``{"A1": "Services", "B2": 371.0}``."""

    name: str
    cells: dict[str, str | float] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    """Number formats, of cells that have one."""
    frozen: str | None = None
    """The first cell that scrolls."""
    formulas: int = 0
    widths: list[float] = field(default_factory=list)

    def column(self, letter: str) -> list[str | float]:
        """From the top down."""
        rows = [
            int(name[len(letter) :]) for name in self.cells if name.rstrip("0123456789") == letter
        ]
        return [self.cells[f"{letter}{row}"] for row in sorted(rows)]


def read(data: bytes) -> tuple[list[Sheet], list[str]]:
    """The sheets in order, and the names of all parts of the file."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        texts = ["".join(one.itertext()) for one in _root(file, "xl/sharedStrings.xml")]
        formats = _formats(_root(file, "xl/styles.xml"))
        names = [one.attrib["name"] for one in _root(file, "xl/workbook.xml").iter(_MAIN + "sheet")]
        sheets = [
            _sheet(name, _root(file, f"xl/worksheets/sheet{number}.xml"), texts, formats)
            for number, name in enumerate(names, 1)
        ]
        return sheets, file.namelist()


def _root(file: zipfile.ZipFile, part: str) -> ElementTree.Element:
    return ElementTree.fromstring(file.read(part))  # noqa: S314 - our own file


def _formats(styles: ElementTree.Element) -> list[str]:
    codes = {
        one.attrib["numFmtId"]: one.attrib["formatCode"] for one in styles.iter(_MAIN + "numFmt")
    }
    cells = styles.find(_MAIN + "cellXfs")
    assert cells is not None
    return [codes.get(one.attrib["numFmtId"], one.attrib["numFmtId"]) for one in cells]


def _sheet(name: str, root: ElementTree.Element, texts: list[str], formats: list[str]) -> Sheet:
    sheet = Sheet(name)
    for pane in root.iter(_MAIN + "pane"):
        sheet.frozen = pane.attrib["topLeftCell"] if pane.attrib["state"] == "frozen" else None
    sheet.widths = [float(one.attrib["width"]) for one in root.iter(_MAIN + "col")]
    for cell in root.iter(_MAIN + "c"):
        value = cell.find(_MAIN + "v")
        sheet.formulas += cell.find(_MAIN + "f") is not None
        if value is None or value.text is None:
            continue
        at = cell.attrib["r"]
        text = cell.attrib.get("t") == "s"
        sheet.cells[at] = texts[int(value.text)] if text else float(value.text)
        if not text:
            sheet.formats[at] = formats[int(cell.attrib.get("s", 0))]
    return sheet
