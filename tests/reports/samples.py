"""A morning of the small branch and its report, for every format to be tried on."""

from datetime import timedelta

from kiosk.domain.commands import (
    AcknowledgeAlert,
    CallLobbyManager,
    CallNext,
    FinishServing,
    OpenCounter,
    SetStatus,
    StartServing,
)
from kiosk.domain.ids import AlertId
from kiosk.domain.report.report import Report
from kiosk.reports.naming import Naming
from kiosk.reports.shapes import ReportShape
from tests.domain.day import GOLD, LI, MORNING, ONE
from tests.domain.report.recorded import RecordedDay

STAFF = {"li": "Li Sample"}


def morning() -> Report:
    """Two for cash, one of them preferred: 5 and 70 minutes waited, 4 minutes served; a break.

    The counter called the lobby manager, who looked after a minute.
    """
    day = RecordedDay()
    day.do(OpenCounter(ONE, LI))
    day.issue("t1", GOLD)
    day.issue("t2")
    day.at(5)
    day.do(CallNext(ONE, LI))
    day.do(CallLobbyManager(ONE))
    day.at(6)
    day.do(AcknowledgeAlert(AlertId("call-1-role-lobby-manager-1")))
    day.do(StartServing(ONE, LI))
    day.at(10)
    day.do(FinishServing(ONE, LI), SetStatus(ONE, LI, "lunch"))
    day.at(70)
    day.do(OpenCounter(ONE, LI), CallNext(ONE, LI))
    day.at(74)
    day.do(FinishServing(ONE, LI))
    return day.report()


def quiet() -> Report:
    """Nobody came."""
    return RecordedDay().report(until=MORNING + timedelta(hours=3))


def shape(
    report: Report | None = None, compared: Report | None = None, language: str = "en"
) -> ReportShape:
    return Naming(RecordedDay().plan, language, STAFF).shape(report or morning(), compared)
