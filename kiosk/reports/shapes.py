"""The shape of a report, as ``GET /api/v1/reports/{day}`` answers it and files are made from it.

```
{"branch": "0755", "timezone": "Asia/Shanghai", "first": "2026-11-20", "last": "2026-11-20",
 "days": ["2026-11-20"],               business days of which the log knows anything
 "until": null,                        an instant while the last day isn't over
 "overall": FIGURES,
 "groups": {"service": [{"key": "cash", "name": "Cash", FIGURES…}, …],
            "queue": […], "class": […], "segment": […], "hour": […], "counter": […], "teller": […]},
 "queue_lengths": [{"queue": null, "name": "…", "most": 7, "most_at": "…Z",
                    "quarters": [{"at": "09:15", "mean": 2.35, "most": 5}, …]}, …],
 "tellers": [{"teller": "8f…", "name": "…", "present": 25200.0, "ready": …, "serving": …,
              "utilisation": 0.8213,
              "statuses": [{"status": "lunch", "name": "Lunch", "count": 1, "total": 2460.0,
                            "longest": 2460.0, "overruns": 1, "limit": 2400.0, "times": 1}, …]}, …],
 "alerts": [{"kind": "call", "raised": 7, "escalated": 1,
             "reaction": {"count": 6, "mean": 48.0, "p50": 40.0, "p90": 95.0, "max": 95.0}}, …],
 "estimates": {"count": 310, "mean_absolute_error": 201.4, "bias": -12.0, "coverage": 0.7981},
 "seal": "5412:9f3c…",                 of the log at the end of the last day: kiosk log verify
 "compared": null}                     the report of another period, when asked for; same shape
FIGURES: {"issued": 371, "served": …, "no_show": …, "dropped": …, "moved": …, "expired": …,
          "open": …, "abandoned": …, "paper": …, "without_number": …,
          "recalls": …, "transfers": …, "parks": …,
          "wait": {"count": 340, "mean": 412.5, "p50": 380.0, "p90": 900.1, "max": 1500.0},
          "walk": {…}, "service": {…}, "stay": {…},
          "measured": 330, "within_target": 251, "service_level": 0.7606}
```
Spans are seconds, shares are from 0 to 1; of nothing there is no figure but the count: null. What
each figure means stands in :mod:`kiosk.domain.report`. ``queue_lengths`` begins with the hall
(``queue`` null); its quarters, and ``hour`` groups, are local times in the order of the business
day. ``segment`` ``-`` is people without one.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer

from kiosk.domain.alert import AlertKind
from kiosk.domain.report.tally import Scope
from kiosk.shapes.writing import Instant

Seconds = Annotated[float, PlainSerializer(lambda value: round(value, 1))]
Share = Annotated[float, PlainSerializer(lambda value: round(value, 4))]
People = Annotated[float, PlainSerializer(lambda value: round(value, 2))]


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True, frozen=True)


class SpreadShape(_Shape):
    """How long something took."""

    count: int
    mean: Seconds | None
    p50: Seconds | None
    p90: Seconds | None
    max: Seconds | None


class FiguresShape(_Shape):
    """What became of some tickets."""

    issued: int
    served: int
    no_show: int
    dropped: int
    moved: int
    expired: int
    open: int
    abandoned: int
    paper: int
    without_number: int
    recalls: int
    transfers: int
    parks: int
    wait: SpreadShape
    walk: SpreadShape
    service: SpreadShape
    stay: SpreadShape
    measured: int
    within_target: int
    service_level: Share | None


class GroupShape(FiguresShape):
    """What became of the tickets of one service, queue …"""

    key: str
    name: str


class QuarterShape(_Shape):
    """A quarter of an hour of one line."""

    at: str
    mean: People
    most: int


class QueueLengthShape(_Shape):
    """How many waited; ``queue`` null: in the hall."""

    queue: str | None
    name: str
    most: int
    most_at: Instant | None
    quarters: tuple[QuarterShape, ...]


class StatusTimeShape(_Shape):
    """A teller's time in one status that isn't ready."""

    status: str
    name: str
    count: int
    total: Seconds
    longest: Seconds
    overruns: int
    limit: Seconds | None
    times: int | None


class TellerTimeShape(_Shape):
    """A teller's time at counters."""

    teller: str
    name: str
    present: Seconds
    ready: Seconds
    serving: Seconds
    utilisation: Share | None
    statuses: tuple[StatusTimeShape, ...]


class AccuracyShape(_Shape):
    """How right the first estimate of each ticket was."""

    count: int
    mean_absolute_error: Seconds | None
    bias: Seconds | None
    coverage: Share | None


class ReactionsShape(_Shape):
    """How soon somebody looked at the alerts of one kind."""

    kind: AlertKind
    raised: int
    escalated: int
    reaction: SpreadShape


class ReportShape(_Shape):
    """The whole report; the docstring of this module shows it."""

    branch: str
    timezone: str
    first: date
    last: date
    days: tuple[date, ...]
    until: Instant | None
    overall: FiguresShape
    groups: dict[Scope, tuple[GroupShape, ...]]
    queue_lengths: tuple[QueueLengthShape, ...]
    tellers: tuple[TellerTimeShape, ...]
    alerts: tuple[ReactionsShape, ...]
    estimates: AccuracyShape
    seal: str | None = None
    compared: "ReportShape | None" = None
