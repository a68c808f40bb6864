"""What report is wanted: a business day or several, and what to compare it with."""

import re
from datetime import date

from kiosk.domain.report.period import Period
from kiosk.ports import KioskError

MOST_DAYS = 92
"""In one report: a quarter of a year."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_AGO = {"day": 1, "week": 7}


class PeriodFault(KioskError):
    """What was asked for is no period; the text says why and what one looks like."""

    exit_code = 2


def period_of(text: str) -> Period:
    """``2026-11-20`` or ``2026-11-20..2026-11-26``. Raises PeriodFault."""
    first, dots, last = text.partition("..")
    begun = _day(first)
    ended = _day(last) if dots else begun
    if ended < begun:
        raise PeriodFault(f"{text}: ends before it begins; write the earlier day first")
    period = Period(begun, ended)
    if period.length > MOST_DAYS:
        raise PeriodFault(f"{text}: has {period.length} days; a report has {MOST_DAYS} at most")
    return period


def compared_with(text: str, period: Period) -> Period:
    """``day`` or ``week``: so long before; a day: as many days from there. Raises PeriodFault."""
    try:
        if text in _AGO:
            return period.earlier(_AGO[text])
        return period.begun_at(_day(text))
    except OverflowError:
        raise PeriodFault(f"{text}: is no day to compare with") from None


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise PeriodFault(f"{text}: {error}") from None
    raise PeriodFault(f"{text!r} is no day such as 2026-11-20, nor FROM..TO of such days")
