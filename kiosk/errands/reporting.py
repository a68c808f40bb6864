"""Figures of past days."""

from argparse import Namespace
from contextlib import closing

from kiosk.errands.options import WELL, settings_of


def report(options: Namespace) -> int:
    """``kiosk report [DAY|FROM..TO]``, while the branch runs and when it doesn't"""
    from kiosk.clock import SystemClock
    from kiosk.errands.accounts import staff_names
    from kiosk.reports.command import print_report
    from kiosk.settings.plan import branch_plan
    from kiosk.store.dayrecords import SqliteDayRecords

    plan = branch_plan(settings_of(options))
    with closing(SqliteDayRecords(options.var / "log.db")) as records:
        print_report(
            records,
            plan,
            SystemClock().now(),
            period=options.period,
            as_=options.format,
            compare=options.compare,
            staff=staff_names(options),
        )
    return WELL
