"""Charts and their tables say the same; beside another period, and in every language."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kiosk.reports.columns import Kind, Value
from kiosk.reports.shapes import ReportShape
from kiosk.web.pages.charts import Chart, Series, written
from kiosk.web.pages.reportcharts import ReportCharts
from kiosk.web.pages.reportfigures import estimates, figures, tables
from tests.reports.samples import morning, quiet, shape
from tests.support.branch import small_plan

PLAN = small_plan()
WAITS = Chart(
    "waits",
    "Wait",
    "Hour",
    Kind.TIME,
    ("09", "10"),
    (Series("median", (30.0, None)), Series("median (before)", (90.0, 60.0), before=True)),
    axis="min",
    scale=60,
    mark=("Target", 900),
)


def charts(report: ReportShape, language: str = "en") -> dict[str, Chart]:
    return {chart.id: chart for chart in ReportCharts(report, PLAN, language).all()}


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.COUNT, 12, "12"),
        (Kind.PEOPLE, 2.349, "2.3"),
        (Kind.SHARE, 0.7606, "76 %"),
        (Kind.TIME, 59.6, "1:00"),
        (Kind.TIME, 412.5, "6:52"),
        (Kind.TIME, 3723, "1:02:03"),
        (Kind.TIME, -12.2, "−0:12"),
        (Kind.TIME, -0.2, "0:00"),
        (Kind.COUNT, None, "–"),
    ],
)
def test_a_figure_as_people_read_it(kind: Kind, value: Value, text: str) -> None:
    assert written(kind, value) == text


def test_a_chart_and_its_table_say_the_same() -> None:
    assert list(WAITS.rows()) == [("09", ["0:30", "1:30"]), ("10", ["–", "1:00"])]
    drawn = json.loads(WAITS.json())
    assert drawn["categories"] == ["09", "10"]
    assert [one["texts"] for one in drawn["series"]] == [["0:30", "–"], ["1:30", "1:00"]]
    assert [one["points"] for one in drawn["series"]] == [[0.5, None], [1.5, 1.0]]
    assert drawn["mark"] == {"name": "Target", "at": 15}


def test_a_chart_of_nothing_is_empty() -> None:
    assert not WAITS.empty
    assert replace(WAITS, series=(Series("median", (None, 0)),)).empty
    assert replace(WAITS, series=()).empty


def test_a_morning() -> None:
    drawn = charts(shape())
    assert drawn["queue-length"].categories[0] == "09:00"
    assert drawn["waits"].categories == ("09:00",)
    assert drawn["waits"].mark == ("Target", 900)
    assert [one.name for one in drawn["waits"].series] == ["Wait, median", "Wait, 90 %"]
    assert drawn["counters"].categories == ("Counter 1",)
    assert drawn["teller-times"].categories == ("Li Sample",)
    times = {one.name: one.values for one in drawn["teller-times"].series}
    assert times["Lunch"] == (3600.0,)
    assert times["With a client"][0] == pytest.approx(9 * 60)


def test_beside_another_period() -> None:
    report = shape(compared=quiet())
    waits = charts(report)["waits"]
    assert [one.before for one in waits.series] == [False, False, True, True]
    assert waits.series[2].name == f"Wait, median ({report.first})"
    assert waits.series[2].values == (None,)
    assert charts(shape(quiet(), morning()))["levels"].categories == ("Cash",)


def test_a_day_on_which_nobody_came_is_drawn_empty() -> None:
    drawn = charts(shape(quiet()))
    assert {name for name, chart in drawn.items() if not chart.empty} == set()


def test_hours_stand_in_the_order_of_the_business_day() -> None:
    def at(hour: str) -> dict[str, Any]:
        group = shape().groups["hour"][0]  # type: ignore[index]
        return group.model_dump() | {"key": hour, "name": f"{hour}:00"}

    told = shape().model_dump()
    told["groups"]["hour"] = [at(hour) for hour in ("02", "23", "04", "09")]
    numbers = charts(ReportShape.model_validate(told))["numbers"]
    assert numbers.categories == ("04:00", "09:00", "23:00", "02:00")


def test_figures_tables_and_texts_in_both_languages() -> None:
    report = shape(compared=quiet())
    first = {figure.name: (figure.text, figure.before) for figure in figures(report, "en")}
    assert first["Tickets"] == ("2", "0")
    assert first["Wait, longest"] == ("1:10:00", "–")
    assert next(figure.name for figure in figures(report, "zh")) == "票数"
    assert [figure.text for figure in estimates(report, "en")] == ["0", "–", "–", "–"]
    by_service = next(iter(tables(report, "en")))
    assert (by_service.heading, by_service.rows[0][0]) == ("Services", "Cash")
    assert len(by_service.columns) == len(by_service.rows[0][1])
    assert {chart.title for chart in charts(report, "zh").values()}.isdisjoint(
        chart.title for chart in charts(report).values()
    )
