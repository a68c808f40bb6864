"""A teller's own day on the console: how many were served, how long it took, which breaks."""

from collections.abc import Iterator
from datetime import timedelta

from kiosk.domain.branch import Branch
from kiosk.domain.ids import StaffRef
from kiosk.domain.rules import Break
from kiosk.domain.shift import Shift
from kiosk.flow.state import named
from kiosk.locale import say
from kiosk.web.pages.choices import minutes
from kiosk.web.pages.templates import draw


def workday(branch: Branch, teller: StaffRef | None, language: str) -> str:
    """Counted from the day's facts as they happen; a break's minutes once it is over."""
    shift = branch.shifts.get(teller or StaffRef(""), Shift())
    mean = shift.mean_service
    return draw(
        "console_workday.html",
        language,
        served=shift.served,
        missed=shift.missed,
        mean=_clock(mean) if mean is not None else "–",
        breaks=list(_breaks(branch, teller, shift, language)),
    )


def _breaks(
    branch: Branch, teller: StaffRef | None, shift: Shift, language: str
) -> Iterator[dict[str, object]]:
    """Those that were begun, and those of which there are so many a day (OPR-21)."""
    for rule in branch.plan.breaks.values():
        begun = branch.breaks[teller, rule.code] if teller else 0
        if begun or rule.times is not None:
            rested = shift.rested.get(rule.code, timedelta())
            yield {
                "name": named(rule.names, language),
                "times": _times(rule, begun, language),
                "minutes": minutes(rested.total_seconds(), language),
                "over": rule.times is not None and begun > rule.times,
            }


def _times(rule: Break, begun: int, language: str) -> str:
    if rule.times is None:
        return str(begun)
    return say(language, "{count} of {most}", count=begun, most=rule.times)


def _clock(span: timedelta) -> str:
    """Minutes and seconds, as the console's clocks show them."""
    whole = int(span.total_seconds())
    return f"{whole // 60:02}:{whole % 60:02}"
