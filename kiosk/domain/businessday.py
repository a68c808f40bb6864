"""The business day: the branch's local day, with a cut-over hour."""

from datetime import date, datetime, time, timedelta, tzinfo


def business_day(now: datetime, zone: tzinfo, starts: time) -> date:
    """The business day that an instant belongs to.

    Counted by the wall clock, so that a day with a DST change still begins at ``starts``.
    """
    wall = now.astimezone(zone).replace(tzinfo=None)
    return (wall - timedelta(hours=starts.hour, minutes=starts.minute)).date()
