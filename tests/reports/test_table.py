"""Reports in a terminal."""

import unicodedata

import pytest

from kiosk.domain.report.report import Report
from kiosk.reports.table import fitted, table
from tests.reports.samples import morning, quiet, shape


def lines(report: Report | None = None, compared: Report | None = None) -> list[str]:
    return list(table(shape(report, compared)))


def test_a_morning_is_told_in_lines() -> None:
    text = "\n".join(lines())
    assert "branch 0755, 2026-03-02\n" in text
    assert "2 tickets: 2 served, 0 no-shows, 0 expired, 0 dropped, 0 moved, 0 open" in text
    assert "wait                    2     37:30      5:00   1:10:00   1:10:00" in text
    assert "within target         0 %" in text
    assert "V Priority               1      1       0      0    5:00" in text
    assert (
        "Li Sample                  1:14:00     14:00      9:00   64 %   Lunch 1x 1:00:00" in text
    )
    assert "call                             1         0         1   1:00    1:00" in text


def test_every_grouping_has_a_head() -> None:
    heads = [line.split("  ")[0] for line in lines() if line.startswith("by ")]
    assert heads == [
        "by service",
        "by queue",
        "by class",
        "by segment",
        "by hour of issue",
        "by counter",
        "by teller",
    ]


@pytest.mark.parametrize("compared", [None, morning(), quiet()])
def test_it_fits_into_a_hundred_columns(compared: Report | None) -> None:
    assert max(map(len, lines(compared=compared))) <= 100


def test_another_period_stands_below_each_group() -> None:
    text = lines(morning(), morning())
    [number] = [at for at, line in enumerate(text) if line.startswith("V Priority")]
    assert text[number + 1] == text[number].replace("V Priority", "  before  ")
    assert text[0].endswith("beside 2026-03-02")


def test_a_day_on_which_nobody_came_is_told_too() -> None:
    text = lines(quiet())
    assert text[0] == "branch 0755, 2026-03-02, up to 12:00"
    assert "0 tickets: 0 served" in text[2]
    assert not [line for line in text if line.startswith("by ")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Cash", "Cash  "), ("Counter", "Count…"), ("现金", "现金  "), ("现金业务", "现金… ")],
)
def test_names_take_their_columns_also_in_chinese(text: str, expected: str) -> None:
    assert fitted(text, 6) == expected
    columns = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in expected)
    assert columns == 6
