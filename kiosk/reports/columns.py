"""The columns of a report's tables, on paper and in workbooks: what stands in each, and its heading."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.report.tally import Scope
from kiosk.locale import say
from kiosk.reports.shapes import FiguresShape


class Kind(StrEnum):
    """How a figure is written."""

    COUNT = "count"
    PEOPLE = "people"
    TIME = "time"
    SHARE = "share"


Value = int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """Of a table of groups."""

    heading: str
    kind: Kind
    of: Callable[[FiguresShape], Value]


def groupings(language: str) -> list[tuple[Scope, str]]:
    """By what tickets are grouped, and the headings of the groups."""
    return [
        (Scope.SERVICE, say(language, "Services")),
        (Scope.QUEUE, say(language, "Queues")),
        (Scope.CLASS, say(language, "Classes")),
        (Scope.SEGMENT, say(language, "Segments")),
        (Scope.HOUR, say(language, "Hours")),
        (Scope.COUNTER, say(language, "Counters")),
        (Scope.TELLER, say(language, "Tellers")),
    ]


def columns(language: str) -> Iterator[Column]:
    """Every figure of a group of tickets."""
    yield from _counts(language)
    yield from _times(language)


def _counts(language: str) -> Iterator[Column]:
    yield Column(say(language, "Tickets"), Kind.COUNT, lambda one: one.issued)
    yield Column(say(language, "Served"), Kind.COUNT, lambda one: one.served)
    yield Column(say(language, "No-show"), Kind.COUNT, lambda one: one.no_show)
    yield Column(say(language, "Dropped"), Kind.COUNT, lambda one: one.dropped)
    yield Column(say(language, "Moved"), Kind.COUNT, lambda one: one.moved)
    yield Column(say(language, "Expired"), Kind.COUNT, lambda one: one.expired)
    yield Column(say(language, "Still open"), Kind.COUNT, lambda one: one.open)
    yield Column(say(language, "Abandoned"), Kind.COUNT, lambda one: one.abandoned)
    yield Column(say(language, "Paper roll"), Kind.COUNT, lambda one: one.paper)
    yield Column(say(language, "Without a ticket"), Kind.COUNT, lambda one: one.without_number)
    yield Column(say(language, "Recalls"), Kind.COUNT, lambda one: one.recalls)
    yield Column(say(language, "Transfers"), Kind.COUNT, lambda one: one.transfers)
    yield Column(say(language, "Parked"), Kind.COUNT, lambda one: one.parks)


def _times(language: str) -> Iterator[Column]:
    level = say(language, "Served within the target")
    yield Column(level, Kind.SHARE, lambda one: one.service_level)
    yield Column(say(language, "Wait, mean"), Kind.TIME, lambda one: one.wait.mean)
    yield Column(say(language, "Wait, median"), Kind.TIME, lambda one: one.wait.p50)
    yield Column(say(language, "Wait, 90 %"), Kind.TIME, lambda one: one.wait.p90)
    yield Column(say(language, "Wait, longest"), Kind.TIME, lambda one: one.wait.max)
    yield Column(say(language, "Walk, mean"), Kind.TIME, lambda one: one.walk.mean)
    yield Column(say(language, "Walk, median"), Kind.TIME, lambda one: one.walk.p50)
    yield Column(say(language, "Walk, 90 %"), Kind.TIME, lambda one: one.walk.p90)
    yield Column(say(language, "Walk, longest"), Kind.TIME, lambda one: one.walk.max)
    yield Column(say(language, "Service, mean"), Kind.TIME, lambda one: one.service.mean)
    yield Column(say(language, "Service, median"), Kind.TIME, lambda one: one.service.p50)
    yield Column(say(language, "Service, 90 %"), Kind.TIME, lambda one: one.service.p90)
    yield Column(say(language, "Service, longest"), Kind.TIME, lambda one: one.service.max)
    yield Column(say(language, "Stay, mean"), Kind.TIME, lambda one: one.stay.mean)
    yield Column(say(language, "Stay, median"), Kind.TIME, lambda one: one.stay.p50)
    yield Column(say(language, "Stay, 90 %"), Kind.TIME, lambda one: one.stay.p90)
    yield Column(say(language, "Stay, longest"), Kind.TIME, lambda one: one.stay.max)
