"""Charts of a report: what is drawn, and the same as a table. Browsers draw; here is what and how."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from kiosk.reports.columns import Kind, Value

NOTHING = "–"


def written(kind: Kind, value: Value) -> str:
    """A figure as people read it; times are minutes and seconds, or hours, minutes and seconds."""
    if value is None:
        return NOTHING
    match kind:
        case Kind.COUNT:
            return f"{value:.0f}"
        case Kind.PEOPLE:
            return f"{value:.1f}"
        case Kind.SHARE:
            return f"{100 * value:.0f} %"
        case Kind.TIME:
            return _span(value)
        case _:
            assert_never(kind)


def _span(seconds: float) -> str:
    sign = "−" if round(seconds) < 0 else ""
    minutes, rest = divmod(abs(round(seconds)), 60)
    hours, left = divmod(minutes, 60)
    return f"{sign}{hours}:{left:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one colour of bars, with a value for each category."""

    name: str
    values: tuple[Value, ...]
    look: str = "bar"
    """``bar``, ``line`` or ``area``."""
    before: bool = False
    """Of the period that is compared with."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and its table: one row for each category, one column for each series."""

    id: str
    title: str
    heading: str
    """Of the categories."""
    kind: Kind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str = ""
    """The unit in which the axis counts."""
    scale: float = 1
    """How many of the values' units one of the axis has."""
    lying: bool = False
    """Bars from left to right: names are long."""
    stacked: bool = False
    mark: tuple[str, float] | None = None
    """A line across: its name, and its place in the values' unit."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for one in self.series for value in one.values)

    def rows(self) -> Iterator[tuple[str, Sequence[str]]]:
        """The table's."""
        for number, category in enumerate(self.categories):
            yield category, [written(self.kind, one.values[number]) for one in self.series]

    def json(self) -> str:
        """For the script that draws it: points on the axis, and the same as texts."""
        return json.dumps(
            {
                "categories": self.categories,
                "axis": self.axis,
                "share": self.kind is Kind.SHARE,
                "whole": self.kind is Kind.COUNT,
                "lying": self.lying,
                "stacked": self.stacked,
                "mark": self.mark and {"name": self.mark[0], "at": self.mark[1] / self.scale},
                "series": [self._drawn(one) for one in self.series],
            },
            ensure_ascii=False,
        )

    def _drawn(self, one: Series) -> dict[str, Any]:
        return {
            "name": one.name,
            "look": one.look,
            "before": one.before,
            "points": [None if value is None else value / self.scale for value in one.values],
            "texts": [written(self.kind, value) for value in one.values],
        }
