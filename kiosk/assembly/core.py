"""The core of the controller: the hall with its log, its desk, its estimates, and their tasks."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from kiosk.clock import WRITTEN
from kiosk.domain.commands import Reminders
from kiosk.flow.conditions import ConditionReports
from kiosk.flow.daybreak import turn_days
from kiosk.flow.desk import Desk
from kiosk.flow.estimates import Estimates
from kiosk.flow.feed import Feed
from kiosk.flow.hall import Hall
from kiosk.flow.hallclock import watch_clock
from kiosk.flow.learning import Learning
from kiosk.flow.timekeeping import keep_times
from kiosk.ports import Clock, LogUnavailable
from kiosk.settings import Settings
from kiosk.settings.plan import branch_plan
from kiosk.store.learnt import SqliteLearntFigures
from kiosk.store.log import SqliteLog
from kiosk.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Core:
    """What everything else stands on: the hall with its log, and the tasks that keep it going."""

    clock: Clock
    log: SqliteLog
    hall: Hall
    desk: Desk
    feed: Feed
    estimates: Estimates
    conditions: ConditionReports
    tasks: Tasks


def keep_core(
    settings: Settings,
    var: Path,
    reminders: Callable[[datetime], Reminders],
    ending: AsyncExitStack,
    machine: Clock,
) -> Core:
    """Build it in the var folder and keep it going until ``ending``.

    ``reminders`` tells which PADs want to be reminded of long waits; it is asked in a thread.
    ``machine`` is its clock, which is wrong when it is behind the log, or this program.
    Raises LogUnavailable for a log that can't be read.
    """
    try:
        log = SqliteLog(var / "log.db")
        ending.callback(log.close)
        hall = Hall(branch_plan(settings), log, machine)
    except LogUnavailable as error:  # facts name no folder; whoever starts a branch has to know it
        raise LogUnavailable(f"{var}: {error}", error.fault) from error
    clock = hall.clock
    clock.begin_after(WRITTEN)
    desk = Desk(hall, log)
    plan = hall.branch.plan
    feed = Feed()
    learning = Learning(plan, log, SqliteLearntFigures(var / "learnt.db"))
    estimates = Estimates(plan, desk, learning, clock)
    desk.listen(estimates.take)  # before all who show and print what is foretold
    desk.listen(feed.publish)
    estimates.listen(partial(feed.publish, ()))
    conditions = ConditionReports(desk)
    tasks = Tasks(ending)
    tasks.start("desk", desk.run())
    tasks.keep("condition reports", conditions.run)
    tasks.keep("clock", partial(watch_clock, clock, conditions.report))
    tasks.keep("business day", partial(turn_days, desk, clock, plan))
    tasks.keep("timekeeping", partial(keep_times, desk, clock, reminders))
    tasks.keep("estimates", estimates.run)
    return Core(clock, log, hall, desk, feed, estimates, conditions, tasks)
