"""A report to be read in a terminal, 100 columns wide. Times are minutes and seconds."""

import unicodedata
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from kiosk.domain.report.tally import Scope
from kiosk.reports.shapes import FiguresShape, GroupShape, ReportShape, SpreadShape

_NAME = 18
_HEADS = {
    Scope.SERVICE: "by service",
    Scope.QUEUE: "by queue",
    Scope.CLASS: "by class",
    Scope.SEGMENT: "by segment",
    Scope.HOUR: "by hour of issue",
    Scope.COUNTER: "by counter",
    Scope.TELLER: "by teller",
}
_FIGURES = (
    ("tickets", 8), ("served", 7), ("no-show", 8), ("aband.", 7), ("wait", 8), ("p50", 8),
    ("p90", 8), ("max", 8), ("target", 7), ("service", 8),
)  # fmt: skip
_NONE = "–"


def table(report: ReportShape) -> Iterator[str]:
    """Line by line. Beside another period each group has a second line for that."""
    yield from _head(report)
    yield from _overall(report)
    for scope in Scope:
        yield from _groups(report, scope)
    yield from _lines(report)
    yield from _tellers(report)
    yield from _alerts(report)
    yield from _estimates(report)
    if report.seal:
        yield ""
        yield f"seal {report.seal}"


def _head(report: ReportShape) -> Iterator[str]:
    until = f", up to {_clock(report)}" if report.until else ""
    days = f", {len(report.days)} of its days" if report.first != report.last else ""
    compared = f", beside {_period(report.compared)}" if report.compared else ""
    yield f"branch {report.branch}, {_period(report)}{days}{until}{compared}"
    yield ""


def _overall(report: ReportShape) -> Iterator[str]:
    """What doesn't fit into the columns of groups, for everybody."""
    yield from _counts(report.overall)
    if report.compared:
        yield "before:"
        yield from _counts(report.compared.overall)
    yield ""
    yield "everybody           times      mean       p50       p90       max"
    told = [one.overall for one in (report, report.compared) if one]
    for what in ("wait", "walk", "service", "stay"):
        for name, figures in zip((what, "  before"), told, strict=False):
            yield _spread(name, getattr(figures, what))
    for name, figures in zip(("within target", "  before"), told, strict=False):
        yield f"{name:<18}{_share(figures.service_level):>7}"


def _counts(of: FiguresShape) -> Iterator[str]:
    yield (
        f"{of.issued} tickets: {of.served} served, {of.no_show} no-shows, {of.expired} expired,"
        f" {of.dropped} dropped, {of.moved} moved, {of.open} open"
    )
    yield (
        f"  of them {of.paper} of the paper roll, {of.without_number} without number;"
        f" {of.abandoned} abandoned; {of.recalls} recalls, {of.transfers} transfers,"
        f" {of.parks} parked"
    )


def _spread(name: str, of: SpreadShape) -> str:
    values = (_time(of.mean), _time(of.p50), _time(of.p90), _time(of.max))
    return f"{name:<18}{of.count:>7}" + "".join(f"{value:>10}" for value in values)


def _groups(report: ReportShape, scope: Scope) -> Iterator[str]:
    if not report.groups[scope]:
        return
    before = {one.key: one for one in report.compared.groups[scope]} if report.compared else {}
    yield ""
    yield _line(_HEADS[scope], [heading for heading, _ in _FIGURES])
    for group in report.groups[scope]:
        yield _line(_label(scope, group), _values(group))
        if group.key in before:
            yield _line("  before", _values(before[group.key]))


def _label(scope: Scope, group: GroupShape) -> str:
    return f"{group.key} {group.name}" if scope is Scope.QUEUE else group.name


def _values(of: FiguresShape) -> list[str]:
    return [
        f"{of.issued}",
        f"{of.served}",
        f"{of.no_show}",
        f"{of.abandoned}",
        _time(of.wait.mean),
        _time(of.wait.p50),
        _time(of.wait.p90),
        _time(of.wait.max),
        _share(of.service_level),
        _time(of.service.mean),
    ]


def _line(name: str, values: Sequence[str]) -> str:
    widths = [width for _, width in _FIGURES]
    cells = "".join(f"{value:>{width}}" for value, width in zip(values, widths, strict=True))
    return fitted(name, _NAME) + cells


def _lines(report: ReportShape) -> Iterator[str]:
    """How long the hall's line was at most, in each hour."""
    if not report.queue_lengths:
        return
    hall, *queues = report.queue_lengths
    yield ""
    most = ", ".join(f"{one.queue} {one.most}" for one in queues)
    yield f"waiting at most: {hall.most} in the hall; {most}"
    hours: dict[str, int] = {}
    for quarter in hall.quarters:
        hour = quarter.at[:2]
        hours[hour] = max(hours.get(hour, 0), quarter.most)
    widest = max(hall.most, 1)
    for hour, waiting in hours.items():
        yield f"  {hour}:00 {'█' * round(60 * waiting / widest):<60} {waiting:>4}"


def _tellers(report: ReportShape) -> Iterator[str]:
    if not report.tellers:
        return
    yield ""
    yield f"{'tellers':<24}{'present':>10}{'ready':>10}{'serving':>10}{'busy':>7}   not ready"
    for one in report.tellers:
        spent = ", ".join(
            f"{status.name} {status.count}x {_time(status.total)}"
            + (f" ({status.overruns} over)" if status.overruns else "")
            for status in one.statuses
        )
        times = "".join(f"{_time(value):>10}" for value in (one.present, one.ready, one.serving))
        yield f"{fitted(one.name, 24)}{times}{_share(one.utilisation):>7}   {spent}".rstrip()


def _alerts(report: ReportShape) -> Iterator[str]:
    if not report.alerts:
        return
    yield ""
    yield f"{'alerts':<24}{'raised':>10}{'escalated':>10}{'seen':>10}{'p50':>7}{'p90':>8}"
    for one in report.alerts:
        seen = one.reaction
        counts = f"{one.raised:>10}{one.escalated:>10}{seen.count:>10}"
        yield f"{one.kind:<24}{counts}{_time(seen.p50):>7}{_time(seen.p90):>8}"


def _estimates(report: ReportShape) -> Iterator[str]:
    one = report.estimates
    if not one.count:
        return
    assert one.bias is not None
    yield ""
    yield (
        f"{one.count} estimates: off by {_time(one.mean_absolute_error)} on average,"
        f" {_time(abs(one.bias))} too {'long' if one.bias > 0 else 'short'};"
        f" {_share(one.coverage)} of waits within the range"
    )


def fitted(text: str, width: int) -> str:
    """The text in so many columns of a terminal, where a Chinese character takes two."""
    shown = ""
    for sign in text:
        if _columns(shown + sign) >= width:
            shown += "…"
            break
        shown += sign
    return shown + " " * (width - _columns(shown))


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _period(report: ReportShape) -> str:
    return f"{report.first}" if report.first == report.last else f"{report.first}..{report.last}"


def _clock(report: ReportShape) -> str:
    assert report.until is not None
    return f"{report.until.astimezone(ZoneInfo(report.timezone)):%H:%M}"


def _time(seconds: float | None) -> str:
    """``6:52``, from an hour on ``1:06:52``."""
    if seconds is None:
        return _NONE
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02}"
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _share(share: float | None) -> str:
    return _NONE if share is None else f"{100 * share:.0f} %"
