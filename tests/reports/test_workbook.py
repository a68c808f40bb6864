"""Reports as workbooks: read back from the file by a reader that doesn't know the writer."""

from dataclasses import replace

import pytest

from kiosk.domain.ids import CounterId
from kiosk.domain.report.tally import Scope
from kiosk.reports.workbook import xlsx_bytes
from tests.reports.samples import morning, quiet, shape
from tests.support.workbook import Sheet, read


def sheets(data: bytes) -> dict[str, Sheet]:
    return {sheet.name: sheet for sheet in read(data)[0]}


@pytest.fixture(scope="module")
def book() -> dict[str, Sheet]:
    return sheets(xlsx_bytes(shape(), "en"))


def test_there_is_a_sheet_for_each_grouping(book: dict[str, Sheet]) -> None:
    assert list(book) == [
        "Overview",
        "Services",
        "Queues",
        "Classes",
        "Segments",
        "Hours",
        "Counters",
        "Tellers",
        "Queue lengths",
        "Teller times",
        "Breaks",
    ]


def test_heads_stay_in_sight_and_columns_have_widths(book: dict[str, Sheet]) -> None:
    assert {sheet.frozen for sheet in book.values()} == {"B2"}
    assert book["Overview"].widths[0] > len("Estimates, too long by (minutes)")
    assert all(sheet.widths for sheet in book.values())


def test_counts_times_and_shares_are_numbers_with_a_format(book: dict[str, Sheet]) -> None:
    overview = book["Overview"]
    assert overview.cells["A1"] == "Branch 0755, 2026-03-02"
    at = {text: name.replace("A", "B") for name, text in overview.cells.items() if name[0] == "A"}
    tickets, wait, level = at["Tickets"], at["Wait, mean"], at["Served within the target"]
    assert (overview.cells[tickets], overview.formats[tickets]) == (2, "#,##0")
    assert overview.cells[wait] == pytest.approx(2250 / 86_400)
    assert overview.formats[wait] == "[h]:mm:ss"
    assert (overview.cells[level], overview.formats[level]) == (0, "0.0%")
    assert at["Estimates, mean error"] not in overview.cells


def test_groups_are_lines_by_name(book: dict[str, Sheet]) -> None:
    assert book["Queues"].column("A") == ["Queues", "Personal cash", "Priority"]
    assert book["Queues"].column("B") == ["Tickets", 1, 1]
    assert book["Hours"].column("A") == ["Hours", "09:00"]
    assert book["Tellers"].column("A") == ["Tellers", "Li Sample"]
    assert book["Breaks"].column("B") == ["Status", "Lunch"]
    assert book["Queue lengths"].column("A")[:3] == ["Time", "09:00", "09:15"]
    assert book["Queue lengths"].column("C") == ["The hall, most", 2, 1, 1, 1, 1]


def test_another_period_stands_beside_it() -> None:
    book = sheets(xlsx_bytes(shape(morning(), quiet()), "en"))
    assert book["Overview"].column("C")[:3] == ["2026-03-02", 0, 0]
    book = sheets(xlsx_bytes(shape(morning(), morning()), "en"))
    assert book["Counters"].column("A") == ["Counters", "Counter 1", "Counter 1"]
    assert book["Counters"].column("B") == ["Period", "2026-03-02", "2026-03-02"]


def test_headings_are_in_the_readers_language() -> None:
    book = sheets(xlsx_bytes(shape(language="zh"), "zh"))
    assert "概览" in book
    assert book["业务"].column("A") == ["业务", "现金业务"]


def test_there_are_no_macros_and_no_formulas() -> None:
    report = morning()
    groups = dict(report.groups)
    groups[Scope.COUNTER] = {CounterId("=1+1"): report.overall}
    data = xlsx_bytes(shape(replace(report, groups=groups)), "en")
    found, parts = read(data)
    assert not [part for part in parts if "vba" in part.lower() or "external" in part.lower()]
    assert sum(sheet.formulas for sheet in found) == 0
    assert sheets(data)["Counters"].cells["A2"] == "=1+1"


def test_a_day_on_which_nobody_came_is_a_workbook_too() -> None:
    assert sheets(xlsx_bytes(shape(quiet()), "en"))["Services"].column("A") == ["Services"]
