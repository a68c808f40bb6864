"""How soon somebody looked at alerts."""

from dataclasses import replace

from kiosk.domain.alert import AlertKind, AlertRules
from kiosk.domain.commands import AcknowledgeAlert, CallLobbyManager, KeepTime
from kiosk.domain.ids import AlertId
from kiosk.domain.report.figures import Spread
from kiosk.domain.report.reactions import Reactions
from tests.domain.day import LI, ONE, TWO
from tests.domain.report.recorded import RecordedDay
from tests.support.branch import small_plan


def test_reactions_are_timed_from_the_alert_to_who_saw_it() -> None:
    day = RecordedDay(replace(small_plan(), alerts=AlertRules(frozenset())))
    day.do(CallLobbyManager(ONE), CallLobbyManager(TWO))
    day.at(2)
    day.do(AcknowledgeAlert(AlertId("call-1-role-lobby-manager-1"), LI))
    day.at(6)
    day.do(KeepTime())
    day.at(10)
    day.do(AcknowledgeAlert(AlertId("call-2-role-lobby-manager-1"), LI))
    day.do(CallLobbyManager(TWO))
    (calls,) = day.report().alerts
    assert calls == Reactions(AlertKind.CALL, 3, 1, Spread(2, 360, 120, 600, 600))


def test_a_day_without_alerts_tells_of_none() -> None:
    day = RecordedDay()
    day.issue("t1")
    assert day.report().alerts == ()
