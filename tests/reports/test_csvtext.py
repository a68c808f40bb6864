"""Reports as CSV: tidy rows that Excel opens right and takes for no formula."""

import csv
import io
from dataclasses import replace

import pytest

from kiosk.domain.ids import CounterId
from kiosk.domain.report.tally import Scope
from kiosk.reports.csvtext import csv_bytes, guarded
from tests.reports.samples import morning, quiet, shape


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_each_figure_is_a_line() -> None:
    lines = table(csv_bytes(shape()))
    assert lines[0] == ["scope", "key", "figure", "value", "unit"]
    for expected in (
        ["all", "*", "issued", "2", "tickets"],
        ["all", "*", "service_level", "0.0", "share"],
        ["queue", "V", "wait_p90", "300.0", "s"],
        ["hour", "09", "served", "2", "tickets"],
        ["counter", "1", "service_mean", "240.0", "s"],
        ["line", "*", "most", "2", "people"],
        ["quarter", "A 09:15", "mean", "1.0", "people"],
        ["teller", "li", "utilisation", "0.6429", "share"],
        ["status", "li lunch", "overruns", "0", "times"],
        ["estimates", "*", "bias", "", "s"],
    ):
        assert lines.count(expected) == 1, expected
    assert all(len(line) == 5 for line in lines)


def test_no_figure_is_told_twice() -> None:
    lines = table(csv_bytes(shape()))
    assert len({tuple(line[:3]) for line in lines}) == len(lines)


def test_excel_is_told_that_it_is_utf_8() -> None:
    assert csv_bytes(shape()).startswith(b"\xef\xbb\xbfscope,")
    assert b"\r\n" in csv_bytes(shape())


def test_another_period_stands_in_a_column_of_its_own() -> None:
    lines = table(csv_bytes(shape(quiet(), morning())))
    assert lines[0] == ["scope", "key", "figure", "value", "unit", "compared"]
    assert ["all", "*", "issued", "0", "tickets", "2"] in lines
    assert ["queue", "V", "issued", "", "tickets", "1"] in lines


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_other_texts_stay_as_they_are() -> None:
    assert [guarded(text) for text in ("-", "*", "A 09:15", "")] == ["-", "*", "A 09:15", ""]


def test_an_id_that_looks_like_a_formula_is_guarded_in_the_file() -> None:
    report = morning()
    groups = dict(report.groups)
    groups[Scope.COUNTER] = {CounterId("-1+2"): report.overall}
    lines = table(csv_bytes(shape(replace(report, groups=groups))))
    assert ["counter", "'-1+2", "issued", "2", "tickets"] in lines
